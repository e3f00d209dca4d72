"""Statistics of a real server: what is on its disk, in its log and in `advice stats`, and what is not."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from conftest import Advice
from server import PATIENCE, Server, get, hosting, post, serving, until
from starlette.requests import Request

from search.settings import Settings, StatisticsSettings
from search.tallies import Contents, contents
from search.web.helpful import visitor_of

RARE = "how do I tell my uncle zebulon about qxzjvwkq"
PASSAGE = "/articles/stay-or-leave#top"


@dataclass(frozen=True)
class Counted:
    """A running server that counts, and where everything about it is."""

    server: Server
    folder: Path

    @property
    def settings(self) -> Path:
        return self.folder / "site.toml"

    def ask(self, question: str, visitor: object, path: str = "/", **fields: str) -> None:
        """As a browser of that name."""
        asked = get(
            f"{self.server.url}{path}", params={"q": question, **fields}, headers={"user-agent": f"Browser {visitor}"}
        )
        assert asked.status_code == 200

    def found(self) -> Contents:
        return contents(self.folder / "counts", date.min, date.max)

    def everything(self, advice: Advice) -> str:
        """Every byte on the disk, the log, and what `advice stats` prints in both forms; after the next write."""
        self.ask("zeppelin", f"who waits {os.urandom(8).hex()}")
        before = self.unanswered()
        self.ask("zeppelin", f"who waits {os.urandom(8).hex()}")
        until(lambda: self.unanswered() > before)
        files = (path for path in self.folder.rglob("*") if path.is_file())
        on_disk = "\n".join(path.name + path.read_bytes().decode(errors="replace") for path in files)
        printed = [advice("stats", "--settings", self.settings, *more).stdout for more in ([], ["--json"])]
        return "\n".join((on_disk, self.server.logged(), *printed))

    def unanswered(self) -> int:
        return sum(day.unanswered.get("questions", 0) for day in self.found().days.values())


@contextmanager
def counting(index: Path, folder: Path) -> Iterator[Counted]:
    folder.mkdir(exist_ok=True)
    (folder / "site.toml").write_text('[statistics]\nfolder = "counts"\n', encoding="utf-8")
    with serving(index, folder / "log", "--settings", folder / "site.toml") as server:
        yield Counted(server, folder)


@pytest.fixture
def counted(bundled_index: Path, tmp_path: Path) -> Iterator[Counted]:
    with counting(bundled_index, tmp_path / "site") as site:
        yield site


def click(url: str, visitor: str = "one", answer: str = "yes", passage: str = PASSAGE, **headers: str) -> int:
    sent = {"user-agent": visitor, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return post(f"{url}/helpful", data={"passage": passage, "helpful": answer}, headers=sent).status_code


def test_four_visits_leave_no_word_anywhere_and_the_fifth_brings_the_question_out(counted: Counted, advice: Advice):
    for visitor in range(4):
        counted.ask(RARE, visitor)
        counted.ask(RARE, visitor, page="2")  # no further visit, nor is the same question to the API
        counted.ask(f"{RARE.upper()}?!", visitor, "/api/v1/search")
        counted.ask(RARE, visitor, "/api/v1/suggest")
    everything = counted.everything(advice).casefold()
    assert not [word for word in ("zebulon", "qxzjvwkq", "uncle") if word in everything]
    assert "browser" not in everything
    assert "127.0.0.1" not in everything.replace(counted.server.url, "")
    counted.ask(f"  {RARE.upper()}?! ", "the fifth")
    known = until(lambda: counted.found().texts.questions)
    assert {text: crowd.visits for text, crowd in known.items() if "zebulon" in text} == {RARE.casefold(): 5}
    printed = advice("stats", "--settings", counted.settings)
    assert printed.returncode == 0
    assert RARE.casefold() in printed.stdout
    told = json.loads(advice("stats", "--settings", counted.settings, "--json").stdout)
    assert told["questions"][RARE.casefold()]["visits"] == 5
    assert told["words"]["qxzjvwkq"]["visits"] == 5
    assert "Browser" not in counted.everything(advice)


def test_addresses_tell_visitors_apart_too(counted: Counted):
    for number in range(1, 6):
        with httpx.Client(timeout=PATIENCE, transport=httpx.HTTPTransport(local_address=f"127.0.0.{number}")) as client:
            assert client.get(counted.server.url, params={"q": RARE}).status_code == 200
    assert until(lambda: counted.found().texts.questions)


def test_private_search_is_never_counted(counted: Counted, advice: Advice):
    for visitor in range(8):
        answered = post(f"{counted.server.url}/private", data={"q": RARE}, headers={"user-agent": f"Browser {visitor}"})
        assert 'class="hit' in answered.text
        assert 'action="/helpful"' not in answered.text
    assert "zebulon" not in counted.everything(advice)
    [day] = counted.found().days.values()
    assert (dict(day.topics), sum(day.unanswered.values())) == ({}, 2)  # of who waited for the next write


def test_days_have_topics_questions_without_a_good_answer_and_clicks(counted: Counted, advice: Advice):
    counted.ask("how do I get over my ex", "one")
    counted.ask("how do I get over my ex", "two", "/api/v1/search")
    counted.ask("how long do you boil an egg", "one")
    assert click(counted.server.url, "one") == click(counted.server.url, "two") == 303
    assert click(counted.server.url, "one") == 303  # counts once a day
    assert click(counted.server.url, "one", "no") == 303
    day = until(lambda: [day for day in counted.found().days.values() if day.not_helpful])[0]
    assert list(day.topics.values()) == [2]
    assert (day.unanswered, day.helpful) == ({"questions": 1}, {PASSAGE: 2})
    told = json.loads(advice("stats", "--settings", counted.settings, "--json", "--days", 1).stdout)
    assert (told["unanswered"], told["helpful"], told["not_helpful"]) == (1, {PASSAGE: 2}, {PASSAGE: 1})
    assert list(told["days"]) == [datetime.now(UTC).date().isoformat()]


def test_a_server_that_is_killed_leaves_what_it_wrote(bundled_index: Path, tmp_path: Path):
    with counting(bundled_index, tmp_path / "site") as counted:
        counted.ask("zeppelin", "one")
        until(counted.unanswered)
        for visitor in range(5):
            counted.ask(RARE, visitor)
        counted.server.process.send_signal(signal.SIGKILL)
        counted.server.process.wait()
        assert not counted.found().damaged
        before = counted.unanswered()
        assert before >= 1
    with counting(bundled_index, tmp_path / "site") as counted:
        counted.ask("zeppelin", "two")
        until(lambda: counted.unanswered() == before + 1)


def test_what_is_counted_last_is_written_when_the_server_stops(bundled_index: Path, tmp_path: Path):
    with counting(bundled_index, tmp_path / "site") as counted:
        for visitor in range(5):
            counted.ask(RARE, visitor)
    assert RARE.casefold() in counted.found().texts.questions


def test_nothing_is_written_or_asked_by_default(bundled_index: Path, tmp_path: Path, advice: Advice):
    before = sorted(bundled_index.rglob("*"))
    with serving(bundled_index, tmp_path / "log") as server:
        for visitor in range(6):
            shown = get(server.url, params={"q": RARE}, headers={"user-agent": f"Browser {visitor}"})
            assert "/helpful" not in shown.text
        assert click(server.url) == get(f"{server.url}/helpful").status_code == 404
        assert "zebulon" not in server.logged()
    assert {path.name for path in tmp_path.iterdir()} <= {"log", "log.toml"}  # the test's own
    assert sorted(bundled_index.rglob("*")) == before
    for more in ([], ["--json"]):
        printed = advice("stats", *more)
        assert printed.returncode == 1
        assert "statistics are off" in printed.stderr


# --- clicks ---


@pytest.fixture(scope="module")
def hosted(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hosted") / "counts"
    settings = Settings(statistics=StatisticsSettings(folder=folder), base_url="https://ask.example.org")
    with hosting(bundled_index, settings) as url:
        yield url


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "same-origin", "origin": "null"}, 303),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"sec_fetch_site": "none"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://ask.example.org"}, 303),
        ({"origin": "null"}, 303),
        ({}, 303),
    ],
)
def test_only_pages_of_the_site_send_clicks(hosted: str, headers: dict[str, str], status: int):
    assert click(hosted, **headers) == status


@pytest.mark.parametrize(
    ("answer", "passage"),
    [
        ("yes", "/articles/nothing#top"),
        ("yes", "/articles/stay-or-leave#nothing"),
        ("yes", "my secret"),
        ("yes", ""),
        ("maybe", PASSAGE),
        ("", PASSAGE),
    ],
)
def test_a_click_names_a_passage_of_the_site_or_nothing_is_counted(hosted: str, answer: str, passage: str):
    assert click(hosted, answer=answer, passage=passage) == 400


def test_thanks_have_no_words_no_cookie_and_are_not_kept(hosted: str):
    answered = post(f"{hosted}/helpful", data={"passage": PASSAGE, "helpful": "yes"}, follow_redirects=True)
    assert [hop.headers["cache-control"] for hop in (*answered.history, answered)] == ["no-store"] * 2
    assert not [hop for hop in (*answered.history, answered) if "set-cookie" in hop.headers]
    assert str(answered.url) == f"{hosted}/helpful"
    assert "Thank you" in answered.text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::3", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("unknown:one", "unknown:two", False),
        ("", "", True),
    ],
)
def test_a_visitor_is_told_by_the_address_and_of_a_long_one_by_the_half_of_the_household(one, other, same):
    first, second = (
        visitor_of(Request({"type": "http", "headers": [], "client": (host, 1) if host else None}))
        for host in (one, other)
    )
    assert (first == second) == same


def test_searches_in_a_frame_are_counted_too(bundled_index: Path, tmp_path: Path):
    counts = StatisticsSettings(folder=tmp_path)
    with hosting(bundled_index, Settings(statistics=counts, embed_origins=("https://example.org",))) as url:
        for question in ("how do I get over my ex", "how long do you boil an egg", ""):
            assert get(f"{url}/embed", params={"q": question}).status_code == 200
    [day] = contents(tmp_path, date.min, date.max).days.values()
    assert (sum(day.topics.values()), day.unanswered) == (1, {"questions": 1})


def test_after_a_question_that_speaks_of_danger_only_its_category_is_counted(counted: Counted, advice: Advice):
    for visitor in range(6):
        counted.ask("I want to kill myself because of qxzjvwkq", visitor)
        counted.ask("I want to kill myself because of qxzjvwkq", visitor, "/api/v1/search")
        shown = get(counted.server.url, params={"q": "I want to kill myself"}, headers={"user-agent": "one"})
        assert 'action="/helpful"' not in shown.text
    everything = counted.everything(advice)
    [day] = counted.found().days.values()
    assert (day.categories, dict(day.topics)) == ({"suicide": 7}, {})
    assert not [word for word in ("qxzjvwkq", "kill", "myself") if word in everything]
    assert not (counted.folder / "counts" / "texts.json").exists()


# --- the command ---


def settings_file(folder: Path, text: str = '[statistics]\nfolder = "counts"\n') -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_there_is_nothing_yet(tmp_path: Path, advice: Advice):
    printed = advice("stats", "--settings", settings_file(tmp_path))
    assert (printed.returncode, printed.stdout) == (1, "")
    assert "nothing was counted yet" in printed.stderr
    printed = advice("stats", "--settings", settings_file(tmp_path), "--json")
    assert printed.returncode == 1
    assert json.loads(printed.stdout)["days"] == {}
    assert not (tmp_path / "counts").exists()


@pytest.mark.parametrize(
    "arguments", [["--days", "0"], ["--days", "x"], ["--settings", "nothing.toml"], ["--settings", "site.toml"]]
)
def test_wrong_usage(tmp_path: Path, advice: Advice, arguments: list[str]):
    settings_file(tmp_path, "[statistics]\nkeep_days = 0\n")
    assert advice("stats", *arguments, cwd=tmp_path).returncode == 2


def test_what_is_damaged_is_named_and_the_rest_is_shown(tmp_path: Path, advice: Advice):
    (tmp_path / "counts").mkdir()
    today = datetime.now(UTC).date().isoformat()
    (tmp_path / "counts" / f"{today}.json").write_text('{"topics": {"Trust": 3}}', encoding="utf-8")
    (tmp_path / "counts" / "texts.json").write_text("{", encoding="utf-8")
    printed = advice("stats", "--settings", settings_file(tmp_path))
    assert printed.returncode == 1
    assert "texts.json: is damaged" in printed.stderr
    assert "Trust" in printed.stdout


def test_a_server_does_not_count_into_its_index(bundled_index: Path, tmp_path: Path, advice: Advice):
    settings = settings_file(tmp_path, f"[statistics]\nfolder = {str(bundled_index / 'counts')!r}\n")
    stopped = advice("serve", "--index", bundled_index, "--settings", settings, "--port", 0)
    assert stopped.returncode == 2
    assert "is in the index" in stopped.stderr


def test_a_server_says_that_it_cannot_count(bundled_index: Path, tmp_path: Path, advice: Advice):
    (tmp_path / "counts").write_text("", encoding="utf-8")
    stopped = advice("serve", "--index", bundled_index, "--settings", settings_file(tmp_path), "--port", 0)
    assert stopped.returncode == 3
    assert "cannot be written" in stopped.stderr
