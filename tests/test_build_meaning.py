"""Builds that embed: only what is new is embedded, nobody can tell from the result, and without an encoder the index
finds passages by their words."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from published import published
from terminal import said
from test_encoder import a_folder, a_model, small_files
from typer.testing import CliRunner

from indexer.build import Meaning, build_index
from indexer.encoder import Encoder, Files, read_files
from indexer.generations import current_name, open_current
from indexer.prepare import open_encoder
from indexer.sources import SourceFile
from indexer.vectors import load_vectors, text_to_embed
from search.answer import answer
from search.cli import app
from search.whoosh_engine import WhooshEngine

PAGE = "<h1>{0}</h1><p>Tea at four with {0}.</p><h2>Kettles</h2><p>Old ones sing to {0}.</p>"
NAMES = ("ann", "ben", "cleo", "dan", "eve", "finn")
TEXTS_OF_ALL = 13  # two passages each, and one heading


class Counting(Encoder):
    """A small encoder that notes which texts it embeds."""

    def __init__(self, files: Files | None = None) -> None:
        self.asked: list[str] = []
        super().__init__(files or small_files())
        self.asked.clear()

    def passage(self, text: str) -> Any:
        self.asked.append(text)
        return super().passage(text)


@pytest.fixture
def encoder() -> Counting:
    return Counting()


def _files(*names: str, **changed: str) -> list[SourceFile]:
    def reader(name: str) -> Callable[[], bytes]:
        return lambda: changed.get(name, PAGE.format(name)).encode()

    return [SourceFile(f"{name}.html", f"/articles/{name}", reader(name)) for name in names]


def _build(out: Path, encoder: Encoder | None, *names: str, jobs: int = 1, full: bool = False, **changed: str) -> str:
    """Builds, and gives the generation that stays where nothing has changed."""
    meaning = Meaning(encoder, jobs=jobs) if encoder else None
    return build_index(_files(*(names or NAMES), **changed), out, full=full, meaning=meaning).unchanged


def _everything(out: Path) -> dict[str, Any]:
    """All that two builds of the same articles must have in common, with what they mean."""
    arrays = [*open_current(out).folder.glob("*.npy"), open_current(out).folder / "headings.npz"]
    return {**published(out), **{path.name: path.read_bytes() for path in arrays}}


def _arrays(out: Path) -> set[str]:
    return {path.name.partition(".")[0] for path in open_current(out).folder.glob("*.small.npy")}


def _kept(out: Path, name: str = "small") -> int:
    """How many vectors are kept for the next build."""
    return (out / "vectors" / name).stat().st_size // (16 + 4 + 4)


def test_each_text_is_embedded_and_its_vector_is_in_the_row_of_its_passage(tmp_path, encoder):
    assert _build(tmp_path, encoder) == ""
    assert len(set(encoder.asked)) == TEXTS_OF_ALL
    assert _arrays(tmp_path) == {"passages", "headings", "common"}
    vectors, engine = load_vectors(open_current(tmp_path).folder, "small"), WhooshEngine(tmp_path)
    assert len(vectors.passages) == 12
    for row, passage in enumerate(engine.fetch(range(12))):
        assert vectors.passages[row] @ encoder.passage(text_to_embed(passage)) > 0.999
        assert bool(vectors.headings[row].any()) == bool(passage.heading)


def test_the_generation_says_which_encoder_made_its_vectors(tmp_path, encoder):
    build_index(_files(*NAMES), tmp_path, meaning=Meaning(encoder, "/somewhere/small"))
    assert open_current(tmp_path).contents["encoder"] == {"name": "small", "folder": "/somewhere/small"}


def test_without_an_encoder_nothing_is_embedded_or_kept(tmp_path):
    _build(tmp_path, None)
    assert "encoder" not in open_current(tmp_path).contents
    assert _arrays(tmp_path) == set()
    assert not (tmp_path / "vectors").exists()


def test_where_nothing_has_changed_nothing_is_embedded_or_written(tmp_path, encoder):
    _build(tmp_path, encoder)
    encoder.asked.clear()
    before, files = current_name(tmp_path), sorted(tmp_path.rglob("*"))
    assert _build(tmp_path, encoder) == before
    assert (encoder.asked, sorted(tmp_path.rglob("*"))) == ([], files)


def test_only_the_new_texts_of_the_changed_article_are_embedded(tmp_path, encoder):
    _build(tmp_path, encoder)
    encoder.asked.clear()
    _build(tmp_path, encoder, dan=PAGE.format("dan") + "<h2>Cups</h2><p>They break.</p>")
    assert sorted(encoder.asked) == ["Cups", "dan\nCups\nThey break."]


def test_another_title_changes_what_the_passages_of_an_article_mean(tmp_path, encoder):
    _build(tmp_path, encoder)
    encoder.asked.clear()
    _build(tmp_path, encoder, dan=PAGE.format("dan").replace("<h1>dan", "<h1>Dan"))
    assert sorted(encoder.asked) == ["Dan\nKettles\nOld ones sing to dan.", "Dan\nTea at four with dan."]


def test_another_order_of_the_files_embeds_nothing(tmp_path, encoder):
    _build(tmp_path / "b", encoder)
    encoder.asked.clear()
    _build(tmp_path / "b", encoder, *NAMES[::-1])
    assert encoder.asked == []
    _build(tmp_path / "a", encoder, *NAMES[::-1])
    assert _everything(tmp_path / "a") == _everything(tmp_path / "b")


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_incremental_build_gives_what_a_full_one_gives(tmp_path, encoder, jobs):
    """One article changed, one deleted, one added."""
    names = ("ann", "cleo", "dan", "eve", "finn", "gus")
    _build(tmp_path / "b", encoder)
    _build(tmp_path / "b", encoder, *names, jobs=jobs, cleo=PAGE.format("someone"))
    _build(tmp_path / "a", encoder, *names, cleo=PAGE.format("someone"))
    everything = _everything(tmp_path / "a")
    assert everything == _everything(tmp_path / "b")
    assert {"passages.small.npy", "headings.small.npy", "common.small.npy", "headings.npz"} < everything.keys()


def test_two_threads_give_what_one_gives(tmp_path, encoder):
    for jobs in (1, 2):
        _build(tmp_path / str(jobs), encoder, jobs=jobs)
    assert _everything(tmp_path / "1") == _everything(tmp_path / "2")


def test_the_bundled_encoder_gives_the_same_whoever_asks_and_in_whatever_order(tmp_path):
    """A real encoder computes each text alone; in a batch, a text's int8 scale would follow from the others."""
    encoder = open_encoder()
    _build(tmp_path / "a", encoder, *NAMES[1:3], jobs=2)
    _build(tmp_path / "b", encoder, *NAMES[:2])
    _build(tmp_path / "b", encoder, *NAMES[1:3])
    assert _everything(tmp_path / "a") == _everything(tmp_path / "b")


