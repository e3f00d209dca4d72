"""`advice index` and `advice parse`, each run in a process of its own, as people run them."""

import json
import os
import re
import sys
from pathlib import Path
from subprocess import CompletedProcess
from zipfile import ZipFile

import pytest
from terminal import in_terminal, said, visible

from indexer.generations import current_name, open_current, publishing

GOOD = "<h1>{0}</h1><p>Tea at four with {0}.</p><h2>Kettles</h2><p>Old ones sing.</p>"
FAQ = "<details><summary>Why tea?</summary><p>It is warm.</p></details>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def _folder(path: Path, **files: str | bytes) -> Path:
    path.mkdir()
    for name, content in files.items():
        (path / f"{name}.html").write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _titles(out: Path) -> list[str]:
    return [card["title"] for card in open_current(out).contents["catalog"]]


def _one_line(text: str) -> bool:
    return text.startswith("advice: ") and text.count("\n") == 1 and text.endswith("\n")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two articles, one of them nested 100 levels deep, and two files that are none."""
    source = tmp_path_factory.mktemp("mixed") / "source"
    nested = "<div>" * 100 + GOOD.format("Nested") + "</div>" * 100
    _folder(source, good=GOOD.format("Good") + FAQ, nested=nested, picture=PNG, blank=b"")
    (source / "notes.txt").write_text("not for the index", encoding="utf-8")
    return source


@pytest.fixture(scope="module")
def built(advice, mixed) -> CompletedProcess[str]:
    return advice("index", mixed, "--out", mixed.parent / "out")


def test_good_files_are_indexed_and_bad_ones_show_in_the_exit_code(built, mixed):
    assert built.returncode == 1
    assert _titles(mixed.parent / "out") == ["Good", "Nested"]


def test_every_bad_file_is_named_with_its_reason_on_stderr(built, mixed):
    lines = said(built.stderr)
    assert len(lines) == 2
    assert [line for line in lines if str(mixed / "picture.html") in line and "PNG" in line]
    assert [line for line in lines if str(mixed / "blank.html") in line and "empty" in line]


def test_the_summary_counts_what_was_indexed_and_names_the_next_step(built, mixed):
    words = re.findall(r"(articles|sections|FAQ entries|passages|left out):? (\d+)", built.stdout)
    assert dict(words) == {"articles": "2", "sections": "2", "FAQ entries": "1", "passages": "5", "left out": "2"}
    assert f"advice serve --index {mixed.parent / 'out'}" in built.stdout


def test_what_is_piped_has_no_progress_bar_no_colours_and_no_traceback(built):
    for output in (built.stdout, built.stderr):
        assert "\x1b[" not in output
        assert "\r" not in output
        assert "Traceback" not in output


def test_python_m_indexer_is_the_same_command(built, mixed, python, tmp_path):
    same = python("-m", "indexer", mixed, "--out", tmp_path)
    assert (same.returncode, said(same.stderr)) == (built.returncode, said(built.stderr))
    assert _titles(tmp_path) == _titles(mixed.parent / "out")


def test_without_a_source_the_bundled_articles_are_indexed(advice, tmp_path):
    done = advice("index", cwd=tmp_path)
    assert (done.returncode, said(done.stderr)) == (0, [])
    assert len(_titles(tmp_path / "data" / "index")) == 16
    assert done.stdout.endswith("advice serve\n")


def test_a_missing_folder_is_one_line_and_wrong_usage(advice, tmp_path):
    done = advice("index", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert _one_line(done.stderr)
    assert str(tmp_path / "nowhere") in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_source_without_a_name_is_one_line_and_the_last_index_stays(advice, mixed, tmp_path):
    assert advice("index", mixed / "good.html", "--out", tmp_path / "out").returncode == 0
    done = advice("index", "", "--out", tmp_path / "out", cwd=mixed)
    assert (done.returncode, done.stdout) == (2, "")
    assert _one_line(done.stderr)
    assert "no name" in done.stderr
    assert _titles(tmp_path / "out") == ["Good"]


def test_a_folder_without_html_is_one_line(advice, tmp_path):
    done = advice("index", _folder(tmp_path / "empty"), "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert _one_line(done.stderr)
    assert ".html" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_output_that_cannot_be_written_is_one_line(advice, mixed, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = advice("index", mixed / "good.html", "--out", tmp_path / "file" / "index")
    assert (done.returncode, done.stdout) == (3, "")
    assert _one_line(done.stderr)
    assert str(tmp_path / "file" / "index") in done.stderr


def test_a_second_build_of_the_same_index_is_refused(advice, mixed, tmp_path):
    with publishing(tmp_path, {}):
        done = advice("index", mixed / "good.html", "--out", tmp_path)
    assert done.returncode == 3
    assert _one_line(done.stderr)
    assert "another build" in done.stderr


def test_where_all_files_are_bad_they_are_named_and_the_last_index_stays(advice, mixed, tmp_path):
    out = tmp_path / "out"
    assert advice("index", mixed / "good.html", "--out", out).returncode == 0
    before = current_name(out)
    bad = _folder(tmp_path / "bad", picture=PNG, blank=b"")
    done = advice("index", bad, "--out", out)
    assert (done.returncode, current_name(out)) == (1, before)
    assert "Traceback" not in done.stderr
    assert "nothing was published" in done.stderr
    for name in ("picture.html", "blank.html"):
        assert str(bad / name) in done.stderr


def test_two_files_that_differ_in_their_suffix_only_are_both_indexed(advice, tmp_path):
    source = _folder(tmp_path / "source", a=GOOD.format("One"))
    (source / "a.htm").write_text(GOOD.format("Two"), encoding="utf-8")
    assert advice("index", source, "--out", tmp_path / "out").returncode == 0
    catalog = open_current(tmp_path / "out").contents["catalog"]
    assert sorted(card["title"] for card in catalog) == ["One", "Two"]
    assert len({card["url"] for card in catalog}) == 2


def test_a_file_whose_name_is_not_utf_8_is_no_accident(advice, tmp_path):
    source = _folder(tmp_path / "source", a=GOOD.format("One"))
    (source / b"caf\xe9.html".decode("utf-8", "surrogateescape")).write_bytes(PNG)
    done = advice("index", source, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "PNG" in done.stderr
    assert "Traceback" not in done.stderr
    assert _titles(tmp_path / "out") == ["One"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on memory, and files with holes")
def test_a_file_that_does_not_fit_into_memory_is_left_out_alone(python, tmp_path):
    source = _folder(tmp_path / "source", good=GOOD.format("Good"), huge=b"<p>")
    os.truncate(source / "huge.html", 20 * 1024**3)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (6 * 1024**3,) * 2); "
    program = limited + "from search.cli import main; main()"
    done = python("-c", program, "index", source, "--out", tmp_path / "out", "--encoder", "none")
    assert (done.returncode, _titles(tmp_path / "out")) == (1, ["Good"])
    assert f"left out: {source / 'huge.html'}: it is larger than 32 MB" in done.stderr
    done = python("-c", program, "parse", source / "huge.html", source / "good.html", "--json")
    assert (done.returncode, list(json.loads(done.stdout))) == (1, ["good"])
    assert "it is larger than 32 MB" in done.stderr


def test_an_option_that_there_is_not_is_wrong_usage(advice):
    done = advice("index", "--ouput", "x")
    assert done.returncode == 2
    assert "--ouput" in done.stderr


def test_parse_prints_an_outline(advice, mixed):
    done = advice("parse", mixed / "good.html")
    assert done.returncode == 0
    assert [word for word in ("Good", "Kettles  #kettles", "Why tea?  #why-tea") if word not in done.stdout] == []


def test_parse_leaves_out_what_it_cannot_read_and_says_so(advice, mixed, tmp_path):
    done = advice("parse", mixed / "picture.html", mixed / "good.html", tmp_path / "nowhere.html", "--json")
    assert done.returncode == 1
    assert list(json.loads(done.stdout)) == ["good"]
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert "PNG" in lines[0]
    assert "No such file" in lines[1]


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b2J\u202e"


def test_articles_and_names_of_files_do_not_move_the_terminal(environment, tmp_path):
    command = [sys.executable, "-c", "from search.cli import main; main()"]
    with ZipFile(tmp_path / "site.zip", "w") as archive:
        archive.writestr("good.html", GOOD.format(f"Tea{HOSTILE}") + "<p>Tea at four for everybody.</p>" * 3)
        archive.writestr(f"a{HOSTILE}.html", "no tag")
    written = in_terminal([*command, "index", tmp_path / "site.zip", "--out", tmp_path / "out"], environment, 400)
    assert "a.html: it has no HTML tag" in written
    assert [part for part in ("owned", "\x1b[2J", "\x9b", "\u202e") if part in written] == []
    page = GOOD.format(f"Tea{HOSTILE}").replace("Kettles", f"Kettles{HOSTILE}") + FAQ.replace("tea", f"tea{HOSTILE}")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    shown = visible(in_terminal([*command, "parse", tmp_path / "page.html"], environment, 400))
    assert [line for line in ("Tea", "  Kettles", "  ? Why tea?") if line not in shown] == []
    as_json = in_terminal([*command, "parse", tmp_path / "page.html", "--json"], environment, 400)
    assert "\x9b" not in as_json
    assert json.loads(as_json)["page"]["title"] == "Tea" + HOSTILE.removesuffix("\u202e")


def test_parse_shows_both_of_two_files_with_one_name(advice, mixed, tmp_path):
    other = _folder(tmp_path / "other", good=GOOD.format("Other"))
    done = advice("parse", mixed / "good.html", other / "good.html", "--json")
    assert sorted(article["title"] for article in json.loads(done.stdout).values()) == ["Good", "Other"]
