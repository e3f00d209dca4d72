"""Whose doing or feeling a question or a heading speaks of, and whether it is denied: "I am clingy" is not "my partner
is clingy", and "I never cry" is not "I always cry". An encoder of meaning hardly tells these apart.

Strategy: a text is read once, from left to right, and each word is said of the subject of its clause. A clause begins
at a mark, at a joining word, after a verb of saying, or with "I", "he" and the like, which are never objects. Its
subject is the first person named in it that stands behind no preposition, no "-ing" and no "to leave". "I", "you" and
what is mine are the reader; "he", "my boss" and what is his are somebody else. A few words are said of the person right
before them: "a man who lies", "him leaving". Articles address the reader and headings are short, so that this is worth
guessing without a grammar; what names nobody has no stance. This file knows English, and neither HTML nor the index.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache


class Actor(IntEnum):
    """Whom a word is said of."""

    OTHER = -1
    UNKNOWN = 0
    READER = 1


@dataclass(frozen=True, slots=True)
class Stance:
    """Whom a word is said of, and whether it is denied."""

    actor: Actor = Actor.UNKNOWN
    denied: bool = False


_I = frozenset("i i'm im i've ive i'd i'll we we're we've we'd we'll you're youre you've youve you'd you'll".split())
_HE = frozenset("he he's hes he'd he'll she she's shes she'd she'll they they're theyre they've they'd they'll".split())
_SOMEBODY = ["no one", *"someone somebody everyone everybody anyone anybody nobody".split()]
_PRONOUNS = {  # whom a pronoun means, in every form
    **dict.fromkeys([*_I, "you", "me", "us", "my", "your", "our"], Actor.READER),
    **dict.fromkeys([*_HE, *_SOMEBODY, "him", "them", "his", "her", "their"], Actor.OTHER),
}
_OWNERS = frozenset("my your our his her their".split())
_PEOPLE = "|".join(
    """aunt baby bf boss boy boyfriend brother bully child co-?worker colleague cousin crush dad daughter ex family
    father fianc[eé]e? flatmate friend gf girl girlfriend grandma grandpa guy hubby husband kid lady landlord lover man
    manager mate mom mother mum neighbou?r nephew niece parent partner person roommate sibling sister son spouse
    stranger teacher teen teenager therapist toddler uncle wife woman""".split()
)
_SEVERAL = "babies|bosses|bullies|children|exes|families|folks|in-laws|ladies|men|people|wives|women"
_PERSON = re.compile(
    rf"(?:(?:ex|step|grand|great|half|foster)-?)*(?:{_PEOPLE}|(?P<several>{_SEVERAL}|(?:{_PEOPLE})s))(?:-in-law)?(?:'s)?"
)  # "ex-wife", "stepson", "sister-in-law"
_DETERMINERS = _OWNERS | frozenset("a an the this that these those some most another every no".split())
_PREPOSITIONS = frozenset(
    """about against around at behind beside between by despite during for from in into like near of off on onto over
    than through to toward towards under with without""".split()
)
_DENIAL = re.compile(
    r"""not?|never|cannot|nobody|no[ ]one|nothing|none|without|hardly|barely|rarely|neither|nor|.*n't
    |(?:ai|are|ca|could|did|does|do|had|has|have|is|must|need|should|was|were|wo|would)nt""",
    re.VERBOSE,
)  # people often leave out the apostrophe
_UNDENIED = re.compile(r"(?:not|.*n't) (?:only|just|merely)|(?:stop(?:s|ped)?|help|quit|resist|avoid) \w+ing")
_ENDS = frozenset(".!?;:\n…–—-()")
_BOUNDS = frozenset(
    """, after although and because before but how if once or since so that then though till unless until what when
    whenever where whether which while who why""".split()
)
_THINKING = frozenset("think thinks thought say says said feel feels".split())  # "I don't think he loves me": denied
_SAYING = _THINKING | frozenset(
    """thinking saying know knows knew knowing felt believe believes believed hope hopes fear fears guess suspect
    suspects wish afraid scared worried sure convinced realize realized noticed heard seems""".split()
)  # a clause may follow without "that"; never those that take a person first: "tell", "show", "ask"
_STARTS = _ENDS | _BOUNDS | _SAYING | {"", *"is are was were do does did can could should will would".split()}
_CAUSING = frozenset("make makes made making let lets letting".split())  # "makes me sad": I am sad
_OPENING = dict.fromkeys("be being become becoming".split(), Actor.READER) | {
    "as": Actor.UNKNOWN,
    "like": Actor.UNKNOWN,
}
_BEING = {*_OPENING, *"am is are was were been became".split()}  # what follows them is a predicate: "I am a bad mother"
_ADVERBS = frozenset("not never no such just only really also always still too even quite simply like that".split())
_SINGULAR = frozenset("is isn't isnt has hasn't hasnt does doesn't doesnt".split())  # never said with "I" or "you"
_ING = r"(?!(?:(?:any|every|no|some)?thing|during|morning|evening|wedding|dating|loving)\b)\w+ing"
_VERB_IN_ING = re.compile(_ING)  # who is dating or loving somebody asks about them
_ASK = "how|what|should|can|could|would|will|do|does|did|is|are|am|must"
_ASKING = re.compile(
    rf"(?:{_ASK}|where)\b\s*(?:(?:{_ASK}|have|to|it|there|(?:i|you|we)(?!\s+and\b)|a|way|ok|okay|normal|possible|wrong"
    r"|healthy|allowed|for|me|that|if)\b[\s,]*)*",
    re.IGNORECASE,
)  # "how do I", "is it possible to": what asks, before what is asked about
_DOING = re.compile(rf"(?:not\s+)?(?!(?:living|being)\s+with\b){_ING}\b", re.IGNORECASE)
_VERB = re.compile(r".*(?<!ou)(?<![s'])s")  # what ends in -s is no adjective: "my jealousy drives people away"
_TOKEN = re.compile(r"no one\b|\w+(?:['’-]\w+)*|[.,:;!?\n…–—()]|(?<=\s)-(?=\s)", re.IGNORECASE)
_REACH = 4  # words from a determiner to its noun: "my new jealous boyfriend"


def lead(text: str) -> Actor:
    """Whom a question or a heading is about: the first subject after what asks, or else the one who asks."""
    text = text.lstrip()
    if _DOING.match(text):  # "Leaving somebody" is the reader's doing
        return Actor.READER
    asking = _ASKING.match(text)
    subjects = _Reader(text).subjects or [(0, Actor.UNKNOWN)]
    return next((actor for place, actor in subjects if place >= (asking.end() if asking else 0)), subjects[0][1])


def stances(text: str, terms: Iterable[tuple[str, int]]) -> list[tuple[str, Stance]]:
    """The stances of a text's terms, which are given with the places where they start."""
    reader = _Reader(text)
    return [(term, reader.at(start)) for term, start in terms]