def test_what_a_deleted_article_meant_is_forgotten(tmp_path, encoder):
    _build(tmp_path, encoder)
    assert _kept(tmp_path) == TEXTS_OF_ALL
    _build(tmp_path, encoder, *NAMES[1:])
    assert _kept(tmp_path) == TEXTS_OF_ALL - 2


def test_a_build_that_is_stopped_while_embedding_keeps_what_was_embedded(tmp_path, encoder):
    _build(tmp_path, encoder, *NAMES[:1])
    before, calls = current_name(tmp_path), []

    def stop_after_five(count: int) -> None:
        calls.append(count)
        if len(calls) == 5:
            raise KeyboardInterrupt

    meaning = Meaning(encoder, progress=stop_after_five)
    with pytest.raises(KeyboardInterrupt):
        build_index(_files(*NAMES), tmp_path, meaning=meaning)
    assert calls == [12] * 5
    assert current_name(tmp_path) == before
    assert list(tmp_path.glob("building-*")) == []
    assert _kept(tmp_path) == 6  # five passages, and the heading that all have
    encoder.asked.clear()
    _build(tmp_path, encoder)
    assert len(encoder.asked) == TEXTS_OF_ALL - 6
    _build(tmp_path / "whole", encoder)
    assert _everything(tmp_path) == _everything(tmp_path / "whole")


def test_progress_is_told_for_each_passage_with_the_number_of_all(tmp_path, encoder):
    calls: list[int] = []
    build_index(_files(*NAMES), tmp_path, meaning=Meaning(encoder, progress=calls.append))
    assert calls == [12] * 12


def test_full_embeds_everything_again(tmp_path, encoder):
    _build(tmp_path, encoder)
    before = _everything(tmp_path)
    encoder.asked.clear()
    assert _build(tmp_path, encoder, full=True) == ""
    assert len(set(encoder.asked)) == TEXTS_OF_ALL
    assert _everything(tmp_path) == before


