"""What is counted, and that it can tell on nobody: the classes themselves, and every byte that they write."""

import json
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server import until

from search.crowds import CROWD, LONGEST, MOST_DEEDS, MOST_TEXTS, PATIENCE, Crowds, Visits, shared_form
from search.engine import Engine
from search.reply import reply
from search.settings import StatisticsSettings
from search.statistics import (
    MOST_UNWRITTEN,
    Search,
    Statistics,
    StatisticsError,
    WrongPlace,
    check_place,
    open_statistics,
    search_of,
)
from search.tallies import Contents, Day, Tallies, Tally, contents
from search.whoosh_engine import WhooshEngine

DAY = date(2026, 11, 23)
FOREVER = 36_500
RARE = ["qxzjvwkq", "jjqzxxvw", "vvkqjxzz"]  # words that no name of a file, a kind or a month has in it


class Calendar:
    """A clock that stands still until it is told the next day."""

    def __init__(self) -> None:
        self.day = DAY

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def statistics(tmp_path: Path, calendar: Calendar) -> Statistics:
    return Statistics(Tallies(tmp_path, FOREVER), calendar)


@pytest.fixture(scope="module")
def engine(bundled_index: Path) -> Engine:
    return WhooshEngine(bundled_index)


def asking(question: str, **more: object) -> Search:
    """A search for a question that is answered, by an article without a topic."""
    words = tuple(shared_form(question).split())
    return replace(Search(question, " ".join(words), words, "", "", True), **more)


