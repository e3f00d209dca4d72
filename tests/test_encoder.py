"""Encoders: the bundled one's vectors mean something, and a folder's own encoder is opened or refused with a reason.

The folders hold a real model of a few hundred bytes, which looks each token's vector up in a table.
"""

import json
import string
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from indexer.encoder import MOST_TOKENS, MOST_TOKENS_ASKED, Encoder, EncoderError, Files, read_files
from indexer.prepare import open_encoder

SPELLABLE = string.ascii_lowercase + string.digits + ".,?!'/"
VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *SPELLABLE, *(f"##{letter}" for letter in SPELLABLE))
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
PROMPTS = "config_sentence_transformers.json"


def a_model(dimensions: int = 4, inputs: tuple[str, ...] = INPUTS, rows: int = len(VOCABULARY), seed: int = 0) -> bytes:
    """An encoder that takes any number of tokens, and gives each its row of a table, whatever stands beside it."""
    table = np.random.default_rng(seed).standard_normal((rows, dimensions)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", inputs[0]], ["tokens"])],
        "encoder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "length"]) for name in inputs],
        [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, "length", dimensions])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def small_files(name: str = "small", **options: Any) -> Files:
    """What a small encoder is made of; it can spell plain English."""
    return Files(name, a_model(**options), VOCABULARY)


def a_folder(path: Path, model: bytes | None = None, vocabulary: tuple[str, ...] = VOCABULARY) -> Path:
    """An encoder's folder with a small model."""
    path.mkdir(parents=True)
    (path / "model.onnx").write_bytes(a_model() if model is None else model)
    (path / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    return path


def _opened(folder: Path) -> Encoder:
    return Encoder(read_files(folder))


def _tokenizer(vocabulary: Any = None, kind: str = "WordPiece", normalizer: Any = None) -> str:
    numbers = {piece: number for number, piece in enumerate(VOCABULARY)} if vocabulary is None else vocabulary
    return json.dumps({"model": {"type": kind, "vocab": numbers}, "normalizer": normalizer or {"lowercase": True}})


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    return open_encoder()


# What the bundled encoder's vectors mean


def test_a_passages_vector_has_unit_length(bundled):
    texts = ["", ".", "He never texts back.", "🫖", "tea " * 1000]
    vectors = np.stack([bundled.passage(text) for text in texts])
    assert (vectors.shape, vectors.dtype) == ((5, bundled.dimensions), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("How do I turn someone down politely?", "Saying no in a friendly way", "Why the kettle leaks"),
        ("My boyfriend ignores my messages", "He never texts me back", "Our train to Rome was late"),
        ("I am scared that she will leave me", "Fear of being abandoned by a partner", "Ten recipes with lentils"),
    ],
)
def test_a_paraphrase_is_nearer_than_an_unrelated_text(bundled, text, same, other):
    assert not set(text.lower().split()) & set(same.lower().split()) - {"me", "my"}
    asked = bundled.question(text)[0]
    assert asked @ bundled.passage(same) > asked @ bundled.passage(other) + 0.2


def test_a_vector_depends_on_nothing_but_the_text(bundled):
    texts = ["Tea at four.", "He never texts back.", "How do I say no? " * 12]
    alone = [bundled.passage(text) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(bundled.passage, texts[::-1] * 3))
    assert [vector.tobytes() for vector in together] == [vector.tobytes() for vector in alone[::-1] * 3]


def test_another_encoder_of_the_same_files_gives_the_same_vectors():
    first, second = Encoder(small_files()), Encoder(small_files())
    assert first.passage("tea").tobytes() == second.passage("tea").tobytes()
    assert first.question("tea", ((0, 1),)).tobytes() == second.question("tea", ((0, 1),)).tobytes()


def test_a_question_without_concerns_has_one_vector_near_that_of_the_same_passage(bundled):
    text = "Why does he not text back?"
    [whole] = bundled.question(text)
    assert whole @ bundled.passage(text) == pytest.approx(1, abs=1e-5)


# Concerns


SENTENCES = ("I met him in May.", "He was kind to my sister!", "Now he never texts back?")
LETTER = " ".join(SENTENCES)
CONCERNS = tuple((LETTER.index(sentence), LETTER.index(sentence) + len(sentence)) for sentence in SENTENCES)


