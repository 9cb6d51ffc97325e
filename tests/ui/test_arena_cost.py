"""The tabs Quality against cost and Order of the Sampler Arena: words, links, notebooks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import analysis
from explorer.analysis.arena import entry, target
from explorer.analysis.arena.contest import Contest
from explorer.analysis.arena.setting import Setting
from explorer.analysis.convergence import convergence_order
from explorer.analysis.measured_order import MeasuredOrder
from explorer.figures import numbers
from explorer.ui import steps
from explorer.ui.arena import (
    cost,
    cost_notebook,
    cost_words,
    order,
    order_notebook,
    order_words,
    order_work,
)
from explorer.ui.arena.state import Wish
from explorer.ui.arena.target_spec import TargetSpec
from tests.figures.arena_tables import made_up
from tests.ui.arena_app import opened, printed
from tests.ui.test_locality_lab import calm, words

SMALL = {"sa_n": "16", "sa_seeds": "1", "sa_ladder": "one", "sa_nfe": "4"}
WISH = Wish(
    target=TargetSpec("modes", 0.3, modes=((1.0, 0.0, 1.0), (-1.0, 0.0, 3.0))),
    setting=Setting(n=32),
    entries=entry.parse("ddim;heun;ddpm"),
    nfe=4,
    ladder=(4, 8),
    seeds=(0, 1, 2),
)


@pytest.fixture(autouse=True)
def nothing_reruns_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PATIENT", False)


def arena(**query: str) -> AppTest:
    """Open the page with these parameters; it must not raise."""
    return opened(SMALL | query)


# --- quality against cost ------------------------------------------------------------------------


def test_the_tab_says_what_to_press_before_anything_has_run() -> None:
    table = made_up(upto=0)
    assert not cost_words.known(table, "sliced-w2")
    assert cost_words.best_rows(table, "sliced-w2") == []
    assert cost_words.verdict(table, "sliced-w2") == ""


@pytest.mark.parametrize("metric", ["sliced-w2", "mode-tv"])
@pytest.mark.parametrize("against", ["nfe", "energy", "seconds"])
def test_the_tab_opens_on_a_first_look(metric: str, against: str) -> None:
    app = arena(sa_tab="Quality against cost", sa_cost_metric=metric, sa_cost_axis=against)
    said = words(app)
    assert "What more evaluations buy" in said
    assert "No winner inside the noise" in said


def test_a_metric_that_the_target_has_not_falls_back() -> None:
    app = arena(sa_tab="Quality against cost", sa_cost_metric="kid")
    assert "No winner inside the noise" in words(app)


def test_the_caption_says_what_the_band_is() -> None:
    assert "4 seeds with a band" in cost_words.quality(made_up(), "sliced-w2", against="nfe")
    one = cost_words.quality(made_up(1), "sliced-w2", against="nfe")
    assert one == "One seed: without others there is no error bar."
    part = cost_words.quality(made_up(upto=27), "sliced-w2", against="nfe")
    assert "over 1 to 2 seeds" in part
    energy = cost_words.quality(made_up(), "sliced-w2", against="energy")
    assert "DDPM, DPM-Solver++ 2M, Heun and EVODiff ask for no energies." in energy


def test_budgets_that_do_not_pay_for_a_step_are_said() -> None:
    table = made_up().refuse(3, 1, "too little").refuse(3, 0, "too little")
    said = cost_words.quality(table, "sliced-w2", against="nfe")
    assert "RTK-MALA · ou, K = 5 cannot run with 5 and 10 evaluations." in said
    said = cost_words.refusals(table.refuse(2, 1, "too little").refuse(2, 0, "too little"))
    assert said == ["Heun and RTK-MALA · ou, K = 5 cannot run with 5 and 10 evaluations."]


def test_means_that_a_logarithmic_axis_cannot_show_are_counted() -> None:
    table = made_up()
    values = table.distances["sliced-w2"].copy()
    values[0, 3] = -0.01
    table = replace(table, distances=dict(table.distances) | {"sliced-w2": values})
    assert "1 mean at or below 0" in cost_words.quality(table, "sliced-w2", against="nfe")


def test_a_winner_is_called_so_only_without_a_tie() -> None:
    clear = cost_words.best_rows(made_up(6, spread=0.001), "sliced-w2")
    assert [row[0] for row in clear] == ["5", "10", "20", "40"]
    assert all(row[1].startswith("**EVODiff ") for row in clear)
    behind = clear[0][1].split("Behind: ")[1]
    names = ["DPM-Solver++ 2M", "RTK-MALA", "DDPM", "Heun"]
    assert sorted(names, key=behind.index) == names
    noisy = cost_words.best_rows(made_up(6, spread=3.0), "sliced-w2")
    assert all(row[1].startswith("No winner: ") and "**" not in row[1] for row in noisy)
    alone = cost_words.best_rows(made_up(1, upto=1), "sliced-w2")
    assert alone == [("5", "DDPM 0.6 has run alone.")]


def test_two_seeds_have_no_winner() -> None:
    table = made_up(2, spread=0.001)
    rows = cost_words.best_rows(table, "sliced-w2")
    assert all(row[1].startswith("No winner: ") for row in rows)
    assert "fewer than 3 seeds" in cost_words.best_caption(table, "sliced-w2")
    assert cost_words.verdict(table, "sliced-w2") == ""


def test_a_seed_that_ran_away_is_named() -> None:
    table = made_up()
    values = table.distances["sliced-w2"].copy()
    values[4, 3, 2] = 4e8
    table = replace(table, distances=dict(table.distances) | {"sliced-w2": values})
    said = cost_words.ran_away(table, "sliced-w2")
    assert len(said) == 1
    assert said[0].startswith("EVODiff at 40 runs away for 1 of 4 seeds: 4")
    assert said[0] in cost_words.best_caption(table, "sliced-w2")
    assert cost_words.ran_away(made_up(), "sliced-w2") == []


def test_the_sentence_names_the_best_or_says_that_there_is_none() -> None:
    sure = cost_words.verdict(made_up(6, spread=0.001), "sliced-w2")
    assert sure == "At 40 evaluations **EVODiff** is nearest to the data."
    unsure = cost_words.verdict(made_up(6, spread=3.0), "sliced-w2")
    assert "the seeds cannot tell it from" in unsure


def test_what_is_at_the_floor_is_marked() -> None:
    table = replace(made_up(6, spread=0.001), floors={"sliced-w2": (1.5 / 40, 0.001)})
    rows = cost_words.best_rows(table, "sliced-w2")
    assert "◦" in rows[3][1]
    assert "◦" not in rows[0][1]
    assert "exact samples" in cost_words.best_caption(table, "sliced-w2")


def test_the_file_has_every_heat() -> None:
    table = made_up(upto=7)
    columns = cost.columns(table)
    assert {len(values) for values in columns.values()} == {7}
    assert list(zip(columns["sampler"], columns["budget"], strict=True))[:4] == [
        ("ddpm", 5), ("ddpm", 10), ("dpmpp-2m", 5), ("dpmpp-2m", 10),
    ]  # fmt: skip
    assert columns["ode"][0] is None  # DDPM draws noise
    assert columns["sliced-w2"][3] == table.distances["sliced-w2"][1, 1, 0]


@pytest.fixture(scope="module")
def real() -> Contest:
    aim = target.modes([[1.0, 0.0], [-1.0, 0.0]], 0.3, [1.0, 3.0])
    return analysis.contest(aim, WISH.entries, nfe=WISH.ladder, setting=WISH.setting, seeds=3)


def test_notebook_lines_print_the_numbers_of_the_panels(real: Contest) -> None:
    for values in (real.nfe, real.mean("sliced-w2"), real.error("sliced-w2")):
        assert str(values) in printed(cost_notebook.quality(WISH, "sliced-w2"))
    assert str(real.mean("ode")) in printed(cost_notebook.ode_law(WISH, "sliced-w2"))
    said = printed(cost_notebook.best(WISH, "sliced-w2"))
    for budget in WISH.ladder:
        verdict = real.best("sliced-w2", budget)
        assert verdict is not None
        assert f"{budget} Verdict(best={verdict.best}, ties={verdict.ties}" in said


# --- order ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def surprises() -> tuple[order_work.Found, ...]:
    entries = order_work.chosen("surprises", ())
    return tuple(
        order_work.measure(one, law, "logsnr") for one in entries for law in order_work.LAWS
    )


def test_who_is_measured() -> None:
    everyone = [one.sampler for one in order_work.chosen("all", ())]
    assert {"euler", "heun", "dpmpp-2m", "evodiff-plain"} <= set(everyone)
    assert not {"ddpm", "dpmpp-sde", "rtk-exact"} & set(everyone)
    assert everyone.count("evodiff") == 2
    twice = entry.parse("ddim;ddim@karras;heun")
    assert [one.text() for one in order_work.chosen("entries", twice)] == ["ddim", "heun"]


def test_noise_has_no_order_and_says_so() -> None:
    chosen = entry.parse("ddpm;rtk-mala(segments=5);ddim(eta=1);heun(s_churn=40)")
    found = [order_work.measure(one, "gaussian", "logsnr") for one in chosen]
    assert [one.why for one in found] == ["draws noise"] * 4
    found = [replace(one, law="mixture") for one in found]
    assert "draw noise and do not follow the ODE" in order_words.caption(found, "logsnr")
    assert "DDPM draws noise and does not" in order_words.caption(found[:1], "logsnr")
    assert order_words.refusals(found) == []


def test_each_surprise_stands_beside_its_number(surprises: tuple[order_work.Found, ...]) -> None:
    said = order_words.surprises(surprises)
    assert len(said) == 6
    for start, low, high in [
        ("Published DPM-Solver++ 3M is of order 2", 1.85, 2.35),
        ("iPNDM takes four", 1.85, 2.35),
        ("With its special last step EVODiff", -0.15, 0.35),
        ("The steps of EVODiff as released", 0.85, 1.35),
        ("UniPC-2 with full order", 2.85, 3.35),
        ("DEIS with 3 nodes", 2.4, 3.1),
    ]:
        sentence = next(one for one in said if one.startswith(start))
        number = sentence.split("**")[1].split("\u00a0")[0].replace(numbers.MINUS, "-")
        assert low <= float(number) <= high
    assert "The corrected form measures **2.9" in said[0] or "**3.0" in said[0]


def test_no_surprise_without_its_measurement() -> None:
    plain = [order_work.measure(one, "mixture", "logsnr") for one in entry.parse("heun;dpmpp-2m")]
    assert order_words.surprises(plain) == []
    rounding = MeasuredOrder(np.array([16, 32]), np.array([1e-15, 1e-15]), None)
    found = order_work.Found(entry.Entry("dpmpp-3m"), "mixture", 2, rounding)
    assert order_words.surprises([found]) == []


def test_a_sentence_that_its_number_does_not_bear_out_is_not_said() -> None:
    n = np.array([128, 256, 512])
    third = MeasuredOrder(n, 1.0 * n**-3.0, convergence_order(n, 1.0 * n**-3.0))
    for name in ("dpmpp-3m", "ipndm", "evodiff", "unipc"):
        found = order_work.Found(entry.Entry(name), "mixture", 2, third)
        assert order_words.surprises([found]) == []


def test_a_row_holds_declared_and_measured(surprises: tuple[order_work.Found, ...]) -> None:
    rows = {row[0]: row for row in order_words.rows(surprises)}
    assert rows["iPNDM"][1] == "2"
    assert rows["EVODiff"][1] == "–"
    assert rows["iPNDM"][3].startswith(("1.9", "2.0"))


@pytest.mark.parametrize("grid", ["logsnr", "karras"])
def test_the_tab_measures_when_asked_and_remembers(grid: str) -> None:
    query = {"sa_samplers": "ddim; ddpm", "sa_order_grid": grid}
    app = arena(sa_tab="Order", **query)
    assert "Takes some seconds" in words(app)
    app.button(key="steps_order_start").click().run()
    for _ in range(20):
        if "| DDIM | 1 |" in words(calm(app.run())):
            break
    said = words(app)
    assert "| DDIM | 1 | 1.0" in said or "| DDIM | 1 | 0.9" in said
    assert "DDPM draws noise" in said
    again = words(arena(sa_tab="Order", **query))
    assert "| DDIM | 1 |" in again  # known: no button


def test_the_file_of_orders_has_every_error(surprises: tuple[order_work.Found, ...]) -> None:
    columns = order.columns(surprises)
    measured = [one.measured for one in surprises if one.measured]
    assert columns["error"] == [float(error) for one in measured for error in one.errors]
    assert {len(values) for values in columns.values()} == {6 * len(measured)}
    assert columns["sampler"][-1] == "deis(basis=sigma,nodes=3)"


def test_order_notebook_lines_print_the_order() -> None:
    said = printed(order_notebook.lines(entry.parse("ddim;heun"), "karras"))
    found = order_work.measure(entry.Entry("heun"), "mixture", "karras")
    assert found.measured is not None
    assert found.measured.fit is not None
    assert f"heun mixture 2 {found.measured.fit.order}" in said
