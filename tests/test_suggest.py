"""Suggestions: only the site's own names, in which every word typed begins a word, the likeliest first."""

import gc
import json
import weakref
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server import PATIENCE, an_article, publish, serving

from search.engine import Card
from search.spelling import FUNCTION_WORDS
from search.suggest import BY_DEFAULT, LONGEST_TEXT, MOST, Suggester, suggest, words_of
from search.whoosh_engine import WhooshEngine

PROBLEM, OPENSEARCH = "application/problem+json", "application/x-suggestions+json"


def suggester(sections: tuple[str, ...] = (), faqs: tuple[str, ...] = (), titles: tuple[str, ...] = ()) -> Suggester:
    """Names of an article with these sections and FAQ entries, and of others that have nothing but a title."""
    cards = [Card("/0", titles[0] if titles else "", "", (), "", "", "", len(sections + faqs), len(faqs))]
    return Suggester([*sections, *faqs], cards + [Card(f"/{title}", title, "", (), "", "") for title in titles[1:]])


def found(names: Suggester, text: str, k: int = 100) -> list[str]:
    return [name.text for name in names.find(text, k)]


# --- what fits ---


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Can trust come back?", "trust"),
        ("Can trust come back?", "tru"),
        ("Can trust come back?", "back trust"),
        ("Can trust come back?", "  CAN,trust…COME  "),
        ("Can trust come back?", "ca tr co ba"),
        ("Why won’t he talk?", "why wont"),
        ("Why won't he talk?", "won’t"),
        ("Why wont he talk?", "won't"),
        ("Is it “love”?", "'love'"),
        ("Zoë and her café", "zoe cafe"),
        ("Zoe and her cafe", "ZOË CAFÉ"),
        ("Zoe\u0308 in decomposed letters", "zoë"),
        ("Großer Streit", "GROSSER"),
        ("Grosser Streit", "groß"),
        ("Ревность без причины", "РЕВН"),
        ("嫉妒", "嫉"),
        ("Low self-esteem", "esteem"),
        ("Low self-esteem", "self-est"),
        ("The first 30 days", "30"),
    ],
)
def test_a_name_fits_where_every_word_typed_begins_a_word_of_it(name: str, text: str):
    assert found(suggester((name, "Something else")), text) == [name]


@pytest.mark.parametrize("text", ["rust", "trust lost", "lost trust", "trustee", "", " ", "?!", "'", "x" * 200])
def test_a_name_does_not_fit_otherwise(text: str):
    assert found(suggester(("Can trust come back?", "A lost letter")), text) == []


def test_words_that_only_ask_are_left_out_where_nothing_has_them():
    names = suggester(("When jealousy becomes control", "How do I begin"))
    assert found(names, "how do i jealous") == ["When jealousy becomes control"]
    assert found(names, "why am I jealous") == ["When jealousy becomes control"]
    assert found(names, "how do i") == ["How do I begin"]
    assert found(names, "why am i") == []
    assert found(suggester(("Where jealousy begins", "Jealousy")), "when jealous") == [
        "Jealousy",
        "Where jealousy begins",
    ]


@pytest.mark.parametrize(
    "text", ["jelous", "jaelousy", "jealosy", "jeallous", "jeaolu", "how do i jelous", "become jelou"]
)
def test_one_typing_error_is_forgiven(text: str):
    assert found(suggester(("When jealousy becomes control", "Jam")), text) == ["When jealousy becomes control"]


@pytest.mark.parametrize("text", ["gealousy", "jlsousy", "jelous contrl", "jae", "jealousy " + "x" * 150])
def test_more_than_that_is_not(text: str):
    assert found(suggester(("When jealousy becomes control",)), text) == []


def test_a_word_that_begins_one_is_not_taken_for_another():
    assert found(suggester(("Breaking up", "Dreading an answer", "Break it gently")), "brea") == [
        "Breaking up",
        "Break it gently",
    ]


# --- the order ---


def test_questions_and_titles_come_before_headings():
    names = suggester(("Trust",), ("Can I trust him again?",), ("The long way to trust",))
    assert found(names, "trust") == ["The long way to trust", "Can I trust him again?", "Trust"]