def test_a_question_has_a_vector_for_the_whole_and_for_each_concern(bundled):
    vectors = bundled.question(LETTER, CONCERNS)
    assert (vectors.shape, vectors.dtype) == ((4, bundled.dimensions), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_concerns_do_not_change_the_vector_of_the_whole():
    encoder = Encoder(small_files())
    assert encoder.question(LETTER, CONCERNS)[0].tobytes() == encoder.question(LETTER)[0].tobytes()


def test_a_concern_that_begins_inside_a_word_changes_the_whole_but_little(bundled):
    inside = LETTER.index("sister") + 3
    assert bundled.question(LETTER, ((0, inside),))[0] @ bundled.question(LETTER)[0] > 0.7


def test_each_concern_is_nearest_to_its_own_sentence(bundled):
    concerns = bundled.question(LETTER, CONCERNS)[1:]
    alone = np.stack([bundled.passage(sentence) for sentence in SENTENCES])
    assert list((concerns @ alone.T).argmax(axis=1)) == [0, 1, 2]


def test_a_concerns_vector_is_the_mean_of_its_own_tokens():
    """The small encoder's tokens know nothing of each other, so that a sentence is the same in a letter and alone."""
    encoder = Encoder(small_files())
    whole, first, second = encoder.question("ab. cd", ((0, 3), (4, 6)))
    assert whole == pytest.approx(_mean_of("[CLS]", "a", "##b", ".", "c", "##d", "[SEP]"), abs=1e-5)
    assert first == pytest.approx(_mean_of("a", "##b", "."), abs=1e-5)
    assert second == pytest.approx(_mean_of("c", "##d"), abs=1e-5)


def test_what_stands_between_concerns_belongs_to_the_whole_alone():
    whole, first, second = Encoder(small_files()).question("ab c de", ((0, 2), (5, 7)))
    assert whole == pytest.approx(_mean_of("[CLS]", "a", "##b", "c", "d", "##e", "[SEP]"), abs=1e-5)
    assert first == pytest.approx(_mean_of("a", "##b"), abs=1e-5)
    assert second == pytest.approx(_mean_of("d", "##e"), abs=1e-5)


def _mean_of(*pieces: str) -> Any:
    """The mean of pieces' rows in the small encoder's table, of unit length."""
    [table] = onnx.load_from_string(a_model()).graph.initializer
    mean = numpy_helper.to_array(table)[[VOCABULARY.index(piece) for piece in pieces]].mean(axis=0)
    return mean / np.linalg.norm(mean)


# What only joins words


def a_thinning_model() -> bytes:
    """The small encoder, which gives only the tokens that are to be kept."""
    model = onnx.load_from_string(a_model())
    graph = model.graph
    graph.node[0].output[0] = "all"
    graph.node.append(helper.make_node("Gather", ["all", "kept"], ["tokens"], axis=1))
    graph.input.append(helper.make_tensor_value_info("kept", TensorProto.INT64, ["kept"]))
    graph.output[0].type.tensor_type.shape.dim[1].dim_param = "kept"
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def test_a_letter_is_read_without_its_signs_and_joining_words_where_the_encoder_can_leave_them_out():
    encoder = Encoder(Files("small", a_thinning_model(), VOCABULARY))
    whole, first, second = encoder.question("ab. a cd", ((0, 3), (4, 8)))  # the first "a" begins a longer word
    assert whole == pytest.approx(_mean_of("[CLS]", "a", "##b", "c", "##d", "[SEP]"), abs=1e-5)
    assert first == pytest.approx(_mean_of("a", "##b"), abs=1e-5)
    assert second == pytest.approx(_mean_of("c", "##d"), abs=1e-5)


def test_a_question_of_one_sentence_and_a_passage_are_read_whole():
    encoder = Encoder(Files("small", a_thinning_model(), VOCABULARY))
    expected = pytest.approx(_mean_of("[CLS]", "a", "##b", ".", "[SEP]"), abs=1e-5)
    assert encoder.question("ab.")[0] == expected
    assert encoder.passage("ab.") == expected


def test_a_letter_without_its_signs_and_joining_words_means_nearly_the_same(bundled):
    other = "We wanted to move, and I found the end of a lease. Should I go to the city, or stay with a friend of mine?"
    for text in (LETTER, other):
        assert bundled.question(text, ((0, 5),))[0] @ bundled.question(text)[0] > 0.9


def test_a_concern_of_nothing_but_signs_has_the_zero_vector(bundled):
    vectors = bundled.question("He left ... !!!", ((0, 7), (8, 15)))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0], abs=1e-5)


