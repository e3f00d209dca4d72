"""What each check of an audit finds, also where only one of the things that it looks at leaks."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from search.audit.canary import Canary, new_words
from search.audit.checks import CHECKS, ERRORS, Evidence
from search.audit.model import Exchange, Look, Request, Seen
from search.audit.outside import Told
from search.audit.process import Printed
from search.audit.rooms import stamps
from search.audit.visitor import visiting
from search.audit.watch import Watch

SITE, OUTSIDE, OTHER = "http://127.0.0.1:8000", "http://127.0.0.1:9000", "https://statistics.example"
CANARY = Canary(new_words(), "How do I get over my ex?")
WORD, TYPED = CANARY.words["private"], CANARY.words["command"]
STORING = """async () => {
  sessionStorage.setItem("last", "asked");
  localStorage.setItem("last", "asked");
  window.name = "asked";
  await caches.open("asked");
  await new Promise(done => indexedDB.open("asked").onsuccess = done);
  await navigator.serviceWorker.register("/worker.js");
}"""


def look(**changed: object) -> Look:
    return replace(Look("results", True, f"{SITE}/private", "Results", (f"{SITE}/",), {}), **changed)


def request(url: str, **changed: object) -> Request:
    return replace(Request(url, f"{SITE}/private", led=False, private=True), **changed)


def evidence(**changed: object) -> Evidence:
    """That of a site that leaks nothing, or only what is changed."""
    statuses = [Exchange("GET", f"{SITE}/", status, (("x-frame-options", "DENY"),)) for status in (200, *ERRORS)]
    watch = Watch(looks=9, told=9, sockets={"1"}, arguments={"advice serve"})
    clean = Evidence(
        site=SITE,
        outside=OUTSIDE,
        canary=CANARY,
        seen=Seen(statuses, [request(f"{SITE}/style.css")], [look()], jars=1),
        ways=frozenset({"nav / page"}),
        watch=watch,
        told=(Told("/", ()),),
        log=("Serving",),
        printed=(Printed("advice search", "", 0),),
        folders=(),
        before={},
        after={Path(__file__): (1, 1, 1)},
        own=frozenset({Path(__file__)}),
    )
    return replace(clean, **changed)


def leaking(e: Evidence) -> dict[str, tuple[str, ...]]:
    return {found.name: found.leaks for check in CHECKS if not (found := check(e)).ok}


def seen(**changed: object) -> Evidence:
    return evidence(seen=replace(evidence().seen, **changed))


def exchanged(status: int, *headers: tuple[str, str]) -> Evidence:
    return seen(exchanges=[*evidence().seen.exchanges, Exchange("GET", f"{SITE}/", status, headers)])


def watched(**changed: object) -> Evidence:
    return evidence(watch=replace(evidence().watch, **changed))


def test_a_site_that_leaks_nothing_passes_every_check():
    assert leaking(evidence()) == {}


@pytest.mark.parametrize(
    ("check", "says", "leaky"),
    [
        ("the walk itself", "no answer with status 400", seen(exchanges=evidence().seen.exchanges[2:])),
        ("the walk itself", "was answered 429", exchanged(429)),
        ("the walk itself", "was answered 503", exchanged(503)),
        ("the walk itself", "advice ask ended with 3", evidence(printed=(Printed("advice ask", "", 3),))),
        ("server log", "line 1: the private word", evidence(log=(f"GET /?q={WORD}",))),
        ("server log", "a line of advice search: the command", evidence(printed=(Printed("advice search", TYPED, 0),))),
        ("tracebacks", "the server", evidence(log=("Traceback (most recent call last)",))),
        ("tracebacks", "ask", evidence(printed=(Printed("advice ask", "Traceback (most recent call last)", 0),))),
        ("response headers", "etag of GET /: the private word", exchanged(200, ("etag", WORD))),
        ("cookies", "GET / sets “last” with the private word", exchanged(200, ("set-cookie", f"last={WORD}"))),
        ("cookies", "the browser has “last”", seen(cookies=["last=1"])),
        ("page titles", "the title of (private) results", seen(looks=[look(title=WORD)])),
        ("private addresses", "the address of results", seen(looks=[look(address=f"{SITE}/?q={WORD}")])),
        ("private addresses", "the history after results", seen(looks=[look(entries=(f"{SITE}/ {WORD}",))])),
        ("private addresses", "the address of a request", seen(requests=[request(f"{SITE}/?q={WORD}")])),
        ("browser storage", "local storage after (private) results", seen(looks=[look(stored={"local storage": "a"})])),
        ("outgoing requests", "a page asks something", seen(requests=[request(f"{OTHER}/")])),
        ("outgoing requests", "a page asks something", seen(requests=[request(f"{OTHER}/", page=f"{OUTSIDE}/a")])),
        ("outgoing requests", "a page asks something", seen(requests=[request(f"{OUTSIDE}/prefetched")])),
        ("outgoing requests", "the address of", seen(requests=[request(f"{OTHER}/?q={WORD}", led=True)])),
        ("outgoing requests", "what was sent to", seen(requests=[request(OTHER, led=True, body=WORD.encode())])),
        ("referers", "/ was told", evidence(told=(Told("/", (("Referer", f"{SITE}/articles/a"),)),))),
        ("referers", "a request outside", evidence(told=(Told(f"/?q={WORD}", ()),))),
        ("referers", "a request outside", evidence(told=(Told("/", (("X-Asked", WORD),)),))),
        ("referers", "a request outside", evidence(told=(Told("/", (), WORD.encode()),))),
        ("connections", "to 192.0.2.1", watched(outgoing={"192.0.2.1"})),
        ("process names", "a process: the private word", watched(arguments={f"sh -c {WORD}"})),
    ],
)
def test_each_leak_is_found_by_its_check_alone(check: str, says: str, leaky: Evidence):
    found = leaking(leaky)
    assert {check} <= found.keys() <= {check, "private addresses"}  # a request in private search has an address
    assert says in found[check][0]


@pytest.mark.parametrize(
    "fine",
    [
        seen(requests=[request(f"{OTHER}/", led=True)]),
        seen(requests=[request(f"{OUTSIDE}/embedding", page=f"{OUTSIDE}/embedding")]),
        seen(requests=[request(f"{SITE}/embed.js", page=f"{OUTSIDE}/embedding")]),
        seen(looks=[look(), look(private=False, address=f"{SITE}/?q={WORD}")]),
    ],
)
def test_who_follows_a_link_or_searches_in_the_open_leaks_nothing(fine: Evidence):
    assert leaking(fine) == {}


def in_a_file(folder: Path) -> None:
    (folder / "asked").write_text(WORD, encoding="utf-8")


def as_a_folder(folder: Path) -> None:
    (folder / WORD).mkdir()


def as_a_link(folder: Path) -> None:
    (folder / "last").symlink_to(WORD)


@pytest.mark.parametrize("keep", [in_a_file, as_a_folder, as_a_link])
@pytest.mark.parametrize("in_its_folders", [True, False])
def test_words_are_found_in_files_and_in_the_names_of_folders_and_links(tmp_path: Path, keep, in_its_folders: bool):
    keep(tmp_path)
    after = stamps([tmp_path])
    e = evidence(after=after) if in_its_folders else watched(written=set(after))
    (leak,) = leaking(e)["files"]
    assert leak.endswith("the private word")
    assert leaking(replace(e, own=frozenset(after))) == {}  # the audit's own
    assert leaking(replace(e, before=after)) == {} or not in_its_folders  # it was there before


def test_a_pipe_is_not_read(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert leaking(evidence(after=stamps([tmp_path]))) == {}


def test_every_kind_of_storage_is_seen(browser: Browser, tmp_path: Path):
    found = Seen()
    with visiting(browser, "http://localhost", OUTSIDE, found, tmp_path / "har") as visitor:
        visitor.page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<title>A page</title>"))
        visitor.page.context.route("**/worker.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
        visitor.open("/", "before")
        visitor.page.evaluate(STORING)
        visitor.look("after")
    kinds = {"local storage", "session storage", "IndexedDB", "cache storage", "service worker", "the window's name"}
    assert [set(look.stored) for look in found.looks] == [set(), kinds]


def test_what_a_page_sends_is_noted(browser: Browser, tmp_path: Path):
    found = Seen()
    with visiting(browser, "http://localhost", OUTSIDE, found, tmp_path / "har") as visitor:
        visitor.page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<title>A page</title>"))
        visitor.open("/", "before")
        visitor.page.evaluate("word => fetch('/kept', {method: 'POST', body: word})", WORD)
    assert [one.body for one in found.requests if one.url.endswith("/kept")] == [WORD.encode()]
