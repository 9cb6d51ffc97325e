"""The tab *Side by side*: panels from nothing to everything, words, numbers, notebook lines."""

from __future__ import annotations

import contextlib
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from streamlit.testing.v1 import AppTest

from explorer.analysis.arena import contest as contests
from explorer.analysis.arena import entry as entries
from explorer.analysis.arena import target as targets
from explorer.analysis.arena.score import Score
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.trail import Trail
from explorer.analysis.mixture_law import MixtureLaw
from explorer.ui import kept
from explorer.ui.arena import pieces, results, side_by_side_table
from explorer.ui.arena import side_by_side_notebook as notebook
from explorer.ui.arena import side_by_side_views as views
from explorer.ui.arena import side_by_side_words as words
from explorer.ui.arena.shown import Shown
from explorer.ui.arena.state import Wish
from explorer.ui.arena.target_spec import TargetSpec
from tests.ui.arena_app import calm, opened
from tests.ui.arena_app import said as text

QUICK = {"sa_n": "64", "sa_nfe": "6", "sa_ladder": "one", "sa_seeds": "2", "sa_tab": "Side by side"}
DIGITS = {"sa_target": "data", "sa_images": "100", "sa_denoiser": "optimal"}
NINE = TargetSpec("nine-modes", std=0.25, dimension=10)
THREE = entries.parse("dpmpp-2m;ddpm@ou;heun(s_churn=20)")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    kept.shelf.clear()


def wish(**changes: Any) -> Wish:
    base = Wish(NINE, Setting(n=64), THREE, 6, (6,), (0, 1))
    return replace(base, **changes)


def trail(*, steps: int = 4, done: int = 4, k: int = 5, n: int = 64, d: int = 10) -> Trail:
    draw = np.random.default_rng(steps + done)
    x = draw.standard_normal((done + 1, k, d)).astype(np.float32)
    final = draw.standard_normal((n if done else 0, d)).astype(np.float32)
    return Trail(np.geomspace(80, 0.002, steps + 1), x, x[1:], final, nfe=done, steps=steps)


def table(names: str = "dpmpp-2m;ddpm@ou", seeds: int = 4, **means: tuple[float, ...]) -> Any:
    """Return a contest whose scores of each metric spread by 1 % around the means given."""
    known = {name.replace("_", "-"): values for name, values in means.items()}
    floors = dict.fromkeys(known, (0.1, 0.01))
    chosen = entries.parse(names)
    found = contests.empty(chosen, (10,), range(seeds), metrics=list(known), floors=floors)
    for e in range(len(chosen)):
        for s in range(seeds):
            wobble = 1.0 + 0.01 * (-1) ** s * (1 + e)
            distances = {name: values[e] * wobble for name, values in known.items()}
            ode = math.nan if e else 0.5
            found = found.filled(
                (e, 0, s), Score(10, 3 * e, 0.5, distances, ode, 0.25 if e else math.nan)
            )
    return found


def rows(found: Any, metric: str = "sliced-w2") -> list[list[str]]:
    draws = [bool(e) for e in range(len(found.entries))]
    return words.rows(found, metric, budget=10, end=0.002, draws=draws)


# --- on the page --------------------------------------------------------------------------------


def tab(**query: str) -> AppTest:
    return opened(QUICK | query)


def run(app: AppTest) -> AppTest:
    if any(button.key == "sa_run" for button in app.button):
        calm(app.button(key="sa_run").click().run())
    return app


@pytest.mark.parametrize("target", ["modes", "nine-modes", "gaussian"])
@pytest.mark.parametrize("direction", ["first", "angle", "given"])
def test_points_are_shown_from_every_side(target: str, direction: str) -> None:
    app = run(tab(sa_target=target, sa_side_direction=direction))
    said = text(app)
    for title in ("From the same noise", "Where they have landed", "How the mass is shared out"):
        assert title in said
    assert "mean ± standard error over 2 seeds; all start from pure noise, N(0, 80² I)." in said
    assert "Exact samples: the floor" in said


