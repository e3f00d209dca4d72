"""The owner's settings: every mistake is named with its place."""

from pathlib import Path

import pytest

from search.settings import Colours, Settings, SettingsError, StatisticsSettings, contrast, load_settings

LIGHT = 'ground = "#ffffff"\ncard = "#fafafa"\nink = "#111111"\naccent = "#1b5e59"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_works_without_settings():
    assert Settings().name
    assert Settings().light is None


def test_what_is_written_is_read(tmp_path):
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    text = f"""
    name = "Heart to heart"
    logo = "logo.svg"
    old_after_years = 3
    embed_origins = ["https://example.org"]
    [light]
    {LIGHT}
    [disclaimers]
    Health = "Ask a doctor."
    [[situations]]
    name = "He never answers"
    question = "why does he not text back"
    [statistics]
    folder = "counts"
    """
    settings = load_settings(written(tmp_path, text))
    assert settings.name == "Heart to heart"
    assert settings.logo == tmp_path / "logo.svg"
    assert settings.light == Colours(ground="#ffffff", card="#fafafa", ink="#111111", accent="#1b5e59")
    assert settings.disclaimers["Health"] == "Ask a doctor."
    assert settings.situations[0].question == "why does he not text back"
    assert settings.embed_origins == ("https://example.org",)
    assert settings.statistics == StatisticsSettings(folder=tmp_path / "counts", keep_days=400)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name = ", "is not TOML"),
        ('nmae = "x"', "nmae"),
        ('name = ""', "name"),
        ('language = "xx"', "language"),
        ('base_url = "example.org"', "base_url"),
        ('base_url = "https://example.org/"', "base_url"),
        (
            'base_url = "https://Hilfe-für-dich.de:8443"',
            "browsers ask for hilfe-für-dich.de as xn--hilfe-fr-dich-2ob.de;",
        ),
        ('base_url = "https://ask.straße.de"', "ask.xn--strae-oqa.de"),
        ('logo = "gone.png"', "gone.png"),
        ("old_after_years = -1", "old_after_years"),
        ('embed_origins = ["*"]', "embed_origins.0"),
        ('hosts = ["https://example.org"]', "hosts.0"),
        ('hosts = ["example.org:80"]', "hosts.0"),
        ('trusted_proxies = ["proxy"]', "trusted_proxies.0"),
        ('trusted_proxies = ["10.0.0.1/8"]', "trusted_proxies.0"),
        ("rate_limit = {burst = 0}", "rate_limit.burst"),
        ("rate_limit = {per_minute = -1}", "rate_limit.per_minute"),
        ('security = {contact = "me@example.org", expires = 2030-01-01}', "security.contact"),
        ('security = {contact = "mailto:me@example.org"}', "security.expires"),
        ('[[situations]]\nname = "x"', "situations.0.question"),
        ("statistics = true", "statistics"),
        ("[statistics]\nkeep_days = 9", "statistics.folder"),
        ('[statistics]\nfolder = "x"\nkeep_days = 0', "statistics.keep_days"),
        ('[statistics]\nfolder = "x"\nk = 2', "statistics.k"),
        (f"[light]\n{LIGHT}".replace("#111111", "#dddddd"), "contrast of 1.4"),
        (f"[dark]\n{LIGHT}".replace("#111111", "black"), "dark.ink"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_place(tmp_path, text, reason):
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        load_settings(path)
    assert str(path) in str(raised.value)
    assert reason in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read"):
        load_settings(tmp_path / "none.toml")


def test_the_sample_in_the_readme_has_every_setting(tmp_path):
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    sample = readme.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    settings = load_settings(written(tmp_path, sample))
    assert settings.model_fields_set == Settings.model_fields.keys()


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#ffffff") == 1