# Their order, and their end


def test_the_order_of_concerns_is_that_of_the_vectors():
    encoder = Encoder(small_files())
    vectors = encoder.question(LETTER, CONCERNS[::-1])
    assert vectors[1:].tobytes() == encoder.question(LETTER, CONCERNS)[:0:-1].tobytes()


def test_what_the_encoder_cannot_take_in_any_more_has_the_zero_vector(bundled):
    letter = "He never texts back. " * 500
    concerns = tuple((at, at + 20) for at in range(0, len(letter), 21))
    assert len(letter.split()) == 2000
    lengths = np.linalg.norm(bundled.question(letter, concerns), axis=1)
    reached = MOST_TOKENS_ASKED // 2 // 5  # at either end; a sentence is four words and a full stop
    assert lengths[: 1 + reached] == pytest.approx(1, abs=1e-5)
    assert lengths[-reached:] == pytest.approx(1, abs=1e-5)
    assert not lengths[3 + reached : -reached - 2].any()


def test_a_concern_with_nothing_in_it_has_the_zero_vector():
    vectors = Encoder(small_files()).question("tea   time", ((0, 3), (3, 6)))
    assert (vectors[1].any(), vectors[2].any()) == (True, False)


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud83d", "🫖"])
def test_no_question_is_too_odd(text):
    encoder = Encoder(small_files())
    assert np.linalg.norm(encoder.question(text, ((0, len(text)),))[0]) == pytest.approx(1, abs=1e-5)


def test_a_passage_is_read_up_to_its_limit():
    encoder = Encoder(small_files())
    most, more = "a " * (MOST_TOKENS - 2), "a " * (MOST_TOKENS - 2) + "b"
    assert encoder.passage(most).tobytes() == encoder.passage(more).tobytes()