def test_vectors_that_were_damaged_are_embedded_again(tmp_path, encoder):
    _build(tmp_path / "b", encoder)
    kept = tmp_path / "b" / "vectors" / "small"
    kept.write_bytes(bytes([kept.read_bytes()[0] ^ 1]) + kept.read_bytes()[1:-3])
    encoder.asked.clear()
    _build(tmp_path / "b", encoder, *NAMES, "gus")
    assert len(encoder.asked) == 2 + 2  # what was damaged, and the new article
    _build(tmp_path / "a", encoder, *NAMES, "gus")
    assert _everything(tmp_path / "a") == _everything(tmp_path / "b")


def test_a_heading_that_several_passages_have_is_kept_once(tmp_path, encoder):
    parts = "".join(f"<p>{f'word{n} ' * 100}</p>" for n in range(6))
    _build(tmp_path, encoder, "ann", ann=f"<h1>ann</h1><h2>Kettles</h2>{parts}")
    passages = open_current(tmp_path).contents["passages"]
    assert passages > 2
    assert _kept(tmp_path) == passages + 1


# Another encoder


def test_another_encoder_makes_a_new_generation_and_neither_loses_its_vectors(tmp_path, encoder):
    other = Counting(small_files("other", seed=1))
    _build(tmp_path, encoder)
    encoder.asked.clear()
    for one in (other, encoder):
        assert _build(tmp_path, one) == ""
        assert open_current(tmp_path).contents["encoder"]["name"] == one.name
        assert _build(tmp_path, one) == current_name(tmp_path)
    assert encoder.asked == []
    assert len(set(other.asked)) == TEXTS_OF_ALL


def test_an_encoder_after_none_and_none_after_one_make_a_new_generation(tmp_path, encoder):
    _build(tmp_path, None)
    assert _build(tmp_path, encoder) == ""
    assert _arrays(tmp_path) == {"passages", "headings", "common"}
    assert _build(tmp_path, None) == ""
    assert _arrays(tmp_path) == set()
    assert _build(tmp_path, None) == current_name(tmp_path)


def test_an_encoder_changes_nothing_that_is_found_by_words(tmp_path, encoder):
    _build(tmp_path / "words", None)
    _build(tmp_path / "both", encoder)
    words, both = published(tmp_path / "words"), published(tmp_path / "both")
    assert both["inputs.json"] != words["inputs.json"]
    for one in (words, both):
        del one["contents"], one["inputs.json"]
    assert words == both


# The engine


def _with_folder(out: Path, folder: Path) -> str:
    """A build as a new process makes it, with the encoder as it is in its folder now; gives what `_build` does."""
    meaning = Meaning(Encoder(read_files(folder)), str(folder))
    return build_index(_files(*NAMES), out, meaning=meaning).unchanged


def test_the_engine_opens_the_encoder_that_made_the_index(tmp_path):
    _with_folder(tmp_path / "out", a_folder(tmp_path / "mine"))
    engine = WhooshEngine(tmp_path / "out")
    assert engine.notice == ""
    vectors = engine.encode("kettles", ())
    assert vectors is not None
    assert vectors.tobytes() == open_encoder(str(tmp_path / "mine")).question("kettles").tobytes()


def test_an_index_by_words_alone_needs_no_notice(tmp_path):
    _build(tmp_path, None)
    engine = WhooshEngine(tmp_path)
    assert (engine.notice, engine.encode("kettles", ())) == ("", None)


def _notice_of_words_alone(out: Path) -> str:
    """The notice of an engine that answers by words alone, as it is checked to do."""
    engine = WhooshEngine(out)
    assert engine.encode("kettles", ()) is None
    assert len(answer(engine, "kettles", 10).hits) == 6
    assert engine.notice.endswith("until then questions are answered by their words alone")
    return engine.notice


def test_the_engine_says_that_the_index_was_made_by_another_encoder(tmp_path, encoder):
    """The small encoder, where the index names the bundled one."""
    _build(tmp_path, encoder)
    notice = _notice_of_words_alone(tmp_path)
    for part in ("made with encoder small,", f"here is {open_encoder().name};", "build it again: advice index"):
        assert part in notice


def test_the_engine_says_that_the_encoders_folder_is_gone(tmp_path):
    _with_folder(tmp_path / "out", a_folder(tmp_path / "mine"))
    shutil.rmtree(tmp_path / "mine")
    notice = _notice_of_words_alone(tmp_path / "out")
    assert str(tmp_path / "mine" / "model.onnx") in notice


def test_an_encoder_that_has_moved_is_found_after_a_build(tmp_path):
    _with_folder(tmp_path / "out", a_folder(tmp_path / "here" / "mine"))
    (tmp_path / "here").rename(tmp_path / "there")
    _with_folder(tmp_path / "out", tmp_path / "there" / "mine")
    assert WhooshEngine(tmp_path / "out").notice == ""