def written(folder: Path) -> bytes:
    """Every byte in the folder, the names of the files too."""
    return b"\n".join(path.name.encode() + path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def told(folder: Path) -> Contents:
    return contents(folder, date.min, date.max)


def visits_of(question: str, statistics: Statistics, number: int, first: int = 0) -> None:
    for visitor in range(first, first + number):
        statistics.searched(f"127.0.0.{visitor}", asking(question))
    statistics.write()


# --- crowds ---


@pytest.mark.parametrize(
    ("question", "shared"),
    [
        ("  Why does he NEVER\n text back?! ", "why does he never text back"),
        ("Why doesn’t he…", "why doesn't he"),
        ("'quoted' “words”", "quoted words"),
        ("ＷＩＤＥ letters", "wide letters"),
        ("STRASSE Straße", "strasse strasse"),
        ("क्यों नहीं", "क्यों नहीं"),
        ("\x1b[31mred\u202e\ud800", "31mred"),
        ("???", ""),
        ("x" * (LONGEST + 1), ""),
        ("ﷺ" * LONGEST, ""),  # 18 letters each
        ("write to me@example.org", ""),
        ("see https://example.org", ""),
        ("write to me＠example.org", ""),
        ("is www.facebook.com/john.smith his", ""),
        ("is facebook.com/jane.miller.42 his", ""),
        ("call 030 123 45 67", ""),
        ("call 030\u00a0123\u00a045\u00a067", ""),
        ("call 0171\u2011234\u20115678", ""),
        ("call 0171–234–5678", ""),
        ("call (0171)_234_5678", ""),
        ("call 07 12·34·56·78", ""),
        ("call 12,34,56,78,90", ""),
        ("call ①②③④⑤⑥", ""),
        ("number 12345", ""),
        ("married since 2019", "married since 2019"),
        ("he is 27... I am 25, e.g. 24/7", "he is 27 i am 25 e g 24 7"),
    ],
)
def test_questions_are_counted_as_everybody_may_have_put_them(question: str, shared: str):
    assert shared_form(question) == shared


def test_ordinary_questions_are_not_taken_for_personal_ones():
    judged = Path(__file__).parent / "judged"
    questions = [json.loads(line)["text"] for line in (judged / "queries.jsonl").read_text("utf-8").splitlines()]
    assert all(shared_form(question) for question in questions if len(question) <= LONGEST)


def test_a_visitor_counts_once_a_day_for_the_same_deed():
    visits = Visits()
    assert visits.is_new(DAY, "one", "search", "a")
    assert not visits.is_new(DAY, "one", "search", "a")
    assert visits.is_new(DAY, "one", "search", "b")
    assert visits.is_new(DAY, "two", "search", "a")
    assert visits.is_new(DAY + timedelta(1), "one", "search", "a")


def test_what_is_remembered_of_a_visitor_is_another_each_day_and_gone_the_next():
    visits, remembered = Visits(), []
    for number in range(3):
        visits.is_new(DAY + timedelta(number), "one", "search", "a")
        remembered.append((visits._key, *visits._deeds))
    assert len(set(remembered)) == 3
    assert all(len(memory) == 2 for memory in remembered)
    visits.begin(DAY + timedelta(3))
    assert not visits._deeds


def test_a_text_that_nobody_brings_again_is_forgotten():
    crowds = Crowds()
    for _ in range(CROWD - 1):
        assert not crowds.is_full(DAY, "questions", "rare")
    crowds.forget_before(DAY + PATIENCE)
    assert crowds._waiting
    crowds.forget_before(DAY + PATIENCE + timedelta(1))
    assert not crowds._waiting
    assert not crowds.is_full(DAY, "questions", "rare")


def test_memory_is_bounded():
    visits, crowds = Visits(), Crowds()
    tracemalloc.start()
    for number in range(MOST_DEEDS + 1_000):
        fresh = visits.is_new(DAY, "one", "search", str(number))
    for number in range(MOST_TEXTS + 1_000):
        crowds.is_full(DAY, "questions", f"{number} {'x' * 150}")
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert not fresh
    assert (len(visits._deeds), len(crowds._waiting)) == (MOST_DEEDS, MOST_TEXTS)
    assert used < 20_000_000


def test_counts_that_cannot_be_written_wait_in_bounded_memory(
    statistics: Statistics, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "lock").unlink()
    tmp_path.rename(tmp_path.with_name("away"))
    tmp_path.write_text("no folder", encoding="utf-8")
    for number in range(MOST_UNWRITTEN + 1_000):
        statistics.clicked("one", f"/articles/{number}#top", helpful=True)
    for _ in range(3):
        statistics.write()
    assert len(statistics._days) == MOST_UNWRITTEN
    assert len([line for line in caplog.messages if "cannot be written" in line]) == 1
    tmp_path.unlink()
    tmp_path.with_name("away").rename(tmp_path)
    statistics.write()
    assert not statistics._days
    assert told(tmp_path).days[DAY].helpful


# --- the threshold ---


def test_the_fifth_visit_brings_a_question_out_and_the_tenth_changes_it(statistics: Statistics, tmp_path: Path):
    question = " ".join(RARE)
    visits_of(question, statistics, CROWD - 1)
    visits_of(question, statistics, CROWD - 1)  # the same ones again
    assert not any(word.encode() in written(tmp_path) for word in RARE)
    visits_of(question, statistics, 1, first=CROWD - 1)
    assert told(tmp_path).texts.questions[question].visits == CROWD
    before = written(tmp_path)
    visits_of(question, statistics, 2 * CROWD - 1)
    assert written(tmp_path) == before
    visits_of(question, statistics, 2 * CROWD)
    assert told(tmp_path).texts.questions[question].visits == 2 * CROWD
    assert told(tmp_path).texts.words[RARE[0]].visits == 2 * CROWD


def test_the_same_visitor_on_another_day_is_another_visit(statistics: Statistics, tmp_path: Path, calendar: Calendar):
    for number in range(CROWD):
        assert not told(tmp_path).texts.questions
        calendar.day = DAY + timedelta(number)
        visits_of("does it pass", statistics, 1)
    assert list(told(tmp_path).texts.questions) == ["does it pass"]


def test_a_clock_that_is_set_back_makes_no_crowd_of_one_visitor(
    statistics: Statistics, tmp_path: Path, calendar: Calendar
):
    for number in range(CROWD):
        calendar.day = DAY + timedelta(number % 2)
        visits_of(RARE[0], statistics, 1)
    assert RARE[0].encode() not in written(tmp_path)


def test_a_night_without_visitors_ends_their_day_too(statistics: Statistics, calendar: Calendar):
    visits_of("does it pass", statistics, 1)
    key = statistics._visits._key
    assert statistics._visits._deeds
    calendar.day = DAY + timedelta(1)
    statistics.write()
    assert not statistics._visits._deeds
    assert statistics._visits._key != key


@pytest.mark.parametrize(("days", "out"), [(PATIENCE, True), (PATIENCE + timedelta(1), False)])
def test_a_question_waits_for_its_crowd_so_long_and_no_longer(
    statistics: Statistics, tmp_path: Path, calendar: Calendar, days: timedelta, out: bool
):
    visits_of(RARE[0], statistics, CROWD - 1)
    calendar.day = DAY + days
    statistics.write()
    visits_of(RARE[0], statistics, 1)
    assert (RARE[0].encode() in written(tmp_path)) == out


def test_of_too_many_questions_those_of_longest_ago_wait_no_longer(
    statistics: Statistics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("search.crowds.MOST_TEXTS", 4)  # two questions of one word
    for question in RARE:
        visits_of(question, statistics, CROWD - 1)
    for question in reversed(RARE):
        visits_of(question, statistics, 1, first=CROWD - 1)
    assert told(tmp_path).texts.questions.keys() == {*RARE[1:]}


def test_words_come_out_without_the_questions_they_were_in(statistics: Statistics, tmp_path: Path):
    for visitor, other in enumerate("abcde"):
        statistics.searched(str(visitor), asking(f"{RARE[0]} {other}"))
    statistics.write()
    assert list(told(tmp_path).texts.words) == [RARE[0]]
    assert not told(tmp_path).texts.questions


def test_a_letter_and_what_names_somebody_never_come_out(statistics: Statistics, tmp_path: Path):
    for question in (f"{RARE[0]} " * 30, f"{RARE[1]} me@example.org", f"{RARE[2]} 030 1234567"):
        visits_of(question, statistics, 3 * CROWD)
    assert not any(word.encode() in written(tmp_path) for word in RARE)


def test_a_question_that_speaks_of_danger_counts_by_its_category_alone(statistics: Statistics, tmp_path: Path):
    for visitor in range(3 * CROWD):
        statistics.searched(
            str(visitor), asking(RARE[0], category="suicide", topic="Trust", answered=False, shared=RARE[0])
        )
    statistics.write()
    assert told(tmp_path).days == {DAY: Day(categories={"suicide": 3 * CROWD})}
    assert RARE[0].encode() not in written(tmp_path)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["2026-11-23.json", "lock"]


Asked = tuple[int, int, list[str]]
ASKED = st.tuples(
    st.integers(0, 3), st.integers(0, 5), st.lists(st.sampled_from(RARE), min_size=1, max_size=3, unique=True)
)


@given(st.lists(ASKED, max_size=60))
@settings(deadline=None, max_examples=40)
def test_no_words_of_fewer_visits_are_in_the_bytes_written(asked: list[Asked]):
    """Whatever is asked, by whomever and on whichever days, in any order of days: what the folder holds after each
    write has no question and no word that fewer than five visits brought. A day before the latest counts as that."""
    calendar, visits, latest = Calendar(), defaultdict(set), 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        statistics = Statistics(Tallies(folder, FOREVER), calendar)
        for day, visitor, words in asked:
            calendar.day, latest = DAY + timedelta(day), max(day, latest)
            question = " ".join(words)
            statistics.searched(str(visitor), asking(question, answered=visitor % 2 == 0))
            statistics.write()
            for text in {question, *words}:
                visits[text].add((latest, visitor))
            found = written(folder).decode()
            told_on = [text for text, known in visits.items() if len(known) < CROWD and f'"{text}"' in found]
            assert told_on == []
            assert [word for word in RARE if len(visits[word]) < CROWD and word in found] == []


# --- what a search is ---


def test_a_search_is_counted_by_the_topic_of_its_best_answer(engine: Engine):
    told = reply(engine, "Why does he never TEXT back?")
    found = search_of(told, engine)
    card = next(card for card in engine.cards if card.url == told.results.hits[0].passage.url)
    assert found.topic == card.topics[0]
    assert (found.shared, found.category) == ("why does he never text back", "")
    assert {"never", "text"} <= set(found.words)
    assert not {"why", "does", "he"} & set(found.words)


def test_a_search_without_a_good_answer_has_no_topic(engine: Engine):
    found = search_of(reply(engine, "how long do you boil an egg, 7 minutes"), engine)
    assert (found.topic, found.answered) == ("", False)
    assert "7" not in found.words


def test_of_a_search_that_speaks_of_danger_the_category_is_read_and_no_words(engine: Engine):
    found = search_of(reply(engine, "I do not want to live any more"), engine)
    assert (found.category, found.shared, found.words) == ("suicide", "", ())


# --- files ---


def test_a_day_is_dropped_when_it_is_too_old(tmp_path: Path, calendar: Calendar):
    statistics = Statistics(Tallies(tmp_path, 40), calendar)
    visits_of(RARE[0], statistics, CROWD)
    statistics.clicked("one", "/articles/a#top", helpful=False)
    statistics.write()
    (tmp_path / "notes.txt").write_text("of the owner’s", encoding="utf-8")
    (tmp_path / "2026-11-23.new").write_text("of a process that was killed", encoding="utf-8")
    calendar.day = DAY + timedelta(40)
    statistics.write()
    assert told(tmp_path).days.keys() == {DAY}
    calendar.day = DAY + timedelta(41)
    statistics.write()
    assert not told(tmp_path).days
    assert RARE[0] in told(tmp_path).texts.questions  # of the same month as the oldest day that is kept
    calendar.day = DAY + timedelta(80)
    statistics.write()
    assert not told(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "notes.txt", "texts.json"]


def test_damaged_texts_are_dropped_when_they_are_too_old(tmp_path: Path, calendar: Calendar):
    statistics = Statistics(Tallies(tmp_path, 40), calendar)
    damaged = tmp_path / "texts.damaged"
    damaged.write_text(RARE[0], encoding="utf-8")
    written_at = datetime(DAY.year, DAY.month, DAY.day, 23, 59, tzinfo=UTC).timestamp()
    os.utime(damaged, (written_at, written_at))
    calendar.day = DAY + timedelta(40)
    statistics.write()
    assert damaged.exists()
    calendar.day = DAY + timedelta(41)
    statistics.write()
    assert not damaged.exists()


def test_a_folder_of_the_owners_is_left_alone_and_counting_goes_on(
    statistics: Statistics, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "1900-01-01.old").mkdir()
    statistics.clicked("one", "/articles/a#top", helpful=True)
    statistics.write()
    assert told(tmp_path).days[DAY].helpful
    assert (tmp_path / "1900-01-01.old").is_dir()
    assert not caplog.messages


def test_a_file_has_so_many_names_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("search.tallies.MOST_NAMES", 3)
    tallies = Tallies(tmp_path, FOREVER)
    for number in range(1, 6):
        tallies.add(DAY, {Tally("topics", str(number)): number})
        tallies.add_texts(DAY, {Tally("words", str(number)): number})
    assert told(tmp_path).days[DAY].topics == {"5": 5, "4": 4, "3": 3}
    assert set(told(tmp_path).texts.words) == {"5", "4", "3"}


@pytest.mark.parametrize(
    "damage", ["", "{", '{"topics": {"Trust": -1}}', '{"topics": []}', '{"visitors": {}}', "\x00" * 9]
)
@pytest.mark.parametrize("name", ["2026-11-23", "texts"])
def test_a_damaged_file_is_put_aside_and_counting_goes_on(
    statistics: Statistics, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, damage: str
):
    (tmp_path / f"{name}.json").write_text(damage, encoding="utf-8")
    statistics.searched("someone", asking("a question", topic="Trust"))
    visits_of("a question", statistics, CROWD)
    assert (tmp_path / f"{name}.damaged").read_text(encoding="utf-8") == damage
    assert told(tmp_path).days[DAY].topics == {"Trust": 1}
    assert "a question" in told(tmp_path).texts.questions
    assert any(f"{name}.json: is damaged; it is kept as {name}.damaged" in line for line in caplog.messages)


def test_files_are_for_their_owner_alone(tmp_path: Path):
    statistics = Statistics(Tallies(tmp_path / "new" / "folder", FOREVER))
    visits_of("a question", statistics, CROWD)
    statistics.clicked("one", "/articles/a#top", helpful=True)
    statistics.write()
    files = list((tmp_path / "new" / "folder").glob("*.json"))
    assert len(files) == 2
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o077 == 0


def test_two_processes_add_up(tmp_path: Path):
    one, other = Tallies(tmp_path, FOREVER), Tallies(tmp_path, FOREVER)

    def add(tallies: Tallies) -> None:
        for _ in range(25):
            tallies.add(DAY, {Tally("topics", "Trust"): 1})

    threads = [threading.Thread(target=add, args=[tallies]) for tallies in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(tmp_path).days[DAY].topics == {"Trust": 50}


WRITER = """
import sys
from datetime import date
from pathlib import Path
from search.tallies import Tallies, Tally
tallies = Tallies(Path(sys.argv[1]), 400)
while True:
    tallies.add(date(2026, 11, 23), {Tally("topics", f"Topic {n}"): 1 for n in range(200)})
    tallies.add_texts(date(2026, 11, 23), {Tally("words", f"word {n}"): 5 for n in range(200)})
"""


def test_a_process_that_is_killed_leaves_files_that_can_be_read(tmp_path: Path, environment: dict[str, str]):
    counted = 0
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], env=environment)
        until(lambda before=counted: (found := told(tmp_path).days) and max(found[DAY].topics.values()) > before + 3)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        found = told(tmp_path)
        assert not found.damaged
        assert len(found.days[DAY].topics) == len(found.texts.words) == 200
        counted = max(found.days[DAY].topics.values())


# --- where ---


def test_statistics_are_off_by_default():
    assert open_statistics(None) is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StatisticsError, match="file: cannot be written"):
        open_statistics(StatisticsSettings(folder=tmp_path / "file"))


@pytest.mark.parametrize("inside", [".", "counts", "generations/../x"])
def test_a_folder_in_the_index_is_refused(tmp_path: Path, inside: str):
    check_place(StatisticsSettings(folder=tmp_path / "beside"), tmp_path / "index")
    with pytest.raises(WrongPlace, match="is in the index"):
        check_place(StatisticsSettings(folder=tmp_path / "index" / inside), tmp_path / "index")
