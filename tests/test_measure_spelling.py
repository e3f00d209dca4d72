"""The rules that misspell, and the command that measures with them."""

import json
from pathlib import Path

import pytest
from misspellings import RULES, misspell, misspell_twice

BY_NAME = {rule.name: rule for rule in RULES}
SCRIPT = Path(__file__).parent / "measure_spelling.py"
TEXTS = {
    "d1": "A jealous partner reads your messages because he is frightened.",
    "d2": "Forgiveness after cheating takes both of you a long time.",
    "d3": "Panic attacks pass. Breathe slowly and wait for the end.",
}
QUESTIONS = {
    "d1": "Why is my jealous partner reading messages?",
    "d2": "Can forgiveness follow cheating?",
    "d3": "How long do panic attacks last?",
}


@pytest.mark.parametrize(
    ("rule", "question", "some"),
    [
        ("letter left out", "why jealous", {"why jelous", "why jealos"}),
        ("neighbours swapped", "why jealous", {"why jaelous", "why jealosu"}),
        ("letter doubled", "why jealous", {"why jealouss", "why jjealous"}),
        ("double letter single", "why boiling or coffee", {"why boiling or cofee", "why boiling or coffe"}),
        ("neighbouring key", "why pain", {"why pqin", "why pain", "why oain", "why paim", "why psin", "why paib"}),
        ("wrong vowel", "the friend", {"the freind", "the frient"}),
        ("as it sounds", "a phone", {"a fone"}),
        ("no apostrophe", "he doesn't", {"he doesnt"}),
        ("words run together", "a panic attack", {"a panicattack"}),
        ("word split", "a partner", {"a par tner", "a part ner"}),
    ],
)
def test_a_rule_changes_one_word_in_its_way(rule: str, question: str, some: set[str]):
    wrong = misspell(question, BY_NAME[rule])
    assert wrong.question == question.replace(wrong.right, wrong.wrong) != question
    forms = {question.replace(wrong.right, form) for form in BY_NAME[rule].forms(wrong.right)}
    assert wrong.question in forms
    assert forms & some


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("question", ["", "why is he so", "a b c", "12345 6789", "!!"])
def test_where_a_rule_does_not_apply_nothing_is_misspelled(rule, question: str):
    assert misspell(question, rule) is None


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.words == 1], ids=lambda rule: rule.name)
def test_words_that_tell_something_are_misspelled_first(rule):
    wrong = misspell("What should friends' really appreciable coffee have? Doesn't", rule)
    assert wrong is None or wrong.right not in {"What", "should", "really", "have"}


def test_the_same_question_is_always_misspelled_the_same_way():
    question = "Why is my jealous partner reading messages"
    assert [misspell(question, rule) for rule in RULES] == [misspell(question, rule) for rule in RULES]
    assert misspell_twice(question) == misspell_twice(question) != None  # noqa: E711


def test_the_command_prints_a_line_a_rule_and_what_was_changed_wrongly(python, tmp_path: Path):
    rows = {"corpus": TEXTS, "queries": QUESTIONS}
    for name, texts in rows.items():
        lines = [json.dumps({"_id": key, "text": text}) for key, text in texts.items()]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("".join(f"{name}\t{name}\t1\n" for name in TEXTS), encoding="utf-8")
    done = python(SCRIPT, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    printed = {line[:22].strip(): line.split() for line in done.stdout.splitlines()}
    assert {"letter left out", "as it sounds", "two", "all"} <= printed.keys()
    assert float(printed["all"][3]) >= 0.9
    assert "0 of 3 correct questions changed" in done.stdout
