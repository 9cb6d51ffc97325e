"""The studio's figures: valid plotly, small, readable by a machine, and true to their results."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer import generators
from explorer.figures import (
    arrival,
    canvas,
    coefficients,
    degree,
    gradient,
    landscape,
    number_line,
    quotient,
    relaxation,
    sequence,
    spectrum,
    speed,
    stationary,
    theme,
)
from explorer.generators import presets

OU = generators.Generator("1", "-x")
CUBIC = generators.Generator("1", "-x - x**3")
STUDENT = generators.Generator("1 + x**2", "-6*x")
CAUCHY = generators.Generator("1 + x**2", "-x/2")
SOLVED = {g.key(): generators.spectrum(g) for g in (OU, CUBIC, STUDENT, CAUCHY)}
STEPS = {g.key(): generators.chen_sequence(g, n=30) for g in (OU, CUBIC, STUDENT)}
START = generators.Uniform(0.2, 0.8)
TIMES = np.linspace(0.0, 8.0, 41)[1:]


def solved(g: generators.Generator) -> generators.Spectrum:
    return SOLVED[g.key()]


def steps(g: generators.Generator) -> generators.ChenSequence:
    return STEPS[g.key()]


def visits() -> tuple[speed.Visit, ...]:
    return (speed.Visit("OU", 0.0, 1.0), speed.Visit("cubic", 0.3, 0.97))


def time_to(g: generators.Generator, d: int) -> generators.ConvergenceTime:
    return generators.time_to(g, START, 0.01, dimension=d)


def small_landscape() -> generators.Landscape:
    return generators.landscape(
        CUBIC, x=("b", 1), y=("b", 3), x_range=(-2.0, 2.0), y_range=(-2.0, 2.0), n=5
    )


Builder = Callable[[theme.Theme], go.Figure]
FIGURES: dict[str, Builder] = {
    "number line": lambda t: number_line.figure(solved(CUBIC), steps(CUBIC), 8, t),
    "number line, n = 1": lambda t: number_line.figure(solved(OU), steps(OU), 1, t),
    "number line, n = 30": lambda t: number_line.figure(solved(STUDENT), steps(STUDENT), 30, t),
    "number line, continuous": lambda t: number_line.figure(solved(CAUCHY), None, 5, t),
    "law": lambda t: stationary.figure(solved(CUBIC), t),
    "law, log": lambda t: stationary.figure(solved(STUDENT), t, log=True),
    "law, infinite variance": lambda t: stationary.figure(solved(CAUCHY), t),
    "modes": lambda t: spectrum.figure(solved(CUBIC), t),
    "modes, plain": lambda t: spectrum.figure(solved(STUDENT), t, weighted=False),
    "modes, none": lambda t: spectrum.figure(solved(CAUCHY), t),
    "quotient": lambda t: quotient.figure(solved(CUBIC), steps(CUBIC), 5, t),
    "gradient": lambda t: gradient.figure(CUBIC, generators.gap_gradient(CUBIC), t),
    "how large n": lambda t: sequence.figure(solved(CUBIC), steps(CUBIC), 1e-6, t),
    "coefficients": lambda t: coefficients.figure(presets.REFUSED["negative-noise"].generator(), t),
    "curves": lambda t: relaxation.curves(
        generators.relax(CUBIC, START, TIMES), ("tv", "kl", "w1"), time_to(CUBIC, 1), t
    ),
    "curves, log time": lambda t: relaxation.curves(
        generators.relax(OU, START, TIMES, dimension=64), ("tv",), time_to(OU, 64), t, log_time=True
    ),
    "content": lambda t: relaxation.coefficients(generators.relax(OU, START, TIMES), t),
    "dimension": lambda t: arrival.dimension(
        generators.time_to(OU, START, 0.01, dimension=3072), t
    ),
    "wrong rate": lambda t: arrival.wrong_rate(
        generators.time_to(OU, START, 0.01, dimension=3072), -0.1, t
    ),
    "plane": lambda t: speed.plane(visits(), visits()[1], t, landmarks=visits()),
    "plane, undefined": lambda t: speed.plane((), speed.Visit("x", 1.0, None), t),
    "landscape": lambda t: landscape.figure(
        small_landscape(), "gap", ("b₁", "b₃"), (-1.0, -1.0), t, path=np.zeros((3, 2))
    ),
    "landscape of Λ": lambda t: landscape.figure(
        small_landscape(), "efficiency", ("b₁", "b₃"), (-1.0, -1.0), t
    ),
    "degrees": lambda t: degree.figure(generators.degree_study(), t),
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
def test_every_figure_is_valid_small_and_says_its_finding(name: str, colours: theme.Theme) -> None:
    figure = FIGURES[name](colours)
    content = figure.to_dict()
    go.Figure(content)  # `canvas.build` does not validate; this does
    assert len(figure.to_json()) < 45_000
    assert content["layout"]["height"] >= 200
    words = canvas.alt(figure)
    assert any(c.isdigit() for c in words)
    assert "nan" not in words
    assert "e-" not in words
    for axis in ("xaxis", "yaxis"):
        assert content["layout"][axis]["fixedrange"]
    for trace in figure.data:
        assert np.size(trace.x) <= 2000


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_smaller_than_a_tick_label(name: str) -> None:
    content = json.loads(FIGURES[name](theme.LIGHT).to_json())

    def sizes(value: object) -> list[float]:
        if isinstance(value, list):
            return [size for inner in value for size in sizes(inner)]
        if not isinstance(value, dict):
            return []
        found = [size for inner in value.values() for size in sizes(inner)]
        font = [v for k, v in value.items() if k.endswith("font") and isinstance(v, dict)]
        return found + [f["size"] for f in font if "size" in f]

    assert min(sizes(content["layout"])) >= theme.TICK_SIZE


def test_the_number_line_puts_values_where_they_are() -> None:
    line = number_line.positions(solved(OU))
    assert line.gap == pytest.approx(0.0, abs=1e-12)
    assert line.low < line.gap < line.high
    assert line.high - line.low == pytest.approx(math.log10(4), rel=0.05)  # 1/(4κ) to 1/κ
    assert line.essential == math.inf
    figure = number_line.figure(solved(STUDENT), steps(STUDENT), 3, theme.LIGHT)
    marks = [shape.x0 for shape in figure.layout.shapes if shape.type == "line"]
    assert marks == pytest.approx([math.log10(6.0), math.log10(12.25)])


def test_the_axis_of_the_number_line_moves_in_half_decades_only() -> None:
    ends = set()
    for c in np.linspace(0.9, 1.1, 9):
        g = generators.Generator("1", [0.0, -float(c)])
        ends.add(number_line.window(number_line.positions(generators.spectrum(g))))
    assert len(ends) == 1


def test_the_funnel_narrows_towards_the_gap() -> None:
    figure = number_line.figure(solved(CUBIC), steps(CUBIC), 8, theme.LIGHT)
    bars = np.asarray(figure.data[1].x, dtype=float).reshape(-1, 3)[:, :2]
    gap = number_line.positions(solved(CUBIC)).gap
    assert (bars[:, 0] <= gap + 1e-12).all()
    assert (bars[:, 1] >= gap - 1e-12).all()
    assert (np.diff(bars[:, 1] - bars[:, 0]) < 0).all()


def test_one_curve_is_flat_and_the_others_cross_the_gap() -> None:
    figure = quotient.figure(solved(CUBIC), steps(CUBIC), 20, theme.LIGHT)
    by_name = {trace.name: np.asarray(trace.y, dtype=float) for trace in figure.data}
    assert by_name["f<sub>20</sub>"] == pytest.approx(solved(CUBIC).gap, rel=1e-3)
    assert by_name["f<sub>1</sub>"].min() < solved(CUBIC).gap < by_name["f<sub>1</sub>"].max()
    assert by_name["f = x"].min() == pytest.approx(1.0, rel=5e-3)  # 1 + 3x² near 0


def test_the_matching_gaussian_of_an_ou_process_is_its_own_law() -> None:
    figure = stationary.figure(solved(OU), theme.LIGHT)
    law, gaussian = (np.asarray(trace.y, dtype=float) for trace in figure.data)
    assert gaussian == pytest.approx(law, rel=1e-5)


def test_the_window_of_a_heavy_tail_stays_readable() -> None:
    low, high = stationary.window(solved(CAUCHY))
    assert 5 < high < 60
    assert low == pytest.approx(-high, rel=1e-6)


@pytest.mark.parametrize(("off", "reached"), [(-0.2, 0.17), (0.2, 3.2)])
def test_what_a_wrong_rate_reaches(off: float, reached: float) -> None:
    """``K (ε/K)^(1/(1 + off))``, by hand: OU, d = 3072, ε = 0.01, pixels uniform on [0.2, 0.8]."""
    figure = arrival.wrong_rate(time_to(OU, 3072), off, theme.LIGHT)
    assert figure.data[1].y[0] == pytest.approx(reached, rel=0.03)  # printed with two digits


def test_the_landscape_takes_clicks_on_a_layer_above_the_map() -> None:
    figure = FIGURES["landscape"](theme.LIGHT)
    assert figure.data[0].type == "heatmap"
    solved, refused = figure.data[-2:]
    for targets in (solved, refused):
        assert targets.type == "scatter"
        assert targets.marker.opacity == 0
    assert len(solved.x) + len(refused.x) == 25
    assert np.isfinite(solved.customdata).all()
    assert min(refused.y) >= 0  # an outward cubic drift, or none to hold a flat or outward one
    assert "explosive" in refused.text


def test_thinning_keeps_ends_and_bends() -> None:
    x = np.linspace(0.0, 1.0, 5001)
    y = np.exp(-((x - 0.5) ** 2) / 1e-5)  # a needle
    kept, thinned = canvas.thin(x, y, most=100)
    assert kept.size <= 100
    assert (kept[0], kept[-1]) == (0.0, 1.0)
    assert thinned.max() > 0.99
    far, _ = canvas.thin(1e6 + x, y, most=100)
    assert far.dtype == np.float64  # float32 could not tell these apart


def test_no_end_of_the_number_line_cuts_a_label() -> None:
    deep = generators.spectrum(generators.Generator("1", "3000*x - 3000*x**3"))
    figure = number_line.figure(deep, None, 1, theme.LIGHT)
    low, high = figure.layout.xaxis.range
    essential, gap, *_ = figure.layout.annotations
    assert (gap.x - low) / (high - low) > 1 - number_line.EDGE  # close to the right end ...
    assert gap.xanchor == "right"  # ... so the words stand at its left
    assert essential.x == gap.x  # and σ_ess beside the line, not across it
    assert essential.xanchor == "right"
    assert len(figure.layout.xaxis.ticktext) <= 4  # wide numbers: few
    middle = number_line.figure(solved(CUBIC), steps(CUBIC), 8, theme.LIGHT).layout.annotations[1]
    assert middle.xanchor == "center"
