"""Questions that nobody would ask in good faith: `python tests/hostile_questions.py --count 10000`.

Each is sent to the page and to the API of a real server. It must be answered, or refused with 400 or 413, and come out
as text only: an answer has no element and no attribute that the templates do not have. Prints the statuses, and the
requests that took longest.
"""

import argparse
import http.client
import json
import re
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from server import serving

import search
from indexer.build import build_index
from indexer.bundled import bundled
from indexer.cli import open_meaning
from indexer.sources import open_source

MARK = "zqplanted"  # no template has this word
LENGTHS = [255, 4_096, 19_999, 20_000, 20_001, 65_536, 100_000]  # characters
INJECTIONS = [
    f"<{MARK}>",
    f"</{MARK} ",
    f"<script>{MARK}</script>",
    f"<img src=x onerror={MARK}()>",
    f"</title><svg onload={MARK}()>",
    f"</textarea></template><{MARK}>",
    f'"><{MARK}',
    f'" {MARK}="1',
    f"' {MARK}='1",
    f"` {MARK}=`1",
    f" {MARK}=1 ",
    f"<mark {MARK}>",
    f"<a href=javascript:{MARK}>",
    f"<style>@import '{MARK}'</style>",
    f"<!--{MARK}",
    f"--!><{MARK}>",
    f"<![CDATA[<{MARK}>]]>",
    f"<?{MARK}?>",
    f"&lt;{MARK}&gt;",
    f"&#60;{MARK}&#62;",
    f"%3C{MARK}%3E",
    f"\\u003c{MARK}\\u003e",
    f"＜{MARK}＞",
    f"<\x00{MARK}>",
    f"{{{{ {MARK}.__class__.__mro__ }}}}",
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "'; DROP TABLE articles; --",
    "' OR '1'='1",
    '" UNION SELECT NULL --',
    "title:(love OR *) AND NOT ~2^9",
    "$(cat /etc/passwd) `id` | ls",
    f"\r\nSet-Cookie: {MARK}=1\r\n\r\n",
    "../../../../etc/passwd",
    "&k=0&q=x#fragment;literal=1",
    "__proto__[x]=1",
    "\x00",
    "\x1b[31m",
    "\u202e\u2066\u200f",
    "\ufeff\ufffe\uffff",
    "\ud800\udc00\udfff",
    "e\u0301\u0327\u0489",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "ﷺİıßſK",
]
WORDS = ["love", "he goes quiet when I ask", "jelous", "zeppelin", '"a boundary"', "-trust", "I’m NOT", "lgbt", "…"]
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)  # lone surrogates too
INVISIBLE = st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Mn"]), max_size=60)
PIECES = st.sampled_from(INJECTIONS) | st.sampled_from(WORDS) | ANYTHING | INVISIBLE
MIXED = st.lists(PIECES, min_size=1, max_size=8).map(" ".join) | st.lists(PIECES, min_size=1, max_size=8).map("".join)
NESTED = st.builds(
    lambda pair, depth, inside: pair[0] * depth + inside + pair[1] * depth,
    st.sampled_from(["()", "[]", "{}", "<>", '""', "“”", "«»", ("<b>", "</b>"), ("{{", "}}"), ("-(", ")")]),
    st.integers(1, 25_000),
    PIECES,
)
LONG = st.builds(
    lambda piece, length: (piece * (length // len(piece) + 1))[:length],
    PIECES.filter(bool) | MIXED.filter(bool),
    st.sampled_from(LENGTHS),
)
QUESTIONS = (MIXED | ANYTHING | INVISIBLE | NESTED | LONG).map(lambda text: text.encode("utf-8", "surrogatepass"))
"""Questions as the bytes that a client sends; not always UTF-8."""
HOSTILE = QUESTIONS | st.binary(max_size=60)

_TEMPLATES = "\n".join(path.read_text(encoding="utf-8") for path in Path(search.__file__).parent.glob("templates/*"))
ELEMENTS = {*re.findall(r"<([a-z][a-z0-9]*)", _TEMPLATES), *"mark ul ol dl pre blockquote h2 h3 h4 h5 h6".split()}
ATTRIBUTES = set(re.findall(r"[\s}]([a-z][a-z-]*)(?=[=\s>{])", _TEMPLATES))


class Markup(HTMLParser):
    """The elements and attributes of a document, each once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


OUR_SCRIPT = re.compile(r'<script src="/static/\w+\.js\?v=\w+" (?:type="module"|defer)></script>')


def check_page(question: str, status: int, kind: str, text: str) -> None:
    """An answer of the page has only the templates' markup, and the question as text."""
    if kind.startswith("text/plain"):  # the server's own refusal of what is no HTTP
        assert (status, text) == (400, "Invalid HTTP request received.")
        return
    assert kind == "text/html; charset=utf-8"
    found = Markup(text)
    assert found.elements <= ELEMENTS, found.elements - ELEMENTS
    assert found.attributes <= ATTRIBUTES - {"style"}, found.attributes - ATTRIBUTES
    assert not [name for name in found.attributes if name.startswith("on")]
    assert text.count("<script") == len(OUR_SCRIPT.findall(text))
    assert not re.search(rf"<[^<>\"]*{MARK}", text)
    assert status != 200 or (MARK in text) >= (MARK in question.strip())


def check_api(question: str, status: int, kind: str, text: str) -> None:
    """An answer of the API is JSON that gives the question back as it was, or a problem that does not."""
    answered = json.loads(text)
    if status != 200:
        assert kind == "application/problem+json"
        assert (answered["status"], MARK in text) == (status, False)
        return
    assert kind == "application/json"
    assert answered["question"] == question.strip()
    for hit in answered["hits"]:
        assert Markup(hit["excerpt"]).elements <= {"mark"}
        assert Markup(hit["excerpt"]).attributes == set()


DOORS = {"/?q=": check_page, "/api/v1/search?q=": check_api}


@dataclass
class Asker:
    """Asks a server, and keeps count: how often each status came; and of each request seconds, address, characters."""

    url: str
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    took: list[tuple[float, str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)

    def ask(self, asked: bytes) -> None:
        """Sends a question to every door, and checks what comes out."""
        question = asked.decode("utf-8", "replace")
        for door, check in DOORS.items():
            started = time.perf_counter()
            self._connection.request("GET", door + quote(asked, safe=""))
            answered = self._connection.getresponse()
            text = answered.read().decode("utf-8")
            self.took.append((time.perf_counter() - started, door, len(question)))
            self.statuses[door, answered.status] += 1
            assert answered.status in (200, 400, 413), (answered.status, question)
            check(question, answered.status, answered.headers["content-type"], text)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def report(self) -> list[str]:
        """What came, in lines."""
        slowest = sorted(self.took, reverse=True)[:5]
        return [
            *(f"{count:7} x {status} from {door}" for (door, status), count in sorted(self.statuses.items())),
            f"{sum(seconds for seconds, _, _ in self.took):.0f} s in all; the slowest requests:",
            *(f"{seconds:7.3f} s for {length:,} characters, {door}" for seconds, door, length in slowest),
        ]


def ask_many(asker: Asker, count: int) -> None:
    """Asks so many questions, other ones each time; fails with the shortest that comes out wrong."""
    only = (Phase.generate, Phase.shrink)

    @settings(max_examples=count, deadline=None, database=None, phases=only, suppress_health_check=list(HealthCheck))
    @given(HOSTILE)
    def ask(asked: bytes) -> None:
        asker.ask(asked)

    ask()


def main() -> None:
    """Asks a server that has the bundled articles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="how many questions")
    count = parser.parse_args().count
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        build_index(open_source(bundled("articles")), index, meaning=open_meaning())
        with serving(index, Path(folder) / "log") as server, closing(Asker(server.url)) as asker:
            ask_many(asker, count)
    sys.stdout.write("\n".join(asker.report()) + "\n")


if __name__ == "__main__":
    main()
