"""What the danger recogniser learns from and is judged by: labelled as it should be, and never the same."""

import re
from collections import defaultdict
from pathlib import Path
from random import Random

import pytest
from safety_examples import HERE, UNSURE, disturbed, judged, labels_of, mistyped, prototypes, texted, with_sentences
from safety_examples import Example as Labelled

from search.model import CATEGORIES, VOICES
from search.safety_learned import HARMLESS

SUITE = [HERE / f"{name}.jsonl" for name in ("rules_half", "blind_half", "check", "newcomers", "held_out")]
ALIKE = 0.7  # of the words of two texts: they say the same


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _is_known(label: str) -> bool:
    category, _, voice = label.partition("/")
    return label == HARMLESS or (category in CATEGORIES and voice in VOICES)


def test_every_label_is_a_danger_with_its_voice_or_harmless():
    learned = {one.label for one in prototypes(HERE / "prototypes.txt")}
    assert all(map(_is_known, learned))
    assert learned == {one.label for file in SUITE for one in judged(file)}


@pytest.mark.parametrize("file", ["titles.tsv", "letters.tsv"])
def test_every_label_of_a_real_question_is_known(file: str):
    labels = labels_of(HERE / file)
    assert all(label == UNSURE or _is_known(label) for label in labels.values())
    assert len(labels) > 800


def test_each_danger_has_enough_examples():
    counts: dict[str, int] = {}
    for one in prototypes(HERE / "prototypes.txt"):
        counts[one.label] = counts.get(one.label, 0) + 1
    assert min(counts.values()) >= 100


def test_no_example_stands_twice_or_in_the_judged_suite():
    texts = [_plain(one.text) for one in prototypes(HERE / "prototypes.txt")]
    assert len(texts) == len(set(texts))
    questions = [frozenset(_plain(one.text).split()) for file in SUITE for one in judged(file)]
    having: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(questions):
        for word in words:
            having[word].append(number)
    alike = sum(_is_alike(frozenset(text.split()), questions, having) for text in texts)
    assert alike == 0  # counted, for nobody may read the closed half, not even in what a failed test prints


def _is_alike(words: frozenset[str], questions: list[frozenset[str]], having: dict[str, list[int]]) -> bool:
    """Whether a text has ALIKE of the words of it and of a question, three at the least, in common with that.

    Such a question has so many of the text's words that it has one of its rarest ("prefix filtering", Chaudhuri, Ganti
    and Kaushik, ICDE 2006)."""
    rarest = sorted(words, key=lambda word: len(having.get(word, ())))[: len(words) - int(ALIKE * len(words)) + 1]
    near = {number for word in rarest for number in having.get(word, ())}
    common = ((len(words & questions[number]), len(words | questions[number])) for number in near)
    return any(both >= 3 and both / either >= ALIKE for both, either in common)


def test_the_sentences_of_a_harmless_text_are_harmless():
    text = "I cried all night. He came back."
    found = list(with_sentences(Labelled(HARMLESS, text)))
    assert [one.text for one in found] == [text, "I cried all night.", "He came back."]
    assert {one.label for one in found} == {HARMLESS}
    assert list(with_sentences(Labelled("suicide/me", text))) == [Labelled("suicide/me", text)]


def test_some_examples_are_learned_with_a_disturbance_too():
    examples = [Labelled("suicide/me", f"I do not want to live any more {number}") for number in range(1000)]
    copies = list(disturbed(examples, Random(0)))
    assert 250 < len(copies) < 350
    assert copies == list(disturbed(examples, Random(0)))
    assert {one.label for one in copies} == {"suicide/me"}
    assert {one.weight for one in copies} == {0.5}
    same = sum(one.text in {whole.text for whole in examples} for one in copies)
    assert same < 60  # the last letter has none to change places with
    changed = [len({*one.text.split()} - {*"I do not want to live any more".split()}) for one in copies]
    assert max(changed) == 2  # the number, and what was disturbed


def test_some_short_examples_are_learned_as_they_are_typed_on_a_telephone_too():
    text = "Why don't you and my brother believe that someone is following me tonight?"
    copies = list(texted([Labelled(HARMLESS, text)] * 1000 + [Labelled(HARMLESS, "word " * 60)] * 100, Random(0)))
    assert 200 < len(copies) < 300
    assert {(one.label, one.weight) for one in copies} == {(HARMLESS, 0.5)}
    assert {len(one.text.split()) for one in copies} == {len(text.split())}
    assert all(one.text == one.text.lower() and "'" not in one.text for one in copies)
    assert len({one.text for one in copies}) > 200
    assert sum(one.text.startswith("y ") for one in copies) > len(copies) / 2
    kept = sum("following" in one.text.split() for one in copies)
    assert len(copies) / 2 < kept < len(copies)


@pytest.mark.parametrize("word", ["a", "scared"])
def test_a_mistyped_word_has_a_letter_more_or_less_or_the_same_letters(word: str):
    slips = {mistyped(word, Random(seed)) for seed in range(200)}
    assert {len(slip) - len(word) for slip in slips} == {-1, 0, 1}
    assert {tuple(sorted(slip)) for slip in slips if len(slip) == len(word)} == {tuple(sorted(word))}


def test_a_section_labels_the_lines_under_it(tmp_path: Path):
    file = tmp_path / "some.txt"
    file.write_text("# a comment\n\n[suicide/me]\none\n\n[harmless]\ntwo\nthree\n", encoding="utf-8")
    assert [(one.label, one.text) for one in prototypes(file)] == [
        ("suicide/me", "one"),
        ("harmless", "two"),
        ("harmless", "three"),
    ]
