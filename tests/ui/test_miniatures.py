"""Home's small pictures: each shows its finding, in both themes, with few bytes."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from explorer.figures import canvas, miniatures, theme
from explorer.ui import home

THEMES = [theme.LIGHT, theme.DARK]
LARGEST = 8_000  # bytes each; the budget of a whole interaction is 100 kB


@pytest.mark.parametrize("colours", THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("card", home.CARDS, ids=lambda card: card.name)
def test_pictures_are_light_and_say_what_they_show(card: home.Card, colours: theme.Theme) -> None:
    figure = card.draw(colours)
    text = figure.to_json()
    assert len(text) < LARGEST
    assert "NaN" not in text
    assert len(canvas.alt(figure)) > 40
    assert figure.layout.height == miniatures.HEIGHT
    used = set(json.dumps(json.loads(text)["layout"]).upper().split('"'))
    other = theme.DARK if colours is theme.LIGHT else theme.LIGHT
    assert not used & {other.text.upper(), other.muted.upper()}


def test_the_fair_speed_has_its_ceiling_at_one() -> None:
    rows = [miniatures.Speed("slow", 0.4, 0.3), miniatures.Speed("loud", 4.0, 0.8)]
    figure = miniatures.fair_speed(rows, theme.LIGHT, alt="One ceiling.")
    ceiling = figure.layout.shapes[0]
    assert ceiling.x0 == ceiling.x1 == 1
    low, high = figure.layout.xaxis.range
    assert low < math.log10(0.3)
    assert high > math.log10(4.0)


def test_the_funnel_holds_the_gap_between_its_bounds() -> None:
    card = next(card for card in home.CARDS if card.name == "funnel")
    upper, lower = card.draw(theme.LIGHT).data
    gap = card.draw(theme.LIGHT).layout.shapes[0].y0
    assert np.all(np.asarray(lower.y) <= gap * (1 + 1e-9))
    assert np.all(np.asarray(upper.y) >= gap * (1 - 1e-9))
    assert gap == pytest.approx(6.0, rel=1e-9)  # the exact value of this preset