def test_pictures_begin_as_noise_and_end_as_rows() -> None:
    before = text(tab(**DIGITS, sa_n="10000"))
    assert "The noise that all begin with. Press *Run*" in before
    assert "How the mass is shared out" not in before
    after = run(tab(**DIGITS))
    assert "The same place in every row is the same noise" in text(after)
    assert "the histogram of the data" in text(after)
    assert "Two halves of the data: the floor" in text(after)
    steps = text(run(tab(**DIGITS, sa_side_view="steps", sa_side_sample="63")))
    assert "Sample 63: above each column a noise level" in steps


def test_a_distance_that_means_nothing_here_is_said_and_another_shown() -> None:
    said = text(run(tab(sa_target="gaussian", sa_side_metric="mode-tv")))
    assert "Error of the mode weights (TV) means nothing on this target" in said
    assert "| Sampler | NFE | Energies | Sliced Wasserstein distance | Marginal error |" in said


def test_an_entry_that_cannot_run_is_named_with_the_reason() -> None:
    said = text(run(tab(**DIGITS, sa_samplers="dpmpp-2m;rtk-mala")))
    assert "**RTK-MALA** does not run: rtk-mala compares log densities" in said


def test_without_entries_it_says_what_to_do() -> None:
    assert "Nobody runs." in text(tab(sa_samplers=""))


# --- from nothing to everything -----------------------------------------------------------------


def page() -> None:
    import streamlit as st

    from explorer.ui.arena import side_by_side

    side_by_side.draw(st.session_state["shown"])


def drawn(known: Wish, trails: list[Trail | None], *, running: bool = False) -> str:
    app = AppTest.from_function(page, default_timeout=60)
    pairs = zip(known.entries, trails, strict=True)
    there = {entry: found for entry, found in pairs if found is not None}
    found = contests.empty(
        known.entries, known.ladder, known.seeds, metrics=["sliced-w2", "marginal-error", "mode-tv"]
    )
    app.session_state["shown"] = Shown(
        known, found, there, lambda: targets.nine_modes(std=0.25, dimension=10), running
    )
    return text(calm(app.run()))


def test_nothing_has_run() -> None:
    said = drawn(wish(), [None, None, None])
    assert "Nothing has run yet. Press *Run*" in said
    assert "Where they have landed" not in said
    assert "| DPM-Solver++ 2M | – | – | – |" in said
    assert "Nothing is measured yet." in said


def test_runs_under_way_are_in_flight_but_not_among_the_ends() -> None:
    said = drawn(wish(), [trail(), trail(done=2), trail(done=0, k=1)], running=True)
    assert "DDPM · ou and Heun · s" not in said
    assert "are not at their ends and are left out." in said
    assert "Drag the noise level" in said


def test_one_sample_of_a_stopped_run_and_samples_that_are_no_numbers() -> None:
    lost = trail()
    lost = replace(lost, final=np.full_like(lost.final, np.nan), stopped="Values are not finite.")
    said = drawn(wish(), [lost, replace(trail(done=1, k=1), stopped="Stopped."), None])
    assert "Outside the picture: DPM-Solver++ 2M 100" in said
    assert "100\u202f% misplaced" in said or "100\u202f%" in said


