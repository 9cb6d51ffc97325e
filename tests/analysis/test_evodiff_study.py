"""EVODiff taken apart: coefficients as the sampler told them, rows of equal cost, the kink."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer import datasets
from explorer.analysis import evodiff_study as study
from explorer.analysis.arena import heat, ode, target
from explorer.analysis.arena.contest import empty
from explorer.analysis.arena.setting import Setting

SETTING = Setting(n=100)


@pytest.mark.parametrize("name", study.COURSES)
def test_a_course_is_what_the_steps_told(name: str) -> None:
    nine, entry = target.nine_modes(), study.VARIANTS[name]
    found = study.course(nine, entry, 8, SETTING)
    few = replace(SETTING, n=study.FOLLOWED)
    steps = list(heat.begin(nine, entry, 8, 0, few))
    assert found.sigmas.tolist() == [step.sigma for step in steps]
    for k, step in enumerate(steps):
        told = step.extras.get("eta")
        if told is None:
            assert np.isnan(found.mean["eta"][k])
            continue
        values = np.asarray(told, dtype=np.float64).ravel()
        assert found.mean["eta"][k] == pytest.approx(values.mean())
        low, high = np.quantile(values, [0.1, 0.9])
        assert (found.low["eta"][k], found.high["eta"][k]) == pytest.approx((low, high))
    assert np.isnan(found.mean["eta"][[0, -1]]).all()  # the first step and the last have none


def test_images_have_coefficients_in_each_channel() -> None:
    digits = target.of_data(datasets.load("digits", n=50), "wiener")
    found = study.course(digits, study.VARIANTS["released"], 6, Setting(n=8))
    assert found.samples == 8
    assert (found.low["zeta"][1:-1] <= found.high["zeta"][1:-1]).all()


def test_all_rows_spend_the_same_and_follow_the_ode() -> None:
    nine = target.nine_modes()
    for grid in ("", "logsnr", "karras"):
        for entry in study.entries(grid):
            planned = heat.plan(nine, entry, 12, SETTING)
            assert planned.nfe == 12
            assert not planned.sampler.stochastic
            assert entry.grid == grid


def test_a_finer_run_is_nearer_to_the_ode() -> None:
    nine, (entry,) = target.nine_modes(), study.entries(names=["skeleton"])
    ends = ode.ends(nine, SETTING, 0)
    coarse, fine = (
        study.score(nine, entry, nfe, setting=SETTING, seed=0, ends=ends) for nfe in (10, 40)
    )
    assert fine.ode < 0.25 * coarse.ode  # second order
    table = study.table([entry], [10, 40], [0], {(0, 0, 0): coarse, (0, 1, 0): fine}, {})
    assert table.mean("ode").tolist() == [[coarse.ode, fine.ode]]


def test_the_kink_is_a_ratio_of_ratios() -> None:
    table = empty([study.VARIANTS["released"]], study.AROUND, [0], metrics=[])
    assert study.kink(table) is None
    table = replace(table, ode=np.array([[[8.0], [4.0], [12.0], [6.0]]]))
    jump, beside = study.kink(table) or (0.0, 0.0)
    assert (jump, beside) == pytest.approx((3.0, 0.5))