@lru_cache(maxsize=8)  # `lead` and `stances` of one text are asked for one after the other
class _Reader:
    """Reads a text from left to right; what it knows of each word stands in `_marks`."""

    def __init__(self, text: str) -> None:
        self.subjects: list[tuple[int, Actor]] = []  # with the places where they stand
        self._marks: list[tuple[int, Stance]] = []
        self._words: list[str] = []
        self._now = Stance()
        self._open = True  # the clause has no subject yet
        self._around = (self._now, self._open)  # what held before a bracket
        self._outer = Actor.UNKNOWN  # of whom the clause was before "I" or "you" began another one in it
        self._named, self._since = Actor.UNKNOWN, 0  # whom the last name means, and how many words ago it stood
        self._owner = -1  # the number of a "my" that is the clause's subject unless a person follows
        self._denial = self._previous = ""
        for token in _TOKEN.finditer(text):
            word = token[0].lower().replace("’", "'")
            self._since += 1
            self._read(token.start(), word)
            self._marks.append((token.start(), self._now))
            self._words.append(word)
            self._previous = word

    def at(self, place: int) -> Stance:
        """The stance of the word at a place in the text."""
        return self._marks[bisect_right(self._marks, place, key=lambda mark: mark[0]) - 1][1]

    def _read(self, place: int, word: str) -> None:
        if word == ")":
            self._now, self._open = self._around
        elif word in _ENDS:
            self._around = (self._now, self._open)
            self._now, self._open, self._outer = Stance(), True, Actor.UNKNOWN
        elif word in _BOUNDS:
            kept = word == "that" and self._previous in _THINKING and self._now.denied
            if word == "who" or (word == "that" and self._since == 1):
                self._now = replace(self._now, actor=self._named)
            self._now, self._open = replace(self._now, denied=kept), True
        else:
            if word in _SINGULAR and self._outer:  # "the man I love is"
                self._now = replace(self._now, actor=self._outer)
            self._deny(word)
            self._name(place, word)
            self._open |= word in _SAYING

    def _deny(self, word: str) -> None:
        past = self._denial == "without" and (self._since == 1 or word in _I or word in _HE)
        if _DENIAL.fullmatch(word):
            self._now, self._denial = replace(self._now, denied=True), word
        elif past or _UNDENIED.fullmatch(f"{self._previous} {word}"):
            self._now = replace(self._now, denied=False)

    def _name(self, place: int, word: str) -> None:
        actor, start = self._actor(word)
        if not actor:
            self._follow(word)
            return
        for number in range(start + 1, len(self._words)):  # what describes somebody is said of them
            self._marks[number] = (self._marks[number][0], replace(self._marks[number][1], actor=actor))
        if start == self._owner:  # "my partner": not about what is mine
            self._open, self._owner = True, -1
            self.subjects.pop()
        self._now = replace(self._now, actor=self._marks[start][1].actor) if start < len(self._words) else self._now
        before = self._word(self._before(start))
        if before in _CAUSING:
            self._now = replace(self._now, actor=actor)
        elif self._is_subject(word, start):
            self._begin(place, word, actor, before)
        self._named, self._since = actor, 0

    def _begin(self, place: int, word: str, actor: Actor, before: str) -> None:
        keeps_denial = before in _THINKING or (self._open and before not in _SAYING)
        self._outer = self._now.actor if word in _I or word == "you" else Actor.UNKNOWN
        self._now, self._open = Stance(actor, self._now.denied and keeps_denial), False
        if before in _SAYING and self.subjects and self.subjects[-1][1] is Actor.READER:
            self.subjects.pop()  # "I think he lies" is about him
        self.subjects.append((place, actor))
        self._owner = len(self._words) if word in _OWNERS else -1

    def _follow(self, word: str) -> None:
        """Takes "leaving" in "him leaving", and "change" in "want him to change", as said of him."""
        if self._since == 1 and _VERB_IN_ING.fullmatch(word):
            self._now = Stance(self._named)
        elif self._since == 2 and self._previous == "to" and word not in _DETERMINERS:
            self._now = replace(self._now, actor=self._named)

    def _is_subject(self, word: str, start: int) -> bool:
        if word in _I or word in _HE or (word == "you" and self._since == 1):
            return True
        if word in _OWNERS:
            return self._open and self._previous in _STARTS
        before = self._word(number := self._before(start))
        governed = before in _PREPOSITIONS or _VERB_IN_ING.fullmatch(before) or self._word(number - 1) == "to"
        return self._open and word not in {"me", "us", "him", "them"} and (not governed or before in _OPENING)

    def _actor(self, word: str) -> tuple[Actor, int]:
        """Whom a word names, if anybody, and the number of the word with which that name begins."""
        count = len(self._words)
        if word in _PRONOUNS:
            return _PRONOUNS[word], count
        person = _PERSON.fullmatch(word)
        if not person:
            return Actor.UNKNOWN, count
        start = self._determiner()
        if start < count:
            return self._unless_predicate(start), start
        alone = person["several"] or (self._open and self._previous in _STARTS)  # "men lie", "husband never listens"
        return (Actor.OTHER if alone else Actor.UNKNOWN), count

    def _determiner(self) -> int:
        """The number of the determiner of the noun that comes next; its own number if it has none."""
        count = len(self._words)
        for number in range(count - 1, max(count - 1 - _REACH, -1), -1):
            word = self._words[number]
            if word in _DETERMINERS or (word.endswith("'s") and word not in _PRONOUNS):
                return number
            if word in _PRONOUNS or word in _ENDS or word in _PREPOSITIONS or _VERB.fullmatch(word):
                break
        return count

    def _unless_predicate(self, start: int) -> Actor:
        """Whom a noun names: in "I am a bad mother" nobody else, and in "How to be a mother" the reader."""
        if self._words[start] not in {"a", "an", "the"}:
            return Actor.OTHER
        if self._open:
            return _OPENING.get(self._word(start - 1), Actor.OTHER)
        before = self._word(self._before(start))
        return Actor.UNKNOWN if before in _BEING or before in _PRONOUNS else Actor.OTHER

    def _before(self, number: int) -> int:
        """The number of the word on which the one with this number depends."""
        while self._word(number - 1) in _ADVERBS:
            number -= 1
        return number - 1

    def _word(self, number: int) -> str:
        return self._words[number] if 0 <= number < len(self._words) else ""
