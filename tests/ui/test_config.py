"""`.streamlit/config.toml`: the theme file's colours, and known settings only."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from streamlit import config

from explorer.figures import theme

CONFIG = tomllib.loads(
    (Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text("utf-8")
)
NAMES = {
    "backgroundColor": "background",
    "secondaryBackgroundColor": "surface",
    "textColor": "text",
    "primaryColor": "accent",
    "linkColor": "accent",
    "borderColor": "hairline",
    "greenTextColor": "good",
    "yellowTextColor": "caution",
    "redTextColor": "bad",
    "blueTextColor": "accent",
    "orangeTextColor": "second",
    "grayTextColor": "muted",
}


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
def test_colours_are_those_of_the_theme_file(colours: theme.Theme) -> None:
    section = CONFIG["theme"][colours.name]
    assert {k: v for k, v in section.items() if isinstance(v, str)} == {
        option: getattr(colours, name) for option, name in NAMES.items()
    }
    assert section["sidebar"]["backgroundColor"] == colours.surface


def test_categories_are_those_of_the_theme_file() -> None:
    assert CONFIG["theme"]["chartCategoricalColors"] == [c.colour for c in theme.CATEGORIES]


def test_fonts_come_from_this_machine() -> None:
    assert "http" not in str(CONFIG["theme"])
    assert "fontFaces" not in str(CONFIG)


def options(table: dict, prefix: str = "") -> list[str]:
    """Full names of all settings in the file."""
    names = []
    for name, value in table.items():
        full = f"{prefix}{name}"
        names += options(value, f"{full}.") if isinstance(value, dict) else [full]
    return names


@pytest.mark.parametrize("name", options(CONFIG))
def test_streamlit_knows_the_setting(name: str) -> None:
    assert name in config._config_options_template
