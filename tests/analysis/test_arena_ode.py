"""The exact ends of the ODE, and what waits between their steps.

Oracles: the closed form of Gaussians against the Runge-Kutta method on the same law written as a
mixture of equal parts, which is not recognised as one Gaussian; `ode_endpoint` for mixtures.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer import analysis, datasets
from explorer.analysis.arena import ode
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.target import gaussian, modes, nine_modes, of_data
from explorer.analysis.ode_reference import ode_endpoint
from explorer.core.errors import Cancelled, InputError

SETTING = Setting(n=200)
ONE = modes([[0.3, -0.2]], 0.5)
TWICE = modes([[0.3, -0.2], [0.3, -0.2]], 0.5)


@pytest.mark.parametrize("end", ["sigma_min", "zero"])
def test_the_runge_kutta_method_agrees_with_the_closed_form(end) -> None:
    setting = Setting(n=8, end=end)
    exact, found = (ode.ends(target, setting, 0) for target in (ONE, TWICE))
    gap = np.abs(found.x - exact.x).max(axis=1)
    assert exact.evaluations == 2 * (end == "zero")
    assert (gap > 1e-13).any()  # it is not the closed form once more
    assert gap.max() < 1e-7  # 256 steps of length 0.04 of a method of order 4
    assert (gap <= 2.0 * found.error + 1e-12).all()


def test_a_mixture_agrees_with_the_reference_to_its_estimate() -> None:
    target = nine_modes()
    found = ode.ends(target, SETTING, 1, m=16)
    start = target.start(16, 1, SETTING)
    fine = ode_endpoint(target.denoiser, start, 80.0, 0.002, steps=2000)
    gap = np.abs(found.x - fine.x.reshape(16, -1)).max(axis=1)
    assert (gap <= 3.0 * found.error + 1e-9).all()  # an estimate, not a bound
    assert found.error.max() < 1e-4
    assert found.x.shape == (16, 10)


def test_the_wiener_filter_has_the_closed_form_and_it_is_its_ode() -> None:
    target = replace(of_data(datasets.load("digits")), dtype="float64")
    setting = Setting(n=4, sigma_min=0.1, sigma_max=10.0)
    found = ode.ends(target, setting, 0)
    start = target.start(4, 0, setting)
    fine = ode_endpoint(target.denoiser, start, 10.0, 0.1, steps=400)
    assert np.allclose(found.x, fine.x.reshape(4, -1), atol=1e-7)
    assert found.error.max() == 0.0


def test_the_end_zero_is_the_answer_at_sigma_min() -> None:
    target = nine_modes()
    at, zero = (
        ode.ends(target, Setting(n=5, end=end), 2, steps=64) for end in ("sigma_min", "zero")
    )
    answer = target.denoiser(torch.from_numpy(at.x).reshape(-1, 1, 1, 10), 0.002)
    assert np.allclose(zero.x, answer.reshape(5, 10).numpy(), atol=1e-12)


def test_it_waits_after_each_step() -> None:
    courses = list(ode.follow(nine_modes(), SETTING, 0, m=2, steps=8))
    assert [course.done for course in courses] == list(range(1, 9))
    assert [course.ends is None for course in courses] == [True] * 7 + [False]
    assert courses[-1].ends is not None
    assert courses[-1].ends.evaluations == 6 * 8


def test_stop_is_asked_before_each_evaluation() -> None:
    calls: list[int] = []

    def cancel() -> bool:
        calls.append(1)
        return len(calls) > 5

    with pytest.raises(Cancelled, match="stopped at sigma"):
        ode.ends(nine_modes(), SETTING, 0, m=2, steps=8, cancel=cancel)
    assert len(calls) == 6


def test_an_odd_number_of_steps_is_refused() -> None:
    with pytest.raises(InputError, match="even number"):
        ode.ends(nine_modes(), SETTING, 0, steps=7)


def test_the_ends_are_those_of_the_first_samples_and_order_tells() -> None:
    """Halving the steps of Euler halves its distance; of a second-order method quarters it."""
    table = analysis.contest(
        gaussian(4), "euler; dpmpp-2s", (160, 320), setting=Setting(n=100), seeds=1
    )
    ratios = table.mean("ode")[:, 0] / table.mean("ode")[:, 1]
    assert 1.8 < ratios[0] < 2.3
    assert 3.4 < ratios[1] < 4.8
    few = ode.ends(gaussian(4), SETTING, 0, m=3)
    many = ode.ends(gaussian(4), SETTING, 0, m=30)
    assert np.array_equal(few.x, many.x[:3])
    assert few.distance(many.x[:2]).tolist() == [0.0, 0.0]
