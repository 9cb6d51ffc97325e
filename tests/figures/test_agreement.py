"""The figure of agreement: valid plotly, true to the race."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.analysis.race import Race
from explorer.figures import agreement, canvas, method_style, theme

TITLES = {"wiener": "Wiener filter", "optimal": "Optimal", "nearest": "Nearest"}
SIGMAS = np.array([60.8, 1.0, 0.01])


def race(names: tuple[str, ...] = ("optimal", "wiener", "nearest")) -> Race:
    shape = (len(names), 3, 2)
    r2 = np.linspace(-4.0, 1.0, int(np.prod(shape))).reshape(shape)
    pictures = np.zeros((*shape, 1, 2, 2), np.float32)
    small = np.zeros((len(names), 2))
    return Race(
        names, "wiener", "trajectory", SIGMAS, pictures, pictures, pictures, r2, 1 - r2,
        small.astype(int), small, np.ones(len(names)),
    )  # fmt: skip


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
def test_plotly_accepts_it_and_it_says_its_finding(tone: theme.Theme) -> None:
    figure = agreement.figure(race(), TITLES, tone)
    go.Figure(figure.to_dict())  # validates
    assert canvas.alt(figure).startswith("Nearest agrees best with Wiener filter: r² = ")
    assert len(figure.to_json()) < 8_000


def test_lines_are_the_means_over_pictures_in_each_methods_colour() -> None:
    found = race()
    figure = agreement.figure(found, TITLES, theme.LIGHT)
    for k, trace in enumerate(figure.data):
        np.testing.assert_allclose(trace.y, found.r2[k].mean(axis=1), rtol=1e-6)
        assert trace.line.color == method_style.of(found.names[k]).colour
    low, high = figure.layout.yaxis.range
    assert low == pytest.approx(-1.05)  # what is far below stays outside
    assert high > 1.0
    assert figure.layout.xaxis.range[0] > figure.layout.xaxis.range[1]  # noise falls to the right


def test_the_reference_is_not_the_winner() -> None:
    assert "Optimal agrees best" in agreement.finding(race(("optimal", "wiener")), TITLES)
    assert "least of all" not in agreement.finding(race(("optimal", "wiener")), TITLES)
    assert agreement.finding(race(("wiener",)), TITLES) == "Only Wiener filter itself has raced."
