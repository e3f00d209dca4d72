"""Where articles come from."""

from pathlib import Path

import pytest
from powerless import powerless_in

from indexer.build import build_index
from indexer.bundled import bundled
from indexer.sources import SourceError, Wanted, open_source


def _write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"<h1>{name}</h1><p>Some words.</p>", encoding="utf-8")
    return folder


def _urls(path: Path) -> list[str]:
    return [file.url for file in open_source(path)]


def test_a_folder_tree_is_read_in_an_order_that_is_the_same_everywhere(tmp_path):
    _write(tmp_path, "b.html", "a/z.html", "a.html", "C.HTML", "d.xhtml", "e.htm")
    assert _urls(tmp_path) == [f"/articles/{name}" for name in ("C", "a/z", "a", "b", "d", "e")]


def test_other_files_and_hidden_ones_are_left_alone(tmp_path):
    _write(tmp_path, "a.html", "notes.txt", "style.css", ".hidden.html", ".git/x.html", "a.html.bak")
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "gone.html").symlink_to(tmp_path / "nowhere.html")
    assert _urls(tmp_path) == ["/articles/a"]


def test_a_hidden_folder_is_read_where_it_is_the_one_that_is_named(tmp_path):
    assert _urls(_write(tmp_path / ".site", "a.html")) == ["/articles/a"]


def test_one_file_is_a_source_too(tmp_path):
    _write(tmp_path, "a.html", "b.html")
    assert _urls(tmp_path / "a.html") == ["/articles/a"]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("how to begin.html", "/articles/how%20to%20begin"),
        ("vertrauen-für-zwei.html", "/articles/vertrauen-f%C3%BCr-zwei"),
        ("100%.html", "/articles/100%25"),
        ("why?.html", "/articles/why%3F"),
        ("a#b.html", "/articles/a%23b"),
        ("v1.2.html", "/articles/v1.2"),
        ("a/index.html", "/articles/a/index"),
    ],
)
def test_a_url_is_the_file_name_made_safe(tmp_path, name, url):
    assert _urls(_write(tmp_path, name)) == [url]


def test_a_file_name_that_is_not_utf_8_is_a_source(tmp_path):
    (tmp_path / "a.html").write_text("<h1>A</h1><p>Some words.</p>", encoding="utf-8")
    (tmp_path / b"caf\xe9.html".decode("utf-8", "surrogateescape")).write_text("<p>Some words.</p>", encoding="utf-8")
    assert _urls(tmp_path) == ["/articles/a", "/articles/caf%E9"]


def test_names_that_differ_in_their_suffix_only_keep_their_own_urls(tmp_path):
    _write(tmp_path, "a.html", "a.htm", "a.xhtml", "a.html.htm", "b.html")
    urls = _urls(tmp_path)
    assert len(set(urls)) == 5
    assert urls[0] == "/articles/a"


@pytest.mark.parametrize(("name", "reason"), [("nowhere", "no such file"), ("empty", "no .htm, .html, .xhtml file")])
def test_where_there_is_nothing_to_read_the_folder_is_named(tmp_path, name, reason):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=reason) as raised:
        open_source(tmp_path / name)
    assert str(tmp_path / name) in str(raised.value)


def test_a_file_is_read_when_it_is_its_turn_so_that_one_that_cannot_be_read_fails_alone(tmp_path):
    files = open_source(_write(tmp_path / "source", "a.html", "b.html"))
    (tmp_path / "source" / "a.html").unlink()
    report = build_index(files, tmp_path / "index")
    assert report.articles == 1
    [(name, reason)] = report.failures
    assert name.endswith("a.html")
    assert "No such file" in reason


def test_a_folder_that_cannot_be_read_is_named_unless_nobody_wants_it(tmp_path):
    _write(tmp_path / "source", "a.html", "hers/b.html", "his/c.html", ".git/d.html", "z.html")
    closed = [tmp_path / "source" / name for name in ("hers", "his", ".git")]
    for folder in closed:
        folder.chmod(0)
    with powerless_in(tmp_path):
        found = open_source("source", Wanted(include=("*.html",), exclude=("his",)))
    for folder in closed:
        folder.chmod(0o755)  # so that it can be removed
    assert [file.name for file in found] == ["source/a.html", "source/z.html", "source/hers"]
    with pytest.raises(OSError, match="cannot be read \\(Permission denied\\); check its permissions"):
        found[-1].read()


def test_the_bundled_articles_are_there():
    assert len(open_source(bundled("articles"))) == 16
