"""The words of the help panel: there for every danger that can be told, in both languages."""

import tomllib
from pathlib import Path

import pytest

from indexer.bundled import bundled
from search.model import CATEGORIES, VOICES
from search.panel import Panel, PanelError, _catalogue, panel
from search.safety import rule_book

TOLD = sorted({(rule.category, rule.voice) for rule in rule_book().rules})
CATALOGUE = tomllib.loads((bundled("safety") / "panel.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("category", "voice"), TOLD)
def test_every_danger_that_rules_tell_has_its_words(category: str, voice: str, language: str):
    words = panel(category, voice, language)
    assert 10 < len(words.title) < 80
    assert 100 < len(words.text) < 420
    assert words.not_emergency.endswith(".")


def test_every_category_and_voice_is_told():
    assert {category for category, _ in TOLD} == set(CATEGORIES)
    assert {voice for _, voice in TOLD} == set(VOICES)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_catalogue_has_no_words_that_nobody_sees(language: str):
    words = CATALOGUE[language]
    assert sorted((c, v) for c, voices in words.items() if c != "general" for v in voices) == TOLD


def test_the_languages_differ_and_another_one_is_english():
    assert panel("suicide", "me", "de") != panel("suicide", "me", "en") == panel("suicide", "me", "fr")


def test_a_panel_that_is_missing_is_named():
    with pytest.raises(PanelError, match=r"panel\.toml: \[en\.suicide\.hurting\]"):
        panel("suicide", "hurting")


def test_a_catalogue_that_is_missing_is_named(tmp_path: Path):
    with pytest.raises(PanelError, match="cannot be read"):
        _catalogue(tmp_path / "panel.toml")


def test_the_panel_says_that_it_is_no_emergency_service():
    words: Panel = panel("emergency", "hurt")
    assert "not an emergency service" in words.not_emergency
    assert "emergency number" in words.call
