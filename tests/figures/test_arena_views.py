"""Figures of samplers side by side: valid plotly, true to their arrays, small to send."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from explorer.analysis import mixture_views
from explorer.analysis.mixture_law import MixtureLaw
from explorer.figures import arena_histogram, arena_pictures, arena_scatter, canvas, theme
from explorer.figures.arena_histogram import Exact
from explorer.figures.arena_pictures import Lane
from explorer.figures.arena_scatter import Cloud, Ground

LOOKS = theme.CATEGORIES
MOST = 100_000  # bytes of one redraw
LAW = MixtureLaw(
    np.array([0.6, 0.4]), np.array([[-1.0, 0], [1, 0.5]]), np.tile(np.eye(2), (2, 1, 1))
)


def ground() -> Ground:
    x = np.linspace(-4, 4, 96)
    density = mixture_views.over_plane(LAW, x, x)
    return Ground((-4, 4), (-4, 4), density, mixture_views.levels(density, (0.5, 0.9, 0.99)))


def clouds(count: int, points: int = 1000) -> list[Cloud]:
    rest = [
        Cloud(f"Sampler {k} · karras, c = 0.5", LAW.draw(points, k), LOOKS[k % len(LOOKS)])
        for k in range(1, count)
    ]
    return [Cloud("Exact samples", LAW.draw(points)), *rest]


def scatter(tone: theme.Theme, count: int = 4) -> go.Figure:
    names = ("x₁ (units of the data)", "x₂")
    return arena_scatter.figure(clouds(count), tone, ground=ground(), alt="It fits.", axes=names)


EDGES = np.linspace(-4, 4, 81)


def histogram(tone: theme.Theme, count: int = 3) -> go.Figure:
    lanes = [
        arena_histogram.Lane(
            f"Sampler {k}", np.histogram(LAW.draw(500, k)[:, 0], EDGES, density=True)[0], LOOKS[k]
        )
        for k in range(count)
    ]
    x = np.linspace(-4, 4, 500)
    exact = Exact(x, mixture_views.along(LAW, np.array([1.0, 0.0]), x))
    return arena_histogram.figure(lanes, EDGES, tone, exact=exact, x="x₁ (units)", alt="It fits.")


def lane(steps: int, done: int, *, k: int = 4, shape: tuple[int, ...] = (1, 8, 8)) -> Lane:
    """Return a run whose guess after step s is the grey level s / steps, its state half of it."""
    sigmas = np.geomspace(80.0, 0.002, steps + 1)
    grey = (np.arange(1, steps + 1) / steps)[:done, None, None, None, None]
    x0 = np.broadcast_to(grey, (done, k, *shape)).astype(np.float32)
    x = np.concatenate([np.full((1, k, *shape), 80.0, np.float32), x0 / 2])
    return Lane(f"{steps} steps", sigmas, x, x0)


def finals(tone: theme.Theme) -> go.Figure:
    begin = np.zeros((4, 1, 8, 8))
    return arena_pictures.finals([lane(10, 10), lane(5, 3)], tone, alt="It fits.", begin=begin)


def steps(tone: theme.Theme) -> go.Figure:
    return arena_pictures.steps([lane(10, 10), lane(5, 3)], tone, sample=1, alt="It fits.")


FIGURES: dict[str, Callable[[theme.Theme], go.Figure]] = {
    "scatter": scatter,
    "one cloud": lambda t: scatter(t, 1),
    "nine clouds": lambda t: scatter(t, 9),
    "histogram": histogram,
    "one histogram": lambda t: histogram(t, 1),
    "final pictures": finals,
    "steps": steps,
}


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_the_figure_and_it_says_its_finding(name: str, tone: theme.Theme) -> None:
    figure = FIGURES[name](tone)
    go.Figure(figure.to_dict())  # validates
    assert canvas.alt(figure) == "It fits."
    assert len(figure.to_json()) < 0.7 * MOST


# --- clouds -------------------------------------------------------------------------------------


def test_points_outside_the_axes_and_beyond_the_limit_are_left_out() -> None:
    far = np.array([[9.0, 0.0], [np.nan, 0.0], [0.5, 0.25]])
    figure = arena_scatter.figure(
        [Cloud("few", far), Cloud("many", np.zeros((5000, 2)))],
        theme.LIGHT, ground=ground(), alt="x", axes=("a", "b"),
    )  # fmt: skip
    few, many = figure.data
    assert (few.x.tolist(), few.y.tolist()) == ([0.5], [0.25])
    assert len(many.x) == arena_scatter.MOST


def test_all_plots_have_the_scale_of_the_law_and_lie_apart() -> None:
    figure = scatter(theme.LIGHT, 5)
    places = []
    for k in ("", 2, 3, 4, 5):
        x, y = figure.layout[f"xaxis{k}"], figure.layout[f"yaxis{k}"]
        assert x.range == y.range == (-4, 4)
        places.append((*x.domain, *y.domain))
    for i, (left, right, low, high) in enumerate(places):
        assert 0 <= left < right <= 1
        assert 0 <= low < high <= 1
        for other in places[:i]:
            apart = right <= other[0] or other[1] <= left or high <= other[2] or other[3] <= low
            assert apart


def test_the_bands_are_darkest_at_the_modes_and_stand_upright() -> None:
    """One mode in the upper half: the image must be dark there, not in its mirror image."""
    x = np.linspace(-4, 4, 64)
    law = MixtureLaw(np.ones(1), np.array([[0.0, 2.0]]), 0.1 * np.eye(2)[None])
    density = mixture_views.over_plane(law, x, x)
    behind = Ground((-4, 4), (-4, 4), density, mixture_views.levels(density, (0.5, 0.9, 0.99)))
    figure = arena_scatter.figure(clouds(1), theme.LIGHT, ground=behind, alt="x", axes=("a", "b"))
    data = figure.layout.images[0].source.split(",")[1]
    opacity = np.array(Image.open(io.BytesIO(base64.b64decode(data))))[..., 3]
    rows = np.nonzero(opacity.max(axis=1))[0]
    assert rows.max() < 32  # from the top
    assert opacity[16, 32] == opacity.max() == round(255 * arena_scatter.OPACITIES[-1])


# --- histograms ---------------------------------------------------------------------------------


def test_a_histogram_keeps_its_area_and_all_share_one_scale() -> None:
    figure = histogram(theme.LIGHT)
    bars = [trace for trace in figure.data if trace.fill == "tozeroy"]
    assert len(bars) == 3
    for trace in bars:
        assert trace.line.shape == "hv"
        assert (trace.y[:-1] * np.diff(trace.x)).sum() == pytest.approx(1.0, abs=1e-5)
    tops = {figure.layout[f"yaxis{k}"].range for k in ("", 2, 3)}
    assert len(tops) == 1
    assert tops.pop()[1] >= max(trace.y.max() for trace in bars)


def test_data_are_drawn_as_steps_of_their_own_area() -> None:
    values = np.histogram(LAW.draw(400)[:, 0], EDGES, density=True)[0]
    figure = arena_histogram.figure(
        [arena_histogram.Lane("a", values, LOOKS[0])], EDGES, theme.LIGHT,
        exact=Exact(EDGES, values, steps=True), x="a", alt="b",
    )  # fmt: skip
    line = figure.data[1]
    assert (line.y[:-1] * np.diff(line.x)).sum() == pytest.approx(1.0, abs=1e-5)


def test_the_expected_share_in_wrong_bins_is_what_exact_samples_have() -> None:
    """Mean over 4,000 sets of 300; 5 standard errors, 6e-7 of false alarms."""
    exact = np.array([0.1, 0.2, 0.3, 0.25, 0.15])
    draws = np.random.default_rng(3).multinomial(300, exact, size=4000) / 300
    found = np.array([arena_histogram.misplaced(share, exact) for share in draws])
    error = found.std(ddof=1) / np.sqrt(4000)
    assert abs(found.mean() - arena_histogram.expected(exact, 300)) < 5 * error
    moved = exact + np.array([0.2, -0.15, -0.05, 0, 0])  # a control that must fail
    assert arena_histogram.misplaced(moved, exact) > found.mean() + 5 * found.std()


# --- pictures -----------------------------------------------------------------------------------


def grey(value: float) -> Any:
    return pytest.approx(value, abs=1e-6)


def test_each_column_shows_the_last_guess_made_above_its_noise_level() -> None:
    ten, five = lane(10, 10), lane(5, 5)
    at = arena_pictures.columns([five, ten], 3)
    assert at.tolist() == ten.sigmas[[0, 4, 9]].tolist()  # of the finest grid; 4.5 rounds to 4
    found = arena_pictures.guesses(five, 0, at)[:, 0, 0, 0]
    assert found == grey([0.2, 0.6, 1.0, 0.5])  # steps 1, 3 and 5 of five, then the state


def test_what_is_not_there_yet_is_grey() -> None:
    running = lane(10, 3)
    found = arena_pictures.guesses(running, 0, running.sigmas[[0, 2, 3, 9]])[:, 0, 0, 0]
    assert found == grey([0.1, 0.3, 0.0, 0.0, 0.0])


def test_a_run_under_way_shows_its_guess_and_one_that_has_ended_its_state() -> None:
    assert arena_pictures.state(lane(10, 10))[0, 0, 0, 0] == grey(0.5)
    assert arena_pictures.state(lane(10, 4))[0, 0, 0, 0] == grey(0.4)
    assert arena_pictures.state(lane(10, 0))[0, 0, 0, 0] == grey(arena_pictures.NOISE)


def test_a_run_that_has_left_the_numbers_is_drawn_without_a_warning() -> None:
    lost = lane(2, 2)
    lost = Lane(
        lost.title, lost.sigmas, np.full_like(lost.x, np.nan), np.full_like(lost.x0, np.inf)
    )
    arena_pictures.finals([lost], theme.LIGHT, alt="x")
    arena_pictures.steps([lost], theme.LIGHT, sample=0, alt="x")


def test_large_pictures_of_many_samplers_stay_small_to_send() -> None:
    noise = np.random.default_rng(0).uniform(-1, 1, (3, 8, 3, 32, 32)).astype(np.float32)
    lanes = [Lane(str(k), np.array([80.0, 1.0, 0.1]), noise, noise[1:]) for k in range(8)]
    figure = arena_pictures.finals(lanes, theme.LIGHT, alt="x", begin=noise[0])
    assert len(figure.to_json()) < 0.7 * MOST
    figure = arena_pictures.steps(lanes, theme.LIGHT, sample=2, alt="x")
    assert len(figure.to_json()) < MOST  # noise, the worst case: guesses are smooth
