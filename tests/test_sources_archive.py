"""Zip archives, patterns and the live site's address."""

import io
import struct
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from server import get, serving

from indexer.archive import read_member
from indexer.build import build_index, parse_file
from indexer.inputs import ReadError, SourceError, Wanted, WrongSource
from indexer.sources import open_source
from search.answer import answer
from search.api_json import results_json
from search.whoosh_engine import WhooshEngine

PAGE = "<h1>{0}</h1><p>Some words about {0}, and a kettle.</p>"


def packed(folder: Path, *names: str, **more: bytes) -> Path:
    path = folder / "site.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, PAGE.format(name))
        for name, data in more.items():
            archive.writestr(name.replace("_", "."), data)
    return path


def test_an_archive_of_the_bundled_articles_gives_what_the_folder_gives(tmp_path, articles):
    path = tmp_path / "articles.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in sorted(articles.rglob("*"), reverse=True):
            archive.write(file, file.relative_to(articles))
    assert list(map(parse_file, open_source(path))) == list(map(parse_file, open_source(articles)))


def test_names_that_lead_elsewhere_or_are_hidden_do_no_harm(tmp_path):
    names = [
        "/a.html",
        "../../b.html",
        "c\\d.html",
        "C:/e.html",
        ".git/f.html",
        "__MACOSX/g.html",
        "h.css",
        "i/j/k.HTM",
    ]
    path = packed(tmp_path, *names)
    assert [file.url for file in open_source(path)] == [f"/articles/{name}" for name in ("a", "b", "c/d", "e", "i/j/k")]
    assert [file.name for file in tmp_path.iterdir()] == ["site.zip"]


def damaged(path: Path, change: int) -> None:
    """Changes the first member: its flags in both headers, or its packed bytes."""
    data = bytearray(path.read_bytes())
    if change:
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            struct.pack_into("<H", data, data.index(signature) + offset, change)
    else:
        data[45:55] = b"\xff" * 10
    path.write_bytes(data)


@pytest.mark.parametrize(("change", "reason"), [(1, "encrypted"), (0, "damaged")])
def test_a_member_that_cannot_be_read_fails_alone(tmp_path, change, reason):
    path = packed(tmp_path, "a.html", "b.html")
    damaged(path, change)
    report = build_index(open_source(path), tmp_path / "index")
    assert report.articles == 1
    [(name, said)] = report.failures
    assert name == f"{path}: a.html"
    assert reason in said


def test_a_member_that_unpacks_without_end_is_cut_off():
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.html", b"x" * 1_000_000)
        with pytest.raises(ReadError, match="larger than"):
            read_member(archive, archive.infolist()[0], 1000)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and no more", b"<p>no zip</p>"])
def test_what_is_no_archive_is_refused(tmp_path, data):
    (tmp_path / "site.zip").write_bytes(data)
    with pytest.raises(SourceError, match="no zip archive"):
        open_source(tmp_path / "site.zip")


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        ((), (), ["a", "blog/b", "blog/drafts/c"]),
        (("blog/*",), (), ["blog/b", "blog/drafts/c"]),
        (("/blog/",), ("*/drafts",), ["blog/b"]),
        ((), ("a.html", "*c.html"), ["blog/b"]),
        (("a.html", "*/c.html"), (), ["a", "blog/drafts/c"]),
    ],
)
def test_patterns_choose_by_the_path_in_the_source(tmp_path, include, exclude, left):
    path = packed(tmp_path, "a.html", "blog/b.html", "blog/drafts/c.html")
    wanted = Wanted(include=include, exclude=exclude)
    assert [file.url.removeprefix("/articles/") for file in open_source(path, wanted)] == left
    with ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    assert [file.url.removeprefix("/articles/") for file in open_source(tmp_path / "folder", wanted)] == left


def test_patterns_that_leave_nothing_are_said_to(tmp_path):
    with pytest.raises(SourceError, match="check --include and --exclude"):
        open_source(packed(tmp_path, "a.html"), Wanted(exclude=("*",)))


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org", "http://", "http://e.org:x/"])
def test_a_base_url_that_is_none_is_wrong_usage(advice, tmp_path, address):
    with pytest.raises(WrongSource, match="--base-url"):
        Wanted(base_url=address)
    done = advice("index", packed(tmp_path, "a.html"), "--base-url", address, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_with_a_base_url_hits_lead_to_the_live_site_and_the_reading_page_stays(tmp_path):
    names = ["how to.html", "blog/index.html", "index.html"]
    for base in ("https://live.example/x", "https://live.example/x/"):
        files = open_source(packed(tmp_path, *names), Wanted(base_url=base))
        assert [file.live.removeprefix("https://live.example/x/") for file in files] == ["blog/", "how%20to.html", ""]
    build_index(files, tmp_path / "index")
    engine = WhooshEngine(tmp_path / "index")
    results = answer(engine, "how to kettle")
    assert results_json(results)["hits"][0]["url"] == "https://live.example/x/how%20to.html"
    assert results.hits[0].passage.address == "https://live.example/x/how%20to.html#top"
    assert engine.read(results.hits[0].passage.url).article.live == "https://live.example/x/how%20to.html"
    assert [card.live.count("live.example") for card in engine.cards] == [1, 1, 1]


def test_the_reading_page_is_there_whatever_an_articles_name_is(tmp_path):
    names = ["how to.html", "why?.html", "für.html", "a=b&c.html", "x#y.html", "100%.html", "a/b.html"]
    for name in names:
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(PAGE.format("x"), encoding="utf-8")
    files = open_source(tmp_path / "site")
    build_index(files, tmp_path / "index")
    with serving(tmp_path / "index", tmp_path / "log") as server:
        assert {file.url: get(server.url + file.url).status_code for file in files} == {f.url: 200 for f in files}


def test_without_a_base_url_hits_lead_to_our_own_page(bundled_index):
    hit = answer(WhooshEngine(bundled_index), "jealous").hits[0]
    assert hit.passage.address == f"{hit.passage.url}#{hit.passage.fragment}"
    assert hit.passage.live == ""