def test_names_that_begin_with_the_text_come_first_and_then_shorter_ones():
    names = suggester(("Of trust", "Trust after a lie", "Trust in time", "No trust", "Trusted people can hurt"))
    assert found(names, "trust") == [
        "Trust in time",
        "Trust after a lie",
        "Trusted people can hurt",
        "Of trust",
        "No trust",
    ]
    assert found(names, "trust a") == ["Trust after a lie"]


def test_a_text_of_several_words_begins_a_name_in_their_order():
    names = suggester(("Stop being so jealous", "Being told to stop", "Be the first to stop it"))
    assert found(names, "stop be")[0] == "Stop being so jealous"
    assert found(names, "be") == ["Being told to stop", "Be the first to stop it", "Stop being so jealous"]


def test_what_is_said_twice_is_suggested_once_as_the_best_of_them():
    names = suggester(("Can trust come back?", "Trust"), ("Can trust come back",), ("TRUST",))
    assert [(name.text, name.kind) for name in names.find("trust", 9)] == [
        ("TRUST", "article"),
        ("Can trust come back", "faq"),
    ]


@pytest.mark.parametrize("k", [0, 1, 7, 20])
def test_there_are_at_most_k(k: int):
    assert len(found(suggester(tuple(f"Trust {n}" for n in range(50))), "tru", k)) == k


def test_a_site_without_names_suggests_nothing():
    assert found(Suggester([], []), "trust") == []
    assert found(suggester(("", "…")), "trust") == []


# --- whatever is typed, and whatever a site's names are ---

SMALL = st.text("aàbeéA'’ -", max_size=12)  # letters that meet again
ANY = st.text(max_size=30) | SMALL


@given(st.lists(ANY, max_size=8), st.lists(ANY, max_size=8), st.lists(ANY, max_size=4), ANY, st.integers(1, MOST))
def test_every_suggestion_is_a_different_name_that_fits(sections, faqs, titles, text, k):
    given_names = suggester(tuple(sections), tuple(faqs), tuple(titles))
    shown = found(given_names, text, k)
    assert len(shown) <= k
    assert set(shown) <= {*sections, *faqs, *titles}
    assert len({tuple(words_of(name)) for name in shown}) == len(shown)
    needed = [word for word in words_of(text) if word not in FUNCTION_WORDS]
    for name in shown:
        missed = [word for word in needed if not any(own.startswith(word) for own in words_of(name))]
        assert len(missed) <= 1
        assert all(len(word) >= 4 for word in missed)


@given(st.lists(ANY, min_size=1, max_size=8), st.data())
def test_every_beginning_of_a_name_finds_it(names, data):
    name = data.draw(st.sampled_from(names))
    text = name[: data.draw(st.integers(0, len(name)))]
    same = [words_of(one) for one in found(suggester(tuple(names)), text)]
    assert words_of(name) in same or not words_of(text)


@given(ANY)
def test_folding_is_done_once_and_for_all(text):
    words = words_of(text)
    assert words_of(" ".join(words)) == words


def test_accents_case_and_apostrophes_make_no_difference():
    ways = ["won't zoë", "WON’T ZOË", "wont zoe", "Wonʼt Zoe\u0308", "won`t zoé", "won´t zoè"]
    assert {tuple(words_of(way)) for way in ways} == {("wont", "zoe")}


# --- an engine's suggestions, and over HTTP ---


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    trust = an_article(
        "trust",
        {"": "What it takes.", "Trust takes time": "Months. " * 300, "Small steps": "One at a time."},
        {"Can trust come back?": "It can."},
        title="Rebuilding trust",
    )
    return publish(
        tmp_path_factory.mktemp("suggest") / "index", trust, an_article("jealousy", {"Jealousy": "It hurts."})
    )


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[httpx.Client]:
    with serving(index, index.parent / "log") as server, httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        yield client


def suggestions(client: httpx.Client, **params: object) -> list[dict[str, str]]:
    return client.get("/api/v1/suggest", params=params).json()["suggestions"]