def test_a_running_server_takes_over_an_index_that_was_built_again_with_what_is_in_the_folder_now(tmp_path):
    folder = a_folder(tmp_path / "mine")
    _with_folder(tmp_path / "out", folder)
    assert WhooshEngine(tmp_path / "out").notice == ""
    (folder / "model.onnx").write_bytes(a_model(seed=1))
    assert _with_folder(tmp_path / "out", folder) == ""
    assert WhooshEngine(tmp_path / "out").notice == ""


# The command line


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    (folder / "ann.html").write_text(PAGE.format("ann"), encoding="utf-8")
    return folder


@pytest.fixture
def without_onnxruntime(tmp_path: Path, environment: dict[str, str]) -> dict[str, str]:
    """An environment in which onnxruntime is installed, but cannot be loaded."""
    open_encoder()  # was made ready before
    stub = tmp_path / "stub"
    stub.mkdir()
    (stub / "onnxruntime.py").write_text("raise ImportError('no such library')\n", encoding="utf-8")
    return {**environment, "PYTHONPATH": f"{stub}{os.pathsep}{environment['PYTHONPATH']}"}


def _advice(environment: dict[str, str], *args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from search.cli import main; main()", *map(str, args)]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False)


def _index(*args: object) -> Result:
    """`advice index` in this process, where the encoder is open already."""
    return CliRunner().invoke(app, ["index", *map(str, args)])


def _one_line(text: str) -> bool:
    lines = said(text)
    return len(lines) == 1 and lines[0].startswith("advice: ")


def test_the_command_embeds_with_the_bundled_encoder_unless_it_is_told_not_to(tmp_path, source):
    made_by: list[dict[str, str] | None] = []
    for arguments in ((), ("--encoder", "none"), ("--encoder", "bundled")):
        done = _index(source, "--out", tmp_path, *arguments)
        assert (done.exit_code, said(done.stderr)) == (0, [])
        assert "Nothing has changed" not in done.stdout
        made_by.append(open_current(tmp_path).contents.get("encoder"))
    bundled = {"name": open_encoder().name, "folder": ""}
    assert made_by == [bundled, None, bundled]


def test_the_command_finds_an_encoders_folder_again_from_any_other_folder(tmp_path, source, monkeypatch):
    folder = a_folder(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    done = _index(source, "--out", tmp_path / "out", "--encoder", "mine")
    assert (done.exit_code, said(done.stderr)) == (0, [])
    assert open_current(tmp_path / "out").contents["encoder"]["folder"] == str(folder.resolve())
    monkeypatch.chdir("/")
    assert WhooshEngine(tmp_path / "out").notice == ""


@pytest.mark.parametrize("encoder", ["nowhere", "broken"])
def test_an_encoder_that_cannot_be_opened_is_one_line_and_wrong_usage(tmp_path, source, encoder):
    a_folder(tmp_path / "broken", b"not a model")
    done = _index(source, "--out", tmp_path / "out", "--encoder", tmp_path / encoder)
    assert (done.exit_code, done.stdout) == (2, "")
    assert _one_line(done.stderr)
    assert encoder in done.stderr
    assert not (tmp_path / "out").exists()


def test_without_onnxruntime_the_command_says_so_and_builds_an_index_of_words(without_onnxruntime, tmp_path, source):
    done = _advice(without_onnxruntime, "index", source, "--out", tmp_path / "out")
    assert done.returncode == 0
    assert _one_line(done.stderr)
    assert "no such library" in done.stderr
    assert "pip install onnxruntime" in done.stderr
    assert "encoder" not in open_current(tmp_path / "out").contents
    assert len(answer(WhooshEngine(tmp_path / "out"), "kettles", 10).hits) == 1


def test_without_onnxruntime_a_question_is_answered_by_its_words_and_that_is_told(
    without_onnxruntime, tmp_path, source
):
    build_index(_files("ann"), tmp_path / "out", meaning=Meaning(open_encoder()))
    done = _advice(without_onnxruntime, "search", "kettles", "--index", tmp_path / "out")
    assert done.returncode == 0
    assert _one_line(done.stderr)
    assert "pip install onnxruntime" in done.stderr
    assert "words alone" in done.stderr
    assert "Old ones sing to ann." in done.stdout


def test_without_onnxruntime_from_the_start_the_command_builds_an_index_of_words(without_onnxruntime, tmp_path, source):
    environment = {**without_onnxruntime, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = _advice(environment, "index", source, "--out", tmp_path / "out")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
