"""Quality against cost, and the ODE beside the law: valid, and true to the contest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.analysis.arena import rankings
from explorer.figures import canvas, log_axis, ode_beside_law, quality_cost, sampler_style, theme
from tests.figures import arena_tables
from tests.figures.arena_tables import BUDGETS, ENTRIES, LAW, NOISE, made_up

TONES = pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)


def lines(figure: go.Figure) -> dict[str, go.Scatter]:
    return {t.name: t for t in figure.data if t.mode == "lines+markers"}


def names(*places: int) -> list[str]:
    return [sampler_style.label(ENTRIES[e], ENTRIES) for e in places]


@TONES
@pytest.mark.parametrize("against", list(quality_cost.AXES))
@pytest.mark.parametrize("upto", [0, 1, 7, 10_000])
def test_plotly_accepts_whatever_is_known(tone: theme.Theme, against: str, upto: int) -> None:
    for seeds in (1, 3, 20):
        table = made_up(seeds, upto=upto)
        go.Figure(quality_cost.figure(table, tone, metric="sliced-w2", against=against).to_dict())
        go.Figure(ode_beside_law.figure(table, tone, metric="sliced-w2").to_dict())


def test_lines_are_means_over_what_was_spent() -> None:
    table = made_up()
    figure = quality_cost.figure(table, theme.LIGHT, metric="sliced-w2")
    found = lines(figure)
    assert list(found) == names(*range(5))
    for e, line in enumerate(found.values()):
        np.testing.assert_array_equal(line.x, table.nfe[e])
        np.testing.assert_allclose(line.y, table.distances["sliced-w2"][e].mean(axis=1))
        np.testing.assert_allclose(line.y * np.array(BUDGETS), LAW[e], rtol=0.1)
    looks = {(t.line.color, t.line.dash, t.marker.symbol) for t in found.values()}
    assert len(looks) == 5


def test_the_band_is_one_standard_error_and_absent_for_one_seed() -> None:
    table = made_up()
    figure = quality_cost.figure(table, theme.LIGHT, metric="sliced-w2")
    bands = [t for t in figure.data if t.fill == "toself"]
    heats = table.distances["sliced-w2"][1]
    wide = heats.std(axis=1, ddof=1) / np.sqrt(4)
    np.testing.assert_allclose(bands[1].y[:4], heats.mean(axis=1) + wide)
    np.testing.assert_allclose(bands[1].y[:3:-1], heats.mean(axis=1) - wide)
    single = quality_cost.figure(made_up(1), theme.LIGHT, metric="sliced-w2")
    assert not [t for t in single.data if t.fill == "toself"]
    assert all("one seed" in text for text in single.data[0].customdata)


def test_few_seeds_are_marked_one_by_one() -> None:
    def marks(seeds: int) -> int:
        figure = quality_cost.figure(made_up(seeds), theme.LIGHT, metric="sliced-w2")
        return sum(len(t.x) for t in figure.data if t.mode == "markers")

    assert (marks(1), marks(3), marks(20)) == (0, 3 * 4 * 5, 0)


def test_entries_without_energy_are_not_drawn_against_it() -> None:
    table = made_up()
    figure = quality_cost.figure(table, theme.LIGHT, metric="sliced-w2", against="energy")
    assert list(lines(figure)) == names(arena_tables.ENERGY)
    others = [entry for e, entry in enumerate(ENTRIES) if e != arena_tables.ENERGY]
    assert quality_cost.without(table, "energy") == others
    assert quality_cost.without(table, "nfe") == []


def test_the_floor_is_a_band_of_one_standard_deviation() -> None:
    figure = quality_cost.figure(made_up(), theme.LIGHT, metric="sliced-w2")
    band = next(s for s in figure.layout.shapes if s.type == "rect")
    assert (band.y0, band.y1) == pytest.approx((0.016, 0.024))
    low, high = figure.layout.yaxis.range
    assert 10**low < 0.02  # the floor and the worst point are in the picture
    assert 10**high > 0.6
    wide = replace(made_up(), floors={"sliced-w2": (0.02, 0.05)})
    band = quality_cost.figure(wide, theme.LIGHT, metric="sliced-w2").layout.shapes[0]
    assert 0.0 < band.y0 < 0.02  # a logarithmic axis has no 0


def test_values_below_zero_are_left_out() -> None:
    table = made_up()
    values = table.distances["sliced-w2"].copy()
    values[0, 3] = -0.01
    table = replace(table, distances=dict(table.distances) | {"sliced-w2": values})
    first = lines(quality_cost.figure(table, theme.LIGHT, metric="sliced-w2"))[names(0)[0]]
    assert list(first.x) == [5, 10, 20]


def test_a_value_far_above_leaves_the_picture_and_is_written_there() -> None:
    table = made_up()
    values = table.distances["sliced-w2"].copy()
    values[4, 3] = 4e8
    table = replace(table, distances=dict(table.distances) | {"sliced-w2": values})
    for module in (quality_cost, ode_beside_law):
        figure = module.figure(table, theme.LIGHT, metric="sliced-w2")
        assert 0.6 < 10 ** figure.layout.yaxis.range[1] < 10
        assert any("↑ EVODiff at 40: 4" in note.text for note in figure.layout.annotations)
        usual = module.figure(made_up(), theme.LIGHT, metric="sliced-w2")
        assert not any("↑" in note.text for note in usual.layout.annotations)


def test_the_finding_says_first_and_last() -> None:
    table = made_up(spread=0.0)
    words = quality_cost.finding(table, metric="sliced-w2")
    assert "DPM-Solver++ 2M 0.4 at 5 and 0.05 at 40" in words
    assert "The floor is 0.02." in words
    figure = quality_cost.figure(table, theme.LIGHT, metric="sliced-w2")
    assert canvas.alt(figure) == words
    assert quality_cost.finding(made_up(upto=0), metric="sliced-w2") == "Nothing is known yet."


def test_stochastic_entries_stand_on_the_strip() -> None:
    table = made_up()
    assert ode_beside_law.draws_noise(table, "sliced-w2") == list(NOISE)
    found = lines(ode_beside_law.figure(table, theme.LIGHT, metric="sliced-w2"))
    assert [t.xaxis == "x2" for t in found.values()] == [False] * 3 + [True] * 2
    heun = found["Heun"]
    np.testing.assert_allclose(heun.x, table.ode[2].mean(axis=1))
    np.testing.assert_allclose(heun.y, table.distances["sliced-w2"][2].mean(axis=1))
    assert list(heun.marker.size) == sorted(heun.marker.size)


def test_no_strip_where_all_follow_the_ode() -> None:
    table = made_up()
    both = replace(
        table,
        entries=ENTRIES[1:3],
        nfe=table.nfe[1:3],
        energy=table.energy[1:3],
        ode=table.ode[1:3],
        distances={name: values[1:3] for name, values in table.distances.items()},
    )
    figure = ode_beside_law.figure(both, theme.LIGHT, metric="mode-tv")
    assert figure.layout.xaxis.domain == (0.0, 1.0)
    assert all("noise" not in note.text for note in figure.layout.annotations)


def test_a_disagreement_is_named_with_its_numbers() -> None:
    table = made_up(spread=1e-9)
    words = ode_beside_law.finding(table, metric="sliced-w2")
    # Heun: ODE 0.4 / n and law 4 / n; EVODiff: 3 / n and 1.5 / n. The same ratio at all budgets.
    assert "Heun ends nearer to the ODE than EVODiff" in words
    pair = rankings.disagreements(table, metric="sliced-w2")[0]
    n = pair.budget
    assert (pair.nearer, pair.better) == (2, 4)
    assert pair.ode == pytest.approx((0.4 / n, 3.0 / n))
    assert pair.law == pytest.approx((4.0 / n, 1.5 / n))


def test_no_disagreement_is_claimed_without_need() -> None:
    assert ode_beside_law.finding(made_up(2), metric="sliced-w2").startswith("With fewer than 3")
    table = made_up()
    alike = replace(table, ode=table.distances["sliced-w2"])
    words = ode_beside_law.finding(alike, metric="sliced-w2")
    assert words == "The two distances rank no two entries differently beyond the noise."
    nothing = ode_beside_law.finding(made_up(upto=1), metric="sliced-w2")
    assert nothing == "No entry that follows the ODE has been run yet."


@pytest.mark.parametrize("decades", [0.1, 0.5, 1.3, 4.0, 14.0])
def test_logarithmic_axes_always_have_some_ticks_and_never_many(decades: float) -> None:
    axis = log_axis.settings([np.array([0.7, 0.7 * 10**decades])], room=0.05)
    assert 1 <= len(axis["tickvals"]) <= 8
    assert 10 ** axis["range"][0] < 0.7
    assert all(axis["range"][0] <= np.log10(tick) <= axis["range"][1] for tick in axis["tickvals"])
