"""The Whoosh index: its schema, its analysis, and how articles and passages are written and read back.

Strategy: one Whoosh entry a passage, numbered 0 to N-1 in the order of writing (one segment, nothing is ever deleted),
so that the number is the row of the scoring arrays. After them comes an entry for each article, without its passages'
text. Analysis is composed of small filters; a question goes through the same ones.

The fields are stemmed, for finding. For correcting the spelling of questions, words.txt beside the index has every word
as it is written, and how often. Words are analysed before Whoosh gets them, once each.
"""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

from whoosh import index
from whoosh.analysis import Filter, LowercaseFilter, RegexTokenizer, StemFilter, StopFilter, Token
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.reading import IndexReader

from .model import Article, Passage, passage_from

_WORDS_FILE = "words.txt"
LONGEST_REMEMBERED = 100  # letters of a word whose analysis is remembered; what is longer is hardly said twice
MEMORY_MB = 256  # Whoosh sorts this much in memory before it writes a run to disk

NEGATION = "not"
_WITHOUT_APOSTROPHE = frozenset(
    """
    aint arent cannot cant couldnt didnt doesnt dont hadnt hasnt havent isnt mustnt neednt shouldnt wasnt werent
    wont wouldnt
    """.split()
)
STOP_WORDS = frozenset(
    """
    a an and are as at be been being but by for from had has have he her hers him his i if in into is it its me
    mine my of on or our ours she so than that the their theirs them then there these they this those to us was we
    were will with would you your yours am did do does just also im ive id youre theyre hes shes
    """.split()
)  # never "not", "no", "never", "without": they turn a question round


class ContractionFilter(Filter):  # type: ignore[misc]
    """Brings short forms to one form: "doesn't" and "cannot" to "not"; "they're" to "they"; "Sam's" to "sam"."""

    def __call__(self, tokens: Iterable[Token]) -> Iterator[Token]:
        """The same tokens, changed in place, as Whoosh's filters do."""
        for token in tokens:
            text = token.text.replace("’", "'")
            if text.endswith("n't") or text in _WITHOUT_APOSTROPHE:
                token.text = NEGATION
            else:
                token.text = text.partition("'")[0]
            yield token


_WORD = re.compile(r"\w+(?:['’]\w+)*")
ANALYZER = (
    RegexTokenizer(_WORD)
    | LowercaseFilter()
    | ContractionFilter()
    | StopFilter(stoplist=STOP_WORDS, minsize=1)
    | StemFilter(lang="en", cachesize=None)  # `_term` remembers
)

SCHEMA = Schema(
    entry=ID,  # "passage" or "article"
    url=ID,
    heading=TEXT(ANALYZER),
    title=TEXT(ANALYZER),
    text=TEXT(ANALYZER),
    stored=STORED,
)


def analyse(text: str) -> Iterator[tuple[str, int, int]]:
    """The terms of a text, with the start and end of each word. One word never changes another's analysis, so words
    are analysed once and remembered."""
    for word in _WORD.finditer(text):
        if term := _term(word[0]):
            yield term, word.start(), word.end()


def places(text: str, terms: Container[str]) -> list[tuple[str, int, int]]:
    """Where some terms stand in a text: what `analyse` gives, without the rest. Of whole passages `Places` has it."""
    return [place for place in analyse(text) if place[0] in terms]


def _terms(text: str) -> list[str]:
    """What ANALYZER makes of a text. Whoosh takes a list as analysed, and counts positions in it the same."""
    return [term for word in _WORD.findall(text) if (term := _term(word))]


def _term(word: str) -> str:
    return _remembered(word) if len(word) <= LONGEST_REMEMBERED else _analysed(word)


def _analysed(word: str) -> str:
    return next((str(token.text) for token in ANALYZER(word)), "")


_remembered = lru_cache(maxsize=100_000)(_analysed)


def write_index(folder: Path, contents: Iterable[tuple[Article, tuple[Passage, ...]]]) -> None:
    """Writes a Whoosh index of articles and their passages into an empty folder."""
    writer = index.create_in(str(folder), SCHEMA).writer(limitmb=MEMORY_MB)
    outlines = []
    words: Counter[str] = Counter()
    for article, passages in contents:
        outlines.append(_outline(article))
        words.update(_words(article, passages))
        for passage in passages:
            writer.add_document(
                entry="passage",
                url=passage.url,
                heading=_terms(passage.heading),
                title=_terms(passage.title),
                text=_terms(passage.text),
                stored=_dump(passage),
            )
    for article in outlines:
        writer.add_document(entry="article", url=article.url, stored=_dump(article))
    writer.commit(optimize=True)
    _write_words(folder / _WORDS_FILE, words)


def read_words(folder: Path) -> dict[str, int]:
    """Every word of the articles in lower case, unstemmed, with how often it is said; the most frequent first."""
    lines = (folder / _WORDS_FILE).read_text(encoding="utf-8").split("\n")[:-1]
    return {word: int(count) for word, _, count in (line.partition(" ") for line in lines)}


def _words(article: Article, passages: tuple[Passage, ...]) -> Iterator[str]:
    for text in (article.title, *(text for passage in passages for text in (passage.heading, passage.text))):
        yield from _WORD.findall(text.lower())


def _write_words(path: Path, words: Counter[str]) -> None:
    lines = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    path.write_text("".join(f"{word} {count}\n" for word, count in lines), encoding="utf-8", newline="\n")


def open_reader(folder: Path) -> IndexReader:
    """A reader of the Whoosh index in a folder. Parts of the index are pickles: open only what you built."""
    return index.open_dir(str(folder), readonly=True).reader()


def stored_passages(reader: IndexReader, count: int) -> Iterator[Passage]:
    """The passages of an index, in the order of their rows."""
    return (passage_from(json.loads(reader.stored_fields(row)["stored"])) for row in range(count))


def _outline(article: Article) -> Article:
    """An article without the text that its passages hold."""
    sections = tuple(replace(section, blocks=()) for section in article.sections)
    return replace(article, sections=sections, faqs=tuple(replace(faq, blocks=()) for faq in article.faqs))


def _dump(value: Article | Passage) -> str:
    return json.dumps(asdict(value), ensure_ascii=False)