def test_eight_runs_fit_into_one_redraw(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that the tab sends for eight runs of 40 steps: figures, flights, words."""
    from explorer.ui.arena import flight
    from explorer.ui.panel import Panel

    eight = entries.parse("ddpm;ddim;heun;euler;dpmpp-2m;unipc;ipndm;deis")
    law = targets.nine_modes().law
    assert law is not None
    runs: list[Trail | None] = [
        replace(trail(steps=40, done=40, k=256), final=law.draw(1000, number=e).astype(np.float32))
        for e in range(len(eight))
    ]
    sent: dict[str, int] = {}

    def chart(self: Panel, figure: Any, *, alt: str, **_: Any) -> None:
        sent[self.name] = len(figure.to_json()) + len(alt)

    monkeypatch.setattr(Panel, "chart", chart)
    monkeypatch.setattr(
        flight, "_component", lambda data, **_: sent.update(flight=len(json.dumps(data)))
    )
    sent["words"] = len(drawn(wish(entries=eight), runs))
    assert set(sent) == {"flight", "side_end", "side_histogram", "words"}
    assert sum(sent.values()) < 98_000


# --- words --------------------------------------------------------------------------------------


def test_the_table_says_every_price_and_every_error() -> None:
    found = table(sliced_w2=(0.2, 0.4), mode_tv=(0.1, 0.3), marginal_error=(0.1, 0.2))
    first, second, floor = rows(found)
    assert first[:3] == ["**DPM-Solver++ 2M**", "10", "0"]
    assert first[3].startswith("0.2000\u202f±\u202f0.0012")  # 0.002 / sqrt(3), 4 seeds
    assert first[4] == f"0.10000\u202f±\u202f0.00058 · {words.FLOOR}"
    assert first[6:] == ["0.5", words.BLANK, "logsnr →\u00a00.002", "500\u202fms"]
    assert second[6:8] == [words.DRAWS, "25\u202f%"]
    assert second[8] == "ou →\u00a00.002"
    assert floor[3:6] == ["0.100\u202f±\u202f0.010"] * 3
    assert len(first) == len(second) == len(floor) == len(words.head(found, "sliced-w2"))


def test_weights_and_marginals_stand_beside_any_distance_once() -> None:
    found = table(sliced_w2=(0.2, 0.4), mode_tv=(0.1, 0.3), marginal_error=(0.1, 0.2))
    assert words.columns(found, "sliced-w2") == ["sliced-w2", "mode-tv", "marginal-error"]
    assert words.columns(found, "marginal-error") == ["marginal-error", "mode-tv"]


def test_nobody_is_called_best_inside_the_noise() -> None:
    apart, equal = table(sliced_w2=(0.2, 0.4)), table(sliced_w2=(0.2, 0.2))
    assert words.best(apart, "sliced-w2", 10).startswith("**DPM-Solver++ 2M** has the smallest")
    assert "nobody is best: 4 seeds cannot tell" in words.best(equal, "sliced-w2", 10)
    assert not any("**" in cell for row in rows(equal) for cell in row)
    assert "2 seeds cannot say" in words.best(table(seeds=2, sliced_w2=(0.2, 0.4)), "sliced-w2", 10)


def test_two_at_the_floor_are_equals_whatever_the_seeds_say() -> None:
    """The floor is 0.1 ± 0.01: 0.105 and 0.11 lie within, though the seeds tell them apart."""
    found = table("dpmpp-2m;ddpm@ou;heun", sliced_w2=(0.105, 0.115, 0.4))
    said = "nobody is best: DPM-Solver++ 2M and DDPM · ou are at the floor"
    assert said in words.best(found, "sliced-w2", 10)
    assert not any("**" in cell for row in rows(found) for cell in row)
    one = table(sliced_w2=(0.105, 0.4))
    assert "**DPM-Solver++ 2M** has the smallest" in words.best(one, "sliced-w2", 10)


def test_equals_by_one_distance_are_said_to_differ_by_another() -> None:
    same, apart = (0.105, 0.105), (0.1, 0.3)
    said = words.best(table(sliced_w2=same, mode_tv=apart, marginal_error=same), "sliced-w2", 10)
    assert said.endswith("as near as exact samples; but by mode weights DDPM · ou is not.")
    said = words.best(table(sliced_w2=same, mode_tv=apart, marginal_error=same), "mode-tv", 10)
    assert said.startswith("**DPM-Solver++ 2M** has the smallest")
    said = words.best(table(sliced_w2=same, mode_tv=same, marginal_error=same), "sliced-w2", 10)
    assert said.endswith("as near as exact samples.")


@pytest.mark.parametrize(
    ("mean", "error", "said"),
    [
        (0.0423, 0.0039, "0.0423±0.0039"),
        (0.17041, 0.00049, "0.17041±0.00049"),
        (0.023648, 0.00005, "0.02365±0.00005"),
        (0.001058, 0.0000161, "0.00106±0.00002"),
        (0.023648, 0.000005, "(2.36480±0.00050)×10⁻²"),
        (0.000451, 0.000015, "(4.51±0.15)×10⁻⁴"),
        (5.865e-5, 6.3e-7, "(5.865±0.063)×10⁻⁵"),
        (3e-5, 2e-3, "0.0000±0.0020"),  # the error leads
        (-2e-6, 4e-6, "(−2.0±4.0)×10⁻⁶"),
        (0.0, 4e-6, "(0.0±4.0)×10⁻⁶"),
        (127.86, 0.83, "127.86±0.83"),
        (9876.0, 99.97, "9876±100"),
        (4.1e8, 4.0e8, "(4.1±4.0)×10⁸"),
        (500.0, 2.3e6, "(0.0±2.3)×10⁶"),
    ],
)
def test_small_and_large_numbers_carry_one_power_of_ten(
    mean: float, error: float, said: str
) -> None:
    found = words.plus_minus(mean, error)
    assert found.replace("\u202f", "").replace("\u2009", "") == said


def test_a_partly_filled_table_says_how_far_it_is() -> None:
    found = contests.empty(THREE, (10,), range(4), metrics=["sliced-w2"])
    assert words.best(found, "sliced-w2", 10) == "Nothing is measured yet."
    assert {cell for row in rows(found) for cell in row[3:4]} == {words.BLANK}
    found = found.filled((0, 0, 0), Score(10, 0, 0.1, {"sliced-w2": 0.3}))
    assert words.best(found, "sliced-w2", 10) == "1 of 3 samplers are measured so far."
    assert "from 1 of 4 seeds so far" in words.terms(found, Setting(), 10)


def test_the_law_of_the_starts_is_named() -> None:
    exact = Setting(sigma_max=3.0, start="exact")
    assert words.terms(table(sliced_w2=(1.0, 2.0)), exact, 10).endswith("the exact p(σ = 3).")


# --- arrays -------------------------------------------------------------------------------------

LAW = MixtureLaw(
    np.array([0.3, 0.7]), np.array([[-1.0, 0], [1, 0]]), np.tile(np.eye(2) / 9, (2, 1, 1))
)


def test_the_histogram_of_exact_samples_misplaces_what_chance_does() -> None:
    """z of the share misplaced, by the spread over 60 sets; two-sided 5 sigma, 6e-7 false alarms.

    The control, samples from a law with other weights, must fail by far.
    """
    sets = [LAW.draw(2000, number) for number in range(60)]
    for angle in (0.0, 45.0, 90.0):
        found = views.along(LAW, sets, angle)
        wrong = found.misplaced
        error = wrong.std(ddof=1) / math.sqrt(len(sets))
        assert abs(wrong.mean() - found.chance[0]) < 5 * error + 0.02 * found.chance[0]
    other = MixtureLaw(np.array([0.5, 0.5]), LAW.means, LAW.covariances)
    moved = views.along(LAW, [other.draw(2000)], 0.0).misplaced[0]
    assert moved > wrong.mean() + 10 * wrong.std()


def test_the_slab_keeps_its_samples_and_their_exact_law() -> None:
    samples = LAW.draw(20_000)
    found = views.given(LAW, [samples])
    inside = (samples[:, 0] > 0.75) & (samples[:, 0] < 1.25)
    assert found.sizes.tolist() == [inside.sum()]
    middles = (found.edges[1:] + found.edges[:-1]) / 2
    expected = stats.norm(0, 1 / 3).pdf(middles) * np.diff(found.edges)  # independent of x1
    np.testing.assert_allclose(found.exact, expected, atol=2e-4)
    assert found.misplaced[0] < 3 * found.chance[0]


def test_samples_beyond_the_picture_count_as_misplaced() -> None:
    far = np.full((10, 2), 1e6)
    assert views.along(LAW, [far], 0.0).misplaced[0] == pytest.approx(1.0, abs=1e-4)


def test_the_ground_holds_the_modes_of_the_law() -> None:
    ground = views.ground(LAW)
    assert ground.density is not None
    _, column = np.unravel_index(ground.density.argmax(), ground.density.shape)
    x = np.linspace(*ground.x, ground.density.shape[1] + 1)
    assert x[column] < 1.0 < x[column + 1] + 0.05
    assert list(ground.thresholds) == sorted(ground.thresholds, reverse=True)


# --- numbers to take ----------------------------------------------------------------------------


def executed(code: str) -> dict[str, Any]:
    assert len([line for line in code.splitlines() if line]) <= 10
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    return names


@pytest.mark.parametrize("kind", ["nine-modes", "data"])
def test_the_notebook_lines_give_the_numbers_of_the_table(kind: str) -> None:
    known = wish(seeds=(3, 4))
    if kind == "data":
        known = replace(known, target=TargetSpec("data", n=100), setting=Setting(n=32, end="zero"))
    for piece in pieces.missing(known):
        piece.do()
    taken = side_by_side_table.columns(results.table(known), 6, 0.0)
    metrics = [name for name in taken if name in contests.METRICS]
    assert len(metrics) >= 4
    again = executed(notebook.table(known, metrics))["table"]
    for name in metrics:
        np.testing.assert_allclose(again.mean(name)[:, 0], taken[name], rtol=1e-6)
        np.testing.assert_allclose(again.error(name)[:, 0], taken[f"{name}_error"], rtol=1e-5)
        floor, spread = again.floors[name]
        assert (floor, spread) == pytest.approx(
            (taken[f"{name}_floor"][0], taken[f"{name}_floor_std"][0]), rel=1e-6
        )
    np.testing.assert_allclose(again.mean("ode")[:, 0], taken["ode"], rtol=1e-5)
    assert taken["entry"] == ["dpmpp-2m", "ddpm@ou", "heun(s_churn=20.0)"]
    assert taken["seeds"].tolist() == [2, 2, 2]


def test_what_is_taken_is_what_is_shown() -> None:
    from explorer.ui.arena import side_by_side, side_by_side_ends

    run, short = trail(), trail(steps=6, done=2)
    runs = dict(zip(THREE, (run, short), strict=False))
    states = side_by_side._states(runs)
    assert {len(values) for values in states.values()} == {5 * (5 + 3)}
    at = (np.array(states["sampler"]) == "ddpm@ou") & (states["point"] == 4)
    np.testing.assert_array_equal(states["x2"][at], short.x[:, 4, 1])
    np.testing.assert_array_equal(states["sigma"][at], short.sigmas[:3])
    points = side_by_side_ends._points({THREE[0]: run}, LAW.draw(9))
    np.testing.assert_array_equal(points["dpmpp-2m x2"], run.final[:, 1])
    pictures = replace(run, x=run.x.reshape(5, 5, 1, 2, 5))
    pixels = side_by_side._pixels({THREE[0]: pictures})
    np.testing.assert_array_equal(pixels["dpmpp-2m sample 3"], run.x[-1, 3])
    found = views.along(LAW, [LAW.draw(500)], 0.0)
    bins = side_by_side_ends._bins(found, [THREE[0]])
    assert bins["dpmpp-2m count"].sum() == pytest.approx(500, abs=3)
    assert {len(values) for values in bins.values()} == {views.COUNT}


def test_the_notebook_lines_make_the_samples_that_are_shown() -> None:
    known = wish(entries=THREE[:1])
    for piece in pieces.first(known):
        piece.do()
    shown = results.trails(known)[THREE[0]]
    walk = executed(notebook.samples(known))["walk"]
    again = walk.run().x.numpy().reshape(64, -1)
    np.testing.assert_allclose(shown.final, again.astype(np.float32), rtol=1e-6)
