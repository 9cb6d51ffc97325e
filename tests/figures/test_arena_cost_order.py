"""Errors over the number of steps: valid, with slopes that are the declared orders."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.analysis.convergence import convergence_order
from explorer.analysis.measured_order import MeasuredOrder
from explorer.figures import canvas, order_lines, sampler_style, theme
from explorer.figures.order_lines import Line

N = np.array([16, 32, 64, 128])


def found(order: float, constant: float) -> MeasuredOrder:
    errors = constant * N**-order * np.exp([0.02, -0.02, 0.01, 0.0])
    return MeasuredOrder(N, errors, convergence_order(N, errors))


LINES = [
    Line("Euler", sampler_style.of("euler"), 1, found(1.0, 2.0)),
    Line("Heun", sampler_style.of("heun"), 2, found(2.0, 5.0)),
    Line("Published 3M", sampler_style.of("dpmpp-3m"), 2, found(2.0, 1.0)),
    Line("EVODiff", sampler_style.of("evodiff"), None, found(0.0, 0.1)),
]


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
def test_every_declared_order_has_one_straight_slope_above_its_errors(tone: theme.Theme) -> None:
    figure = order_lines.figure(LINES, tone, law="one Gaussian")
    go.Figure(figure.to_dict())
    slopes = [t for t in figure.data if t.mode == "lines"]
    measured = [t for t in figure.data if t.mode == "lines+markers"]
    falls = [-np.diff(np.log(t.y))[0] / np.diff(np.log(t.x))[0] for t in slopes]
    assert falls == pytest.approx([1.0, 2.0])
    assert slopes[1].y[0] > max(line.found.errors[0] for line in LINES[1:3])
    assert [t.name for t in measured] == [line.name for line in LINES]
    assert [note.text for note in figure.layout.annotations] == ["p = 1", "p = 2"]


def test_the_finding_says_measured_beside_declared() -> None:
    words = order_lines.finding(LINES, law="one Gaussian")
    plain = words.replace(order_lines.SPACE, " ")
    assert plain.startswith("Measured orders on one Gaussian: Euler 1.00 ± 0.02, declared 1; ")
    assert plain.endswith("EVODiff 0.00 ± 0.02.")
    assert canvas.alt(order_lines.figure(LINES, theme.LIGHT, law="one Gaussian")) == words
    rounding = MeasuredOrder(N, np.full(4, 1e-15), None)
    assert order_lines.measured(rounding) == "at rounding"


def test_an_empty_choice_is_an_empty_picture() -> None:
    go.Figure(order_lines.figure([], theme.LIGHT, law="one Gaussian").to_dict())