def test_a_long_letter_is_read_at_its_begin_and_its_end():
    encoder = Encoder(small_files())
    half = "a " * (MOST_TOKENS_ASKED // 2)
    plain = encoder.question(f"{half}{half}{half}")
    assert encoder.question(f"{half}{half}b {half}").tobytes() == plain.tobytes()
    assert encoder.question(f"b {half}{half}{half}").tobytes() != plain.tobytes()
    assert encoder.question(f"{half}{half}{half} b").tobytes() != plain.tobytes()


# An encoder's folder


@pytest.mark.parametrize("inputs", [INPUTS, INPUTS[:2], INPUTS[:1]], ids=len)
def test_a_folder_is_an_encoder_whichever_of_berts_inputs_its_model_has(tmp_path, inputs):
    encoder = _opened(a_folder(tmp_path / "mine", a_model(dimensions=5, inputs=inputs)))
    assert encoder.dimensions == len(encoder.passage("tea")) == 5
    assert encoder.name.startswith("mine-")


def test_a_tokenizer_is_as_good_as_a_list_of_pieces(tmp_path):
    plain, other = a_folder(tmp_path / "a" / "mine"), a_folder(tmp_path / "b" / "mine")
    (other / "vocab.txt").unlink()
    upside_down = dict(reversed([(piece, number) for number, piece in enumerate(VOCABULARY)]))
    (other / "tokenizer.json").write_text(_tokenizer(upside_down), encoding="utf-8")
    assert read_files(other) == read_files(plain)


@pytest.mark.parametrize("missing", ["model.onnx", "vocab.txt"])
def test_a_file_that_is_missing_is_named(tmp_path, missing):
    folder = a_folder(tmp_path / "mine")
    (folder / missing).unlink()
    with pytest.raises(EncoderError) as raised:
        read_files(folder)
    assert str(folder / missing) in str(raised.value)
    assert "No such file" in str(raised.value)


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(EncoderError, match="nowhere"):
        read_files(tmp_path / "nowhere")


BROKEN_TOKENIZERS = {
    "no JSON": "{",
    "not UTF-8": b"\xff\xfe{}",
    "a list": "[]",
    "empty": "{}",
    "no vocabulary": '{"model": {}, "normalizer": {"lowercase": true}}',
    "no normalizer": '{"model": {"vocab": {}}, "normalizer": null}',
    "case is kept": _tokenizer(normalizer={"lowercase": False}),
    "a sequence of normalizers": _tokenizer(normalizer={"type": "Sequence", "normalizers": []}),
    "BPE": _tokenizer(kind="BPE"),
    "Unigram": _tokenizer([["tea", -3.5]], kind="Unigram"),
}


@pytest.mark.parametrize("content", BROKEN_TOKENIZERS.values(), ids=BROKEN_TOKENIZERS)
def test_a_tokenizer_that_is_no_uncased_wordpiece_is_refused_by_name(tmp_path, content):
    folder = a_folder(tmp_path / "mine")
    (folder / "tokenizer.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(EncoderError) as raised:
        read_files(folder)
    assert str(folder / "tokenizer.json") in str(raised.value)
    assert "another" in str(raised.value)


@pytest.mark.parametrize("content", ["{", "[]", '{"prompts": 3}', '"prompts"'])
def test_prompts_that_are_none_are_refused_by_name(tmp_path, content):
    folder = a_folder(tmp_path / "mine")
    (folder / PROMPTS).write_text(content, encoding="utf-8")
    with pytest.raises(EncoderError) as raised:
        read_files(folder)
    assert str(folder / PROMPTS) in str(raised.value)


def _cannot_be_run(folder: Path) -> str:
    """What is said of an encoder whose files can be read, but not run."""
    files = read_files(folder)
    with pytest.raises(EncoderError) as raised:
        Encoder(files)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def _of_words() -> bytes:
    graph = helper.make_graph(
        [helper.make_node("Identity", ["input_ids"], ["tokens"])],
        "words",
        [helper.make_tensor_value_info("input_ids", TensorProto.STRING, [1])],
        [helper.make_tensor_value_info("tokens", TensorProto.STRING, [1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return bytes(model.SerializeToString())


@pytest.mark.parametrize(
    "model",
    [b"", b"not a model", a_model()[:-99], _of_words()],
    ids=["empty", "garbage", "cut", "takes words"],
)
def test_a_model_that_cannot_be_run_is_refused_by_name(tmp_path, model):
    assert "mine" in _cannot_be_run(a_folder(tmp_path / "mine", model))


def test_a_model_with_other_inputs_is_refused_with_the_reason(tmp_path):
    folder = a_folder(tmp_path / "mine", a_model(inputs=("input_ids", "pixel_values")))
    assert "other inputs" in _cannot_be_run(folder)


def test_a_model_with_other_inputs_is_refused_by_name(tmp_path):
    folder = a_folder(tmp_path / "mine", a_model(inputs=("input_ids", "pixel_values")))
    assert "mine" in _cannot_be_run(folder)


@pytest.mark.parametrize("missing", ["[UNK]", "[CLS]", "[SEP]"])
def test_a_vocabulary_without_what_bert_needs_is_refused_by_name(tmp_path, missing):
    pieces = tuple(piece for piece in VOCABULARY if piece != missing)
    message = _cannot_be_run(a_folder(tmp_path / "mine", vocabulary=pieces))
    assert "mine" in message
    assert missing in message


def test_onnxruntime_that_cannot_be_loaded_is_told_with_the_next_step(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EncoderError, match=r"onnxruntime cannot be loaded.*pip install onnxruntime"):
        Encoder(small_files())


# Prompts and names


def test_prompts_stand_before_what_is_embedded():
    plain = Encoder(small_files())
    prompted = Encoder(replace(small_files(), query_prompt="ask ", passage_prompt="say "))
    assert prompted.question("tea")[0] == pytest.approx(plain.question("ask tea")[0], abs=1e-6)
    assert prompted.passage("tea") == pytest.approx(plain.passage("say tea"), abs=1e-6)
    assert prompted.question("tea")[0] != pytest.approx(plain.question("tea")[0], abs=1e-3)
    assert prompted.passage("tea") != pytest.approx(plain.passage("tea"), abs=1e-3)


def test_a_prompt_belongs_to_no_concern():
    plain = Encoder(small_files())
    prompted = Encoder(replace(small_files(), query_prompt="ask "))
    assert prompted.question(LETTER, CONCERNS)[1:].tobytes() == plain.question(LETTER, CONCERNS)[1:].tobytes()


@pytest.mark.parametrize("name", ["passage", "document"])
def test_prompts_are_read_from_the_folder(tmp_path, name):
    folder = a_folder(tmp_path / "mine")
    prompts = {"prompts": {"query": "ask: ", name: "say: "}, "default_prompt_name": None}
    (folder / PROMPTS).write_text(json.dumps(prompts), encoding="utf-8")
    files = read_files(folder)
    assert (files.query_prompt, files.passage_prompt) == ("ask: ", "say: ")


def _other_prompt(folder: Path) -> None:
    (folder / PROMPTS).write_text('{"prompts": {"query": "ask: "}}', encoding="utf-8")


def _other_passage_prompt(folder: Path) -> None:
    (folder / PROMPTS).write_text('{"prompts": {"passage": "ask: "}}', encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "model": lambda folder: (folder / "model.onnx").write_bytes(a_model(seed=1)),
    "vocabulary": lambda folder: (folder / "vocab.txt").write_text("\n".join(VOCABULARY[::-1]), encoding="utf-8"),
    "question's prompt": _other_prompt,
    "passage's prompt": _other_passage_prompt,
}


def test_an_encoders_name_changes_with_each_thing_that_its_vectors_follow_from(tmp_path):
    names = [read_files(a_folder(tmp_path / "as it was" / "mine")).name]
    for number, change in enumerate(CHANGES.values()):
        folder = a_folder(tmp_path / str(number) / "mine")
        assert read_files(folder).name == names[0]
        change(folder)
        names.append(read_files(folder).name)
    assert len(set(names)) == 1 + len(CHANGES)


# Known defects


def test_a_config_of_an_encoder_without_prompts_means_none(tmp_path):
    folder = a_folder(tmp_path / "mine")
    (folder / PROMPTS).write_text('{"__version__": {"sentence_transformers": "2.0.0"}}', encoding="utf-8")
    files = read_files(folder)
    assert (files.query_prompt, files.passage_prompt) == ("", "")


def test_a_list_of_pieces_that_is_not_utf_8_is_refused_by_name(tmp_path):
    folder = a_folder(tmp_path / "mine")
    (folder / "vocab.txt").write_bytes(b"\xff\xfe[\x00P\x00")
    with pytest.raises(EncoderError, match=r"vocab\.txt"):
        read_files(folder)


def test_a_tokenizer_whose_numbers_are_none_is_refused_by_name(tmp_path):
    folder = a_folder(tmp_path / "mine")
    (folder / "tokenizer.json").write_text(_tokenizer({"tea": "one"}), encoding="utf-8")
    with pytest.raises(EncoderError, match=r"tokenizer\.json"):
        read_files(folder)


def test_a_tokenizers_pieces_keep_their_numbers_or_it_is_refused(tmp_path):
    folder = a_folder(tmp_path / "mine", a_model(rows=200))
    gap = {piece: number + 100 * (number > 3) for number, piece in enumerate(VOCABULARY)}
    (folder / "tokenizer.json").write_text(_tokenizer(gap), encoding="utf-8")
    try:
        encoder = _opened(folder)
    except EncoderError:
        return
    assert encoder._pieces.numbers("a", 9) == [2, 104, 3]


def test_a_vocabulary_with_more_pieces_than_the_model_has_is_refused(tmp_path):
    folder = a_folder(tmp_path / "mine", a_model(rows=VOCABULARY.index(".") + 1))
    with pytest.raises(EncoderError, match="mine"):
        _opened(folder)


def test_using_the_encoder_leaves_nothing_behind(environment: dict[str, str], tmp_path: Path):
    own = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}  # where telemetry would keep what it has to tell
    code = "from indexer.prepare import open_encoder; open_encoder().question('is it love', ())"
    subprocess.run([sys.executable, "-c", code], env=environment | own, check=True)
    assert list(tmp_path.iterdir()) == []
