"""The picture of held-out errors: valid, and true to its table."""

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.analysis.held_out import Table
from explorer.figures import canvas, held_out, theme

NAMES = ("wiener", *(f"method-{k}" for k in range(9)))


def table() -> Table:
    generator = np.random.default_rng(0)
    base = generator.gamma(20, 0.05, (1, 3, 30))
    factors = np.linspace(0.5, 1.7, 9)[:, None, None]
    mse = np.concatenate([base, factors * base])
    mse[2, 0] = np.nan
    mse[9, 2] *= 1000
    return Table("x", NAMES, np.array([10.0, 1.0, 0.01]), mse)


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
def test_plotly_accepts_it_and_every_method_has_a_line_of_its_own(tone: theme.Theme) -> None:
    figure = held_out.figure(table(), tone)
    go.Figure(figure.to_dict())  # validates
    lines = [t for t in figure.data if t.mode == "lines+markers"]
    assert [t.name for t in lines] == list(NAMES[1:])
    assert len({(t.line.color, t.line.dash, t.marker.symbol) for t in lines}) == 9
    np.testing.assert_allclose(lines[0].y, 0.5)
    assert len(lines[1].x) == 2  # one level was not measured
    assert 10 ** figure.layout.yaxis.range[1] == pytest.approx(held_out.CEILING)
    assert figure.layout.xaxis.range[0] > figure.layout.xaxis.range[1]  # noise falls to the right


def test_only_what_is_asked_for_is_drawn() -> None:
    figure = held_out.figure(table(), theme.LIGHT, shown=("method-3",))
    assert {t.legendgroup for t in figure.data} == {"method-3"}


def test_the_finding_names_those_that_are_surely_better() -> None:
    words = held_out.finding(table())
    assert "method-0 at 3 of 3 noise levels, at most by 50" in words
    assert "method-8" not in words
    none = held_out.finding(table(), shown=("method-8",))
    assert "no method has a smaller error" in none
    assert canvas.alt(held_out.figure(table(), theme.LIGHT)) == words
