"""The study of reverse transition kernels: who enters, at what price, and what is made of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.analysis import rtk_claims, rtk_study
from explorer.analysis.arena import heat
from explorer.analysis.arena.contest import Contest, empty
from explorer.analysis.arena.score import Score
from explorer.core.errors import Cancelled, InputError


def table(**means: float) -> Contest:
    """A study in which an entry scores its mean plus a little noise that all seeds know."""
    noise = 0.001 * np.array([-1.0, 0.5, 0.3, 0.0, 0.2, -0.6, 0.4, 0.2])
    found = empty(rtk_study.ENTRIES, rtk_study.BUDGETS, rtk_study.SEEDS, metrics=rtk_study.METRICS)
    shape = (len(rtk_study.ENTRIES), len(rtk_study.BUDGETS), len(rtk_study.SEEDS))
    values = np.empty(shape)
    for e, entry in enumerate(rtk_study.ENTRIES):
        values[e] = means.get(entry.sampler.replace("-", "_"), 0.1) + noise * (1 + 0.1 * e)
    return replace(found, distances=dict.fromkeys(rtk_study.METRICS, values))


def test_all_spend_the_whole_budget_and_only_mala_asks_for_energies() -> None:
    for setting in rtk_study.HORIZONS.values():
        for entry in rtk_study.ENTRIES:
            for budget in rtk_study.BUDGETS:
                planned = heat.plan(rtk_study.target(), entry, budget, setting)
                free = entry == rtk_study.EXACT
                assert planned.nfe == (0 if free else budget)
                assert (planned.energy > 0) == (entry.sampler == "rtk-mala")
                if entry.is_rtk:
                    assert planned.steps == rtk_study.SEGMENTS


def test_every_run_has_its_place_once() -> None:
    shape = (len(rtk_study.ENTRIES), len(rtk_study.BUDGETS), len(rtk_study.SEEDS))
    assert len(rtk_study.HEATS) == len(set(rtk_study.HEATS)) == np.prod(shape)
    assert {h.seed for h in rtk_study.HEATS[: len(rtk_study.HEATS) // len(rtk_study.SEEDS)]} == {0}


def test_a_table_of_few_scores_is_even_and_has_holes() -> None:
    one = Score(30, 0, 0.1, dict.fromkeys(rtk_study.METRICS, 0.5))
    found = rtk_study.table(dict.fromkeys(rtk_study.METRICS, (0.1, 0.01)), [one, one])
    values = found.values("mode-tv")
    assert np.isfinite(values).sum() == 2
    for place in rtk_study.HEATS[:2]:
        assert values[place.entry, place.budget, place.seed] == 0.5
    assert found.floors["mode-tv"] == (0.1, 0.01)


def test_the_inner_step_of_a_chain_is_the_one_that_is_named() -> None:
    for name in rtk_study.CHAINS:
        for c in rtk_study.STEPS:
            entry = rtk_study.chain(name, c)
            horizon = rtk_study.HORIZONS["short"]
            assert heat.plan(rtk_study.target(), entry, 30, horizon).sampler.c == c


def test_claims_are_judged_by_the_numbers() -> None:
    found = rtk_claims.findings(table(rtk_mala=0.05, ddpm=0.2, dpmpp_2m=0.01), "mode-tv")
    said = {key.claim: finding.verdict for key, finding in found.items()}
    assert said["ddpm-ou"] == said["ddpm-karras"] == said["energy"] == "holds"
    assert said["ode"] == "reversed"
    assert said["momentum"] == "undecided"  # the control: equal means differ by noise alone


def test_with_two_seeds_noise_decides() -> None:
    whole = table(rtk_mala=0.05, ddpm=0.2)
    values = whole.values("mode-tv").copy()
    values[:, :, 2:] = np.nan
    found = rtk_claims.findings(replace(whole, distances={"mode-tv": values}), "mode-tv")
    assert {finding.verdict for finding in found.values()} == {"undecided"}


def test_a_claim_is_read_from_the_seeds_that_both_have() -> None:
    """A study stopped within its last seed: DDPM has a hard one more than the chain."""
    whole = table(rtk_mala=0.12, ddpm=0.1)
    values = whole.values("mode-tv").copy()
    last = len(rtk_study.SEEDS) - 1
    for e, entry in enumerate(rtk_study.ENTRIES):
        values[e, :, last] = 9.0 if entry.sampler == "ddpm" else np.nan
    found = rtk_claims.findings(replace(whole, distances={"mode-tv": values}), "mode-tv")
    one = found[rtk_claims.Key("ddpm-ou", 100, 0.5)]
    assert one.first == pytest.approx(0.12, abs=0.001)
    assert one.second == pytest.approx(0.1, abs=0.001)
    assert one.verdict == "reversed"


def test_exact_draws_end_at_the_floor_and_a_cut_chain_does_not() -> None:
    """Four standard deviations of the floor; the control stands hundreds of them away."""
    floors = rtk_study.floor("long")
    mean, spread = floors["sliced-w2"]
    exact = rtk_study.run("long", rtk_study.HEATS[0])
    entry = rtk_study.ENTRIES.index(rtk_study.chain("mala", 0.1))
    stuck = rtk_study.run("long", rtk_study.Heat(entry, 0, 0))
    assert exact.distances["sliced-w2"] < mean + 4 * spread
    assert stuck.distances["sliced-w2"] > mean + 20 * spread
    assert stuck.energy == 25


def test_it_stops_and_keeps_what_it_has() -> None:
    with pytest.raises(Cancelled) as stopped:
        rtk_study.study("short", cancel=lambda: True)
    assert np.isnan(stopped.value.run.values("mode-tv")).all()
    with pytest.raises(InputError, match="short or long"):
        rtk_study.study("medium")
