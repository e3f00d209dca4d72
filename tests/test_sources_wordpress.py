"""A WordPress export as a source: made here from the bundled articles, and in every odd way that exports have."""

import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from bs4 import BeautifulSoup

from indexer.build import build_index, parse_file
from indexer.inputs import SourceError, Wanted
from indexer.sources import open_source
from indexer.wppage import content_html

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Steady Ground</title><wp:wxr_version>1.2</wp:wxr_version>
<wp:author><wp:author_login><![CDATA[ed]]></wp:author_login>
<wp:author_display_name><![CDATA[Steady Ground editors]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>\n"


def cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def item(content: str, slug: str = "tea", title: str = "Tea", **more: str) -> str:
    facts = {"post_type": "post", "status": "publish", "post_password": "", "post_id": "7", "post_name": slug}
    facts |= {"post_date_gmt": "2025-11-05 08:30:00", "post_modified_gmt": "2026-07-02 10:12:45", **more}
    wp = "".join(f"<wp:{name}>{cdata(value)}</wp:{name}>" for name, value in facts.items() if name != "link")
    return f"""<item><title>{cdata(title)}</title><link>{escape(more.get("link", f"https://steadyground.example/{slug}/"))}</link>
    <dc:creator>{cdata("ed")}</dc:creator><content:encoded>{cdata(content)}</content:encoded>
    <excerpt:encoded>{cdata("All about <em>tea</em> &amp; cups")}</excerpt:encoded>{wp}
    <category domain="category" nicename="relationships">{cdata("Relationships")}</category>
    <category domain="post_tag" nicename="trust">{cdata("Trust")}</category></item>\n"""


def export(folder: Path, *items: str, tail: str = TAIL) -> Path:
    path = folder / "export.xml"
    path.write_text(HEAD + "".join(items) + tail, encoding="utf-8", errors="surrogateescape")
    return path


def test_an_export_of_the_bundled_articles_gives_what_the_folder_gives(tmp_path, articles):
    """A theme's title, byline and menus are no part of an export; nor is what it puts around the text."""
    items = []
    for file in sorted(articles.glob("*.html")):
        page = BeautifulSoup(file.read_bytes(), "lxml")
        heading = page.h1.extract()
        title = heading.decode_contents()
        items.append(item(page.body.decode_contents(), file.stem, title))
    found = open_source(export(tmp_path, *items))
    for exported, file in zip(map(parse_file, found), open_source(articles), strict=True):
        folder = parse_file(file)
        assert (exported.url, exported.title) == (folder.url, folder.title)
        assert [(s.heading, s.level, s.text) for s in exported.sections] == [
            (s.heading, s.level, s.text) for s in folder.sections
        ]
        assert {f.question: f.answer for f in exported.faqs}.items() <= {
            f.question: f.answer for f in folder.faqs
        }.items()
        assert (exported.published, exported.modified) == ("2025-11-05", "2026-07-02")
        assert exported.author == "Steady Ground editors"
        assert [topic.casefold() for topic in exported.topics][:1] == ["relationships"]


def test_what_wordpress_knows_of_a_post_is_kept(tmp_path):
    [file] = open_source(export(tmp_path, item("Tea at <b>four</b>.\n\nOr five.", title="Tea &amp; <em>cups</em>")))
    article = parse_file(file)
    assert article.title == "Tea & cups"
    assert article.canonical == "https://steadyground.example/tea/"
    assert article.description == "All about tea & cups"
    assert article.topics == ("Relationships", "Trust")
    assert [block.text for block in article.sections[0].blocks] == ["Tea at four.", "Or five."]
    assert article.sections[0].text.count("Trust") == 0


@pytest.mark.parametrize(
    "more", [{"status": "draft"}, {"status": "private"}, {"post_password": "x"}, {"post_type": "attachment"}]
)
def test_what_visitors_cannot_read_is_left_out(tmp_path, more):
    found = open_source(export(tmp_path, item("Not for all.", "secret", **more), item("For all.", post_type="page")))
    assert [file.url for file in found] == ["/articles/tea"]


def test_addresses_come_from_links_and_lead_to_the_live_site_on_request(tmp_path):
    path = export(
        tmp_path,
        item("One.", link="https://steadyground.example/2025/one/"),
        item("Two.", slug="two", link="https://steadyground.example/?p=7"),
        item("Home.", slug="home", link="https://steadyground.example/"),
    )
    found = open_source(path, Wanted(base_url="https://live.example/x"))
    assert [file.url for file in found] == ["/articles/2025/one", "/articles/two", "/articles/home"]
    assert [file.live for file in found] == [f"https://live.example/x/{place}" for place in ("2025/one/", "?p=7", "")]
    assert [file.live for file in open_source(path, Wanted(include=("2025",)))] == [""]


def test_a_post_whose_link_is_no_address_fails_alone(tmp_path):
    bad = "http://[oops/"
    path = export(tmp_path, item("Bad.", "bad", link=bad), item("Not yet.", status="draft", link=bad), item("Good."))
    report = build_index(open_source(path), tmp_path / "index")
    assert report.articles == 1
    [(name, reason)] = report.failures
    assert name == f"{path}: bad"
    assert f"its link {bad} is no web address" in reason


def test_pages_can_be_read_in_any_order_and_more_than_once(tmp_path):
    files = open_source(export(tmp_path, *(item(f"Cup {n}.", f"cup-{n}") for n in range(5))))
    for number in (4, 0, 2, 0):
        assert f"Cup {number}.".encode() in files[number].read()


def test_characters_that_xml_forbids_and_bytes_of_windows_1252_do_no_harm(tmp_path):
    [file] = open_source(export(tmp_path, item("Tea\x0b at\x00 the caf\udce9.")))
    assert parse_file(file).sections[0].text == "Tea at the café."


@pytest.mark.parametrize("tail", ["", "<item><title>cut", "<item></channel>", "<item>&unknown;</item></channel></rss>"])
def test_what_stands_before_damage_is_used_and_the_damage_is_named(tmp_path, tail):
    path = export(tmp_path, item("Tea."), tail=tail)
    report = build_index(open_source(path), tmp_path / "index")
    assert report.articles == 1
    [(name, reason)] = report.failures
    assert name == str(path)
    assert "export again" in reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<rss><channel/></rss>", "no WordPress export"),
        ("<html>", "no WordPress export"),
        ("", "no WordPress export"),
        ('<!DOCTYPE rss [<!ENTITY a "aaaa">]>' + HEAD.partition("?>")[2] + TAIL, "entities"),
        ('<!doctype rss SYSTEM "file:///etc/passwd">' + HEAD.partition("?>")[2] + TAIL, "entities"),
        (HEAD + TAIL, "no article in it"),
    ],
)
def test_another_file_is_refused(tmp_path, text, reason):
    path = tmp_path / "export.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=reason) as raised:
        open_source(path)
    assert str(path) in str(raised.value)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_large_export_does_not_fill_memory(tmp_path):
    """60 MB in 600 posts; the interpreter and lxml alone take about 40 MB.

    VmHWM begins anew with the program; getrusage's figure begins with that of the process that started it.
    """
    path = tmp_path / "export.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for number in range(600):
            file.write(item("Some words about tea.\n\n" * 4500, f"tea-{number}"))
        file.write(TAIL)
    program = (
        "import re, sys; from indexer.sources import open_source; files = open_source(sys.argv[1]); "
        "read = len(files[-1].read()); peak = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]; "
        "print(len(files), read, peak)"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", program, path], cwd=root, capture_output=True, text=True, check=True)
    count, length, kilobytes = map(int, done.stdout.split())
    assert (count, length > 100_000) == (600, True)
    assert kilobytes < 150_000


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("One.\n\nTwo.", ["<p>One.</p>", "<p>Two.</p>"]),
        ("One\ntwo.", ["<p>One<br>\ntwo.</p>"]),
        ("One.\r\n\r\nTwo.", ["<p>One.</p>", "<p>Two.</p>"]),
        ("<h2>Head</h2>\nOne.", ["<h2>Head", "</h2>", "<p>One.</p>"]),
        ("<pre>a\n\nb</pre>", ["<pre>a\n\nb</pre>"]),
        ("<!-- wp:paragraph -->\n<p>One.</p>\n<!-- /wp:paragraph -->", None),
        ("[vc_row][vc_column width='1/2']One.[/vc_column][/vc_row]", ["<p>One.</p>"]),
        ("One [sic] two.", ["<p>One [sic] two.</p>"]),
        ('[caption id="a"]<img> A cup[/caption]One.[gallery ids="1"]', ["<p>One.</p>"]),
    ],
)
def test_classic_posts_get_their_paragraphs(content, texts):
    assert content_html(content).strip() == (content if texts is None else "\n".join(texts))
