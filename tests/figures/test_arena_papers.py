"""Figures of the tabs RTK and EVODiff: valid plotly, true to their numbers, in both themes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.analysis import rtk_study as study
from explorer.analysis.arena.contest import Contest, empty
from explorer.analysis.evodiff_study import Course
from explorer.analysis.rtk_meter import Meter
from explorer.figures import acceptance, canvas, evodiff_course, log_concavity, rtk_study, theme

THEMES = pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
METER = Meter(np.array([8.0, 4.0, 2.0, 1.0]), np.array([0.0, 0.7, 40.0]), 99, exact=True)


def contest() -> Contest:
    metrics = list(rtk_study.METRICS)
    found = empty(
        study.ENTRIES, (30, 120), (0, 1), metrics=metrics, floors={"mode-tv": (0.03, 0.01)}
    )
    shape = (len(study.ENTRIES), 2, 2)
    values = np.linspace(0.1, 1.0, math.prod(shape)).reshape(shape)
    return replace(found, distances=dict.fromkeys(metrics, values))


def course(mean: float, spread: float) -> Course:
    values = np.array([np.nan, mean, 2 * mean, np.nan])
    columns = dict.fromkeys(("eta", "zeta", "r1", "r2"), values)
    low = {name: v - spread for name, v in columns.items()}
    high = {name: v + spread for name, v in columns.items()}
    return Course(np.array([8.0, 4.0, 2.0, 0.0]), columns, low, high, 64)


@THEMES
def test_bars_of_the_meter_lie_between_their_levels(tone: theme.Theme) -> None:
    figure = log_concavity.figure(METER, tone)
    go.Figure(figure.to_dict())  # validates
    bars, *named = figure.data
    left, right = bars.x - bars.width / 2, bars.x + bars.width / 2
    logs = np.log10(METER.sigmas)
    assert (left >= logs[1:] - 1e-12).all()
    assert (right <= logs[:-1] + 1e-12).all()
    assert list(bars.y) == [log_concavity.LEAST, 0.7, 40.0]
    assert list(bars.marker.color) == [tone.good, tone.accent, tone.second]
    assert list(bars.marker.pattern.shape) == ["", "", "/"]  # not by colour alone
    assert [shape.y0 for shape in figure.layout.shapes] == [0.5, 1.0]
    said = [trace.name for trace in named]
    assert said == ["below ½: strongly log-concave", "below 1: log-concave", log_concavity.FAR]
    assert canvas.alt(figure).endswith("the worst goes from σ = 2 to 1 with M = 40.")
    assert figure.layout.xaxis.range[0] > figure.layout.xaxis.range[1]  # noise falls to the right


def test_a_meter_over_many_decades_keeps_few_ticks() -> None:
    wild = Meter(np.array([2.0, 0.002]), np.array([1e12]), 64, exact=False)
    axis = log_concavity.figure(wild, theme.LIGHT).layout.yaxis
    assert (axis.range[1] - axis.range[0]) / axis.dtick <= 8


def test_a_meter_of_zero_is_said() -> None:
    flat = Meter(np.array([2.0, 1.0]), np.zeros(1), 1, exact=True)
    assert (
        log_concavity.finding(flat) == "All 1 segments have log-concave kernels: M = 0 everywhere."
    )
    assert len(log_concavity.figure(flat, theme.LIGHT).data) == 3  # the bars and two lines


def test_the_legend_says_what_hatched_bars_mean() -> None:
    said = {}
    for most in (0.4, 3.0, 30.0):
        meter = Meter(np.array([2.0, 1.0]), np.array([most]), 64, exact=True)
        said[most] = [trace.name for trace in log_concavity.figure(meter, theme.LIGHT).data[3:]]
    assert said == {0.4: [], 3.0: [log_concavity.OVER], 30.0: [log_concavity.FAR]}


def test_the_highest_bar_leaves_room_for_its_number() -> None:
    for most in (0.2, 40.0, 1e12):
        meter = Meter(np.array([2.0, 1.0]), np.array([most]), 64, exact=True)
        low, high = log_concavity.figure(meter, theme.LIGHT).layout.yaxis.range
        assert (high - np.log10(most)) / (high - low) > 0.08


@THEMES
def test_acceptance(tone: theme.Theme) -> None:
    lines = [
        acceptance.Line("MALA", np.array([4.0, 2.0]), np.array([0.9, 0.4]), theme.CATEGORIES[0]),
        acceptance.Line("score", np.array([4.0, 2.0]), np.array([0.8, 0.5]), theme.CATEGORIES[1]),
    ]
    figure = acceptance.figure(lines, tone)
    go.Figure(figure.to_dict())
    assert [list(trace.y) for trace in figure.data] == [[0.9, 0.4], [0.8, 0.5]]
    assert canvas.alt(figure).count("accepts") == 2


@THEMES
@pytest.mark.parametrize("name", ["eta", "zeta", "r1", "r2"])
def test_coefficients_with_their_bands(tone: theme.Theme, name: str) -> None:
    courses = {"evodiff": course(0.3, 0.1), "evodiff-plain": course(0.5, 0.0)}
    figure = evodiff_course.figure(courses, name, tone)
    go.Figure(figure.to_dict())
    band, first, second = figure.data
    assert band.fill == "toself"  # of the first; where all samples agree there is none
    np.testing.assert_allclose(first.y, [0.3, 0.6], rtol=1e-6)
    np.testing.assert_allclose(second.x, np.log10([4.0, 2.0]))
    assert "moves from 0.3 to 0.6" in canvas.alt(figure)


@THEMES
def test_rows_of_the_study(tone: theme.Theme) -> None:
    found = contest()
    names = [entry.text() for entry in found.entries]
    figure = rtk_study.figure(found, 120, names, "mode-tv", tone)
    go.Figure(figure.to_dict())
    (dots,) = figure.data
    np.testing.assert_allclose(dots.x, found.mean("mode-tv")[:, 1])
    assert len(figure.layout.shapes) == 2  # the floor
    assert not rtk_study.figure(found, 120, names, "marginal-error", tone).layout.shapes
    assert f"least {0.1 + 0.9 * 2.5 / 55:.2g} ({names[0]})" in canvas.alt(figure)


def test_a_study_with_holes_is_drawn() -> None:
    found = contest()
    values = found.values("mode-tv").copy()
    values[3:] = np.nan
    holed = replace(found, distances=dict.fromkeys(rtk_study.METRICS, values))
    names = [str(k) for k in range(14)]
    figure = rtk_study.figure(holed, 30, names, "mode-tv", theme.LIGHT)
    go.Figure(figure.to_dict())
    assert "(2)" in canvas.alt(figure)


def test_a_study_without_a_number_is_an_empty_picture() -> None:
    found = contest()
    none = dict.fromkeys(rtk_study.METRICS, np.full_like(found.values("mode-tv"), np.nan))
    names = [str(k) for k in range(14)]
    empty_study = replace(found, distances=none)
    figure = rtk_study.figure(empty_study, 30, names, "mode-tv", theme.LIGHT)
    assert list(figure.layout.xaxis.range) == [0, 1.0]
    assert canvas.alt(figure) == "Nothing is known yet."