def test_each_suggestion_leads_to_its_place(client):
    assert suggestions(client, q="trust") == [
        {"text": "Rebuilding trust", "kind": "article", "url": "/articles/trust"},
        {"text": "Can trust come back?", "kind": "faq", "url": "/articles/trust#faq-1"},
        {"text": "Trust takes time", "kind": "section", "url": "/articles/trust#trust-takes-time"},
    ]
    for suggestion in suggestions(client, q="trust"):
        assert client.get(suggestion["url"]).status_code == 200


def test_a_title_that_is_a_heading_too_is_the_article(client):
    assert suggestions(client, q="jeal") == [{"text": "Jealousy", "kind": "article", "url": "/articles/jealousy"}]


def test_the_number_of_suggestions_can_be_chosen(client):
    assert len(suggestions(client, q="t")) == 3
    assert len(suggestions(client, q="t", k=1)) == 1


@pytest.mark.parametrize("q", ["", " ", "zeppelin", "t" * (LONGEST_TEXT + 1), "trust " * 40, "\0", "<u>", "((((("])
def test_what_nothing_fits_gets_an_empty_list(client, q: str):
    answered = client.get("/api/v1/suggest", params={"q": q})
    assert (answered.status_code, answered.json()) == (200, {"suggestions": []})


def test_no_question_is_an_empty_list(client):
    assert client.get("/api/v1/suggest").json() == {"suggestions": []}


def test_a_text_as_long_as_may_be_is_answered(client):
    assert len(suggestions(client, q="trust".ljust(LONGEST_TEXT))) == 3


@pytest.mark.parametrize("q", ["tru", "", "zeppelin", 'a "quoted" tru', "ü" * 300])
def test_browsers_get_the_array_that_they_ask_for(client, q: str):
    answered = client.get("/opensearch/suggest", params={"q": q})
    assert (answered.status_code, answered.headers["content-type"]) == (200, OPENSEARCH)
    assert json.loads(answered.text) == [q, [one["text"] for one in suggestions(client, q=q)]]


@pytest.mark.parametrize("value", ["0", str(MOST + 1), "-1", "seven", "", "1.5", " 7"])
def test_a_wrong_k_is_explained(client, value: str):
    answered = client.get("/api/v1/suggest", params={"q": "tru", "k": value})
    assert (answered.status_code, answered.headers["content-type"]) == (400, PROBLEM)
    assert answered.json()["detail"].startswith("k must be ")


def test_suggestions_are_not_kept(client):
    assert client.get("/api/v1/suggest?q=tru").headers["cache-control"] == "no-store"


def test_hits_on_the_live_site_are_suggested_with_its_addresses(tmp_path: Path):
    engine = WhooshEngine(publish(tmp_path / "index", an_article("trust", {"Trust": "Time."})))
    card = Card(
        **{field: getattr(engine.cards[0], field) for field in Card.__slots__} | {"live": "https://example.org/t"}
    )
    engine.cards = (card,)
    assert suggest(engine, "tru")[0].url == "https://example.org/t"


def test_a_new_generation_suggests_its_own_names_and_the_old_one_is_let_go(tmp_path: Path):
    index = publish(tmp_path / "index", an_article("old", {"A river": "Deep."}))
    old = WhooshEngine(index)
    assert [one.text for one in suggest(old, "r")] == ["A river"]
    new = WhooshEngine(publish(index, an_article("new", {"A road": "Long."})))
    assert [one.text for one in suggest(new, "r")] == ["A road"]
    assert [one.text for one in suggest(old, "r")] == ["A river"]
    gone = weakref.ref(old)
    del old
    gc.collect()
    assert gone() is None


def test_the_usual_number_is_what_fits_under_a_box(tmp_path: Path):
    headings = {f"Trust {n}": "Time." for n in range(30)}
    engine = WhooshEngine(publish(tmp_path / "index", an_article("trust", headings)))
    assert len(suggest(engine, "trust")) == BY_DEFAULT
    assert len(suggest(engine, "trust", MOST)) == MOST
