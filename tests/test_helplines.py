"""Helplines: the bundled ones are complete, and a wrong entry is named."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from search.helping import country_names, helping
from search.helplines import (
    ANY_COUNTRY,
    HelplinesError,
    bundled_helplines,
    countries,
    helplines,
    read_helplines,
    unverified,
)
from search.model import CATEGORIES, Danger
from search.panel import panel

GOOD = """
[[helpline]]
country = "US"
name = "A Line"
number = "123"
url = "https://example.org"
hours = "24/7"
for = "anyone"
categories = ["suicide"]
languages = ["en"]
verified_on = 2025-01-01
source = "https://example.org"
to_verify = false
"""
EVERYWHERE = GOOD.replace('"US"', f'"{ANY_COUNTRY}"').replace('["suicide"]', str(list(CATEGORIES)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "helplines.toml"


def test_the_countries_are_those_that_were_promised():
    assert countries() == ("AT", "AU", "CA", "CH", "DE", "GB", "IE", "NZ", "US")


@pytest.mark.parametrize("country", ["", *countries()])
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_danger_has_somebody_to_turn_to(country: str, category: str):
    shown = helplines(country, category)
    assert shown[-1].country == ANY_COUNTRY
    assert [one for one in shown if "emergency" in one.categories and one.country == country] or not country
    assert {one.country for one in shown} <= {country, ANY_COUNTRY}
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize("country", countries())
@pytest.mark.parametrize("category", ["suicide", "partner-violence", "child-abuse"])
def test_the_gravest_dangers_have_a_service_of_the_country(country: str, category: str):
    assert category in helplines(country, category)[0].categories


def test_a_country_that_is_not_there_gets_the_international_directory():
    assert [one.name for one in helplines("FR", "suicide")] == ["Find A Helpline"]


def test_lower_case_is_a_country_too():
    assert helplines("de", "suicide") == helplines("DE", "suicide")


def test_every_bundled_helpline_waits_for_the_owner_to_verify_it():
    assert unverified(date(2025, 1, 2), 90) == bundled_helplines()
    assert all(one.to_verify and one.verified_on <= date(2025, 12, 31) for one in bundled_helplines())


def test_a_verified_helpline_grows_old(file: Path, monkeypatch: pytest.MonkeyPatch):
    file.write_text(GOOD + EVERYWHERE)
    line, _ = read_helplines(file)
    monkeypatch.setattr("search.helplines.bundled_helplines", lambda: (line,))
    assert unverified(line.verified_on + timedelta(90), 90) == ()
    assert unverified(line.verified_on + timedelta(91), 90) == (line,)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('country = "US"', 'country = "USA"', "country “USA”"),
        ('country = "US"', 'country = "UK"', "country “UK”"),
        ('name = "A Line"', "", "“name” is missing"),
        ('url = "https', 'url = "http', "“url” does not begin with https://"),
        ('["suicide"]', '["sadness"]', "category “sadness”"),
        ('["en"]', "[]", "“languages” is missing"),
        ("2025-01-01", '"yesterday"', "“verified_on”"),
        ("to_verify = false", 'to_verify = "no"', "“to_verify”"),
        ('number = "123"', "number = 123", "“number” is no text"),
        ('hours = "24/7"', 'hours = "24/7"\nopen = "24/7"', "“open” is no field"),
    ],
)
def test_a_wrong_entry_is_named_with_its_file(file: Path, right: str, wrong: str, said: str):
    file.write_text(GOOD + GOOD.replace(right, wrong))
    with pytest.raises(HelplinesError) as caught:
        read_helplines(file)
    assert str(caught.value).startswith(f"{file}: entry 2 (")
    assert said in str(caught.value)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_danger_without_help_in_every_country_is_named(file: Path, category: str):
    file.write_text(GOOD + EVERYWHERE.replace(f"'{category}', ", "").replace(f", '{category}'", ""))
    with pytest.raises(HelplinesError, match=rf"helplines\.toml: nobody helps with “{category}” in every country"):
        read_helplines(file)


def test_the_panel_comes_even_where_nobody_is_known_to_help(monkeypatch: pytest.MonkeyPatch):
    line = replace(helplines("US", "suicide")[0], country="CQ")  # Sark, which not every language has a name for
    monkeypatch.setattr("search.helplines.bundled_helplines", lambda: (line,))
    found = helping(Danger("suicide", "me", "a rule"))
    assert found.said == panel("suicide", "me")
    assert found.helplines == ()
    assert country_names("de") == [("CQ", "CQ")]


@pytest.mark.parametrize("content", ["", "helpline = 3", "[[helpline", b"\xff\xfe"], ids=repr)
def test_a_file_that_is_none_is_named(file: Path, content: str | bytes):
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(HelplinesError, match=r"helplines\.toml: (cannot be read|has no entry)"):
        read_helplines(file)
