"""A running server and new generations: taken over at once, without a failed request, and not if they are damaged."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from server import an_article, get, publish, serving, until

from indexer.generations import current_name
from search.answer import answer
from search.live import SECONDS_BETWEEN_LOOKS, LiveEngine
from search.whoosh_engine import WhooshEngine

TAKEN_OVER = 2  # seconds after publishing
QUESTIONS = ["river", "silent water", "deep river", '"silent river"', "rivver -deep", "the water of a long river"]


def rivers(number: int) -> list:
    """Articles of which the last is in no earlier generation."""
    texts = {f"Part {n}": f"A silent river, deep water, and a long way. {'Stone ' * n}" for n in range(10)}
    return [an_article(f"river-{n}", texts) for n in range(number)] + [an_article("new", {"New": f"novelty{number}"})]


class Load:
    """Client threads that ask without a pause; an answer other than 200 and a broken connection are failures."""

    def __init__(self, url: str) -> None:
        self.url, self.answered, self.failures = url, 0, []
        self.over = threading.Event()

    def ask(self, number: int) -> None:
        with httpx.Client(base_url=self.url, timeout=30) as client:
            while not self.over.is_set():
                try:
                    path = ("/api/v1/search", "/", "/articles/river-0")[self.answered % 3]
                    answered = client.get(path, params={"q": QUESTIONS[number % len(QUESTIONS)]})
                    if answered.status_code != 200:
                        self.failures.append((path, answered.status_code))
                except httpx.HTTPError as error:
                    self.failures.append((path, repr(error)))
                self.answered += 1


@contextmanager
def load(url: str, threads: int = 4) -> Iterator[Load]:
    made = Load(url)
    with ThreadPoolExecutor(threads) as pool:
        for number in range(threads):
            pool.submit(made.ask, number)
        try:
            until(lambda: made.answered > 20)
            yield made
            enough = made.answered + 20
            until(lambda: made.answered > enough)
        finally:
            made.over.set()


@contextmanager
def looking(index: Path) -> Iterator[LiveEngine]:
    """The engine of a server, without the server."""
    live = LiveEngine(index)
    live.start()
    try:
        yield live
    finally:
        live.stop()


def damaged_generation(index: Path, elsewhere: Path) -> str:
    """Puts a generation with a file cut short where the next one belongs, and returns its name."""
    publish(elsewhere, *rivers(2))
    name = current_name(elsewhere)
    folder = shutil.copytree(elsewhere / "generations" / name, index / "generations" / name)
    file = max(folder.iterdir(), key=lambda path: path.stat().st_size)
    os.truncate(file, file.stat().st_size // 2)
    shutil.copy(elsewhere / "current", index / "current.new")
    os.replace(index / "current.new", index / "current")
    return name


def test_new_generations_are_served_within_two_seconds_without_a_failed_request(tmp_path: Path):
    index = publish(tmp_path / "index", *rivers(1))
    with serving(index, tmp_path / "log") as site, load(site.url) as clients:
        for number in range(2, 6):
            publish(index, *rivers(number))
            published = time.monotonic()
            until(lambda: site.generation() == current_name(index), TAKEN_OVER)
            assert time.monotonic() - published <= TAKEN_OVER
            answered = get(f"{site.url}/api/v1/search", params={"q": f"novelty{number}", "k": 1}).json()
            assert [hit["url"] for hit in answered["hits"]] == ["/articles/new"]
    assert clients.failures == []


def test_publishing_in_quick_succession_ends_with_the_last(tmp_path: Path):
    index = publish(tmp_path / "index", *rivers(1))
    with serving(index, tmp_path / "log") as site, load(site.url) as clients:
        for _ in range(5):
            publish(index, *rivers(1))
        until(lambda: site.generation() == current_name(index), TAKEN_OVER)
    assert clients.failures == []


def test_a_damaged_generation_leaves_the_old_one_serving_and_is_logged_once(tmp_path: Path):
    index = publish(tmp_path / "index", *rivers(1))
    with serving(index, tmp_path / "log") as site, load(site.url) as clients:
        before = site.generation()
        name = damaged_generation(index, tmp_path / "elsewhere")
        until(lambda: f"still serving generation {before}" in site.logged())
        time.sleep(2 * SECONDS_BETWEEN_LOOKS)  # it looks again, and must not say it again
        assert site.generation() == before
        publish(index, *rivers(2))
        until(lambda: site.generation() == current_name(index))
    (line,) = [line for line in site.logged().splitlines() if name in line]
    assert "ERROR" in line
    assert "is damaged" in line
    assert "build it again with: advice index" in line
    assert clients.failures == []


@pytest.mark.parametrize("content", [b"", b"nothing-of-that-name\n", b"\xff\xfe\x00", b"..\n", b"a\0b"])
def test_nonsense_for_a_name_does_not_end_the_looking(tmp_path: Path, monkeypatch, content: bytes):
    monkeypatch.setattr("search.live.SECONDS_BETWEEN_LOOKS", 0.01)
    index = publish(tmp_path / "index", *rivers(1))
    with looking(index) as live:
        before = live.engine
        (index / "current").write_bytes(content)
        time.sleep(0.2)  # twenty looks, of which none may change anything
        assert live.engine is before
        publish(index, *rivers(2))
        until(lambda: live.engine.name == current_name(index), TAKEN_OVER)


def test_a_request_keeps_the_engine_that_it_began_with(tmp_path: Path):
    index = publish(tmp_path / "index", *rivers(1))
    with looking(index) as live:
        begun = live.engine
        for number in range(2, 7):
            publish(index, *rivers(number))
        until(lambda: live.engine.name == current_name(index))
        assert [hit.passage.heading for hit in answer(begun, "novelty1").hits] == ["New"]
        assert begun.read("/articles/river-0")
        assert answer(live.engine, "novelty6").hits


def test_eight_threads_get_the_answers_that_one_gets(tmp_path: Path):
    engine = WhooshEngine(publish(tmp_path / "index", *rivers(4)))
    asked = QUESTIONS * 20

    def answered(question: str):
        return replace(answer(engine, question, 20), took_ms=0)

    alone = {question: answered(question) for question in QUESTIONS}
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(answered, asked))
    assert together == [alone[question] for question in asked]


def test_eight_threads_read_what_one_reads(bundled_index: Path):
    engine = WhooshEngine(bundled_index)
    urls = [card.url for card in engine.cards] * 5
    alone = {url: engine.read(url) for url in urls}
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine.read, urls)) == [alone[url] for url in urls]
