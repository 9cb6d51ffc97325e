"""The theme: readable text, lines that can be seen, categories that differ without colour."""

from __future__ import annotations

import pytest

from explorer.figures import theme

THEMES = [theme.LIGHT, theme.DARK]


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("name", ["text", "muted", "accent", "second", "good", "caution", "bad"])
def test_words_can_be_read(colours: theme.Theme, name: str) -> None:
    for ground in (colours.background, colours.surface):
        assert contrast(getattr(colours, name), ground) >= 4.5  # WCAG 2 AA


@pytest.mark.parametrize("colours", THEMES, ids=lambda t: t.name)
def test_words_on_a_primary_button_can_be_read(colours: theme.Theme) -> None:
    assert contrast(colours.on_accent, colours.accent) >= 4.5  # WCAG 2 AA
    # The control: white, which Streamlit would write, is too pale on the dark theme's accent.
    assert contrast("#FFFFFF", theme.DARK.accent) < 4.5


@pytest.mark.parametrize("colours", THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("category", theme.CATEGORIES, ids=lambda c: c.colour)
def test_lines_can_be_seen(colours: theme.Theme, category: theme.Category) -> None:
    # WCAG asks 3:1 of graphics; two of the colour-blind-safe hues are paler, and have a dash and a
    # marker of their own.
    assert contrast(category.colour, colours.background) >= 2.2


def test_categories_differ_without_colour() -> None:
    shapes = {(category.dash, category.marker) for category in theme.CATEGORIES}
    assert len(shapes) == len({c.marker for c in theme.CATEGORIES}) == len(theme.CATEGORIES)


@pytest.mark.parametrize("colours", THEMES, ids=lambda t: t.name)
def test_signed_maps_are_centred(colours: theme.Theme) -> None:
    places = [place for place, _ in theme.diverging(colours)]
    assert places == [0.0, 0.5, 1.0]


def test_an_empty_figure_draws_nothing_of_its_own() -> None:
    figure = theme.figure(theme.DARK, height=200, x="t", y="d")
    assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert len(figure.to_json()) < 3000  # no library template travels with it
