"""The labelled texts that the danger recogniser learns from, and is judged by."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from measure_safety import rows_of

from search.query import concerns_of
from search.safety import recognise
from search.safety_learned import HARMLESS

HERE = Path(__file__).parent / "safety"
CALM = ("se_lifestyle/queries.jsonl", "se_lifestyle/queries_title_and_body.jsonl", "stackfaq/queries.jsonl")
COUNSELLED = {"counselchat/queries.jsonl": "titles.tsv", "counselchat_faq/queries.jsonl": "letters.tsv"}
BACKGROUND = 0.3  # what a harmless question of a collection counts; an example counts 1
DISTURBED, LESS = 0.3, 0.5  # how many are taught with a disturbance too, and what such a copy counts of the example
TEXTED, LONGEST = 0.25, 60  # how many are taught as a telephone is typed on too, of those that have fewer words
HABIT, WHIM = 0.6, 0.3  # how often a word is written in its short form, and how often another is changed
SHORT = dict(
    pair.split(":")
    for line in """
        you:u your:ur are:r why:y be:b and:n see:c to:2 too:2 for:4 with:wiv because:cuz what:wat when:wen where:were
        know:no this:dis that:dat the:da they:dey them:dem please:plz people:ppl though:tho have:hav like:lyk does:dus
        don't:dont i'm:im about:abt before:b4 someone:sum1 some:sum anyone:any1 everyone:evry1 tonight:2nite than:then
        tomorrow:2moro today:2day right:rite night:nite really:rly thanks:thx love:luv my:mi going:goin nothing:nuffin
        something:sumthin thing:fing think:fink their:there there:their want:wnt would:wud could:cud should:shud
        boyfriend:bf girlfriend:gf make:mak take:tak give:giv was:woz him:im were:was just:jus believe:beleive
        until:til through:thru enough:enuf said:sed says:sez always:allways friend:frend can't:cant won't:wont
        didn't:didnt doesn't:dosent never:neva other:otha mother:mutha brother:bruva ever:eva over:ova water:warta
    """.splitlines()
    for pair in line.split()
)
UNSURE = "unsure"  # the label of what careful people would disagree on


class Example(NamedTuple):
    """A labelled text, and what it counts."""

    label: str
    text: str
    weight: float = 1.0


def prototypes(file: Path) -> Iterator[Example]:
    """Labels and texts of a file with [category/voice] sections."""
    label = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if section := re.fullmatch(r"\[([\w/-]+)\]", line):
            label = section[1]
        elif line and not line.startswith("#"):
            yield Example(label, line)


def calm(collections: Path) -> Iterator[Example]:
    """Questions in which no rule sees danger, and each of their sentences."""
    for name in CALM:
        for row in rows_of(collections / name):
            if not recognise(row["text"]):
                yield from with_sentences(Example(HARMLESS, row["text"], BACKGROUND))


def counselled(collections: Path) -> Iterator[tuple[str, Example]]:
    """What people asked counsellors, without what is unsure, by ids; a title has that of its letter."""
    for name, labels in COUNSELLED.items():
        known = labels_of(HERE / labels)
        texts = {row["_id"]: row["text"] for row in rows_of(collections / name)}
        yield from ((key, Example(label, texts[key])) for key, label in known.items() if label != UNSURE)


def labels_of(file: Path) -> dict[str, str]:
    """The labels of a judged collection's questions, by their ids."""
    return dict(line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())


def with_sentences(example: Example) -> Iterator[Example]:
    """An example; and if it is harmless, each of its sentences, if it has several, which are harmless then."""
    yield example
    for start, end in concerns_of(example.text) if example.label == HARMLESS else ():
        yield Example(HARMLESS, example.text[start:end], BACKGROUND)


def disturbed(examples: Iterable[Example], chance: Random) -> Iterator[Example]:
    """Copies of some examples, with a slip of the finger or with a word that is none: neither tells anything."""
    for one in examples:
        if chance.random() < DISTURBED:
            words = one.text.split()
            place = chance.randrange(len(words))
            if chance.random() < 0.5:
                words[place] = mistyped(words[place], chance)
            else:
                words.insert(place + chance.randrange(2), _no_word(chance))
            yield Example(one.label, " ".join(words), one.weight * LESS)


def mistyped(word: str, chance: Random) -> str:
    """A word with a letter too many or too few, or with two in the wrong order."""
    place = chance.randrange(len(word))
    start, end = word[:place], word[place:]
    return start + chance.choice((end[:1] + end, end[1:], end[1:2] + end[:1] + end[2:]))


def _no_word(chance: Random) -> str:
    return "".join(chance.choice(letters) for letters in ("bdfgklmnprstvz", "aeiou") * chance.randint(2, 7))


def texted(examples: Iterable[Example], chance: Random) -> Iterator[Example]:
    """Copies of some examples, written as people write on telephones: that tells nothing of danger either."""
    for one in examples:
        if len(one.text.split()) < LONGEST and chance.random() < TEXTED:
            text = " ".join(_texted(word, chance) for word in one.text.lower().replace("’", "'").split())
            yield Example(one.label, text, one.weight * LESS)


def _texted(word: str, chance: Random) -> str:
    found = re.fullmatch(r"([a-z']+)(\W*)", word)
    if not found:
        return word
    base, end = found.groups()
    if base in SHORT and chance.random() < HABIT:
        base = SHORT[base]
    elif len(base) > 4 and chance.random() < WHIM:
        base = chance.choice((_by_ear, _once, _other_vowel))(base, chance)
    return base.replace("'", "") + (end if chance.random() < HABIT else "")


def _by_ear(word: str, _: Random) -> str:
    for ending, heard in (("ing$", "in"), ("ight$", "ite"), ("ough$", "uff"), ("e$|(?<=[^aeiou])e(?=d$)", "")):
        if re.search(ending, word):
            return re.sub(ending, heard, word)
    return word


def _once(word: str, _: Random) -> str:
    """A word whose double letters stand once."""
    return re.sub(r"(.)\1", r"\1", word)


def _other_vowel(word: str, chance: Random) -> str:
    places = [found.start() for found in re.finditer("(?<!^)[aeiou]", word[:-1])]
    if not places:
        return word
    place = chance.choice(places)
    return word[:place] + chance.choice(("", chance.choice("aeiou"))) + word[place + 1 :]


def judged(file: Path) -> Iterator[Example]:
    """The questions of a half of the judged suite."""
    for row in rows_of(file):
        yield Example(f"{row['category']}/{row['voice']}" if row["category"] else HARMLESS, row["question"])
