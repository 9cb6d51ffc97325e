"""The meter of a target's segments, against closed forms and the samplers' own segments."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import datasets
from explorer.analysis import rtk_meter
from explorer.analysis.arena import heat, target
from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.setting import Setting
from explorer.core.errors import InputError

SETTING = Setting(sigma_min=0.02, sigma_max=2.0)


def test_two_equal_modes_have_the_closed_form() -> None:
    """Half-way between, Hess log p = (m / V)^2 - 1 / V along the line: its largest value."""
    two = target.modes([[-1.0, 0.0], [1.0, 0.0]], 0.3)
    found = rtk_meter.read(two, SETTING, "ou", segments=4)
    a, b = found.sigmas[:-1], found.sigmas[1:]
    v = 0.3**2 + b**2
    np.testing.assert_allclose(
        found.values, (a**2 - b**2) * np.maximum(0.0, 1.0 / v**2 - 1.0 / v), rtol=1e-9, atol=1e-12
    )
    assert found.points == rtk_meter.POINTS + 33
    assert found.exact


def test_a_gaussian_is_log_concave_everywhere() -> None:
    found = rtk_meter.read(target.gaussian(4), SETTING, "geometric", segments=3)
    assert (found.values == 0.0).all()


def test_auto_is_the_layout_that_the_sampler_takes() -> None:
    nine = target.nine_modes()
    found = rtk_meter.read(nine, SETTING, "auto", theta=0.8)
    planned = heat.plan(nine, Entry("rtk-exact", "auto", (("theta", 0.8),)), 10, SETTING)
    np.testing.assert_allclose(found.sigmas, planned.sigmas, rtol=1e-12)
    assert (found.values <= 0.8 * (1 + 1e-9)).all()
    assert not found.capped


def test_images_by_power_iteration_or_a_sentence() -> None:
    data = datasets.load("digits", n=60)
    found = rtk_meter.read(target.of_data(data, "optimal"), SETTING, "geometric", segments=4)
    assert found.points == 2 * rtk_meter.PICTURES
    assert not found.exact
    assert found.values.max() > 1.0  # separate images: far from log-concave somewhere
    flat = rtk_meter.read(target.of_data(data, "wiener"), SETTING, "geometric", segments=4)
    assert flat.values.max() < 1e-3  # one Gaussian; float32 leaves a rest
    with pytest.raises(InputError, match="derivative"):
        rtk_meter.read(target.of_data(data, "locality"), SETTING, "ou", segments=4)
    with pytest.raises(InputError, match="exact Hessians"):
        rtk_meter.read(target.of_data(data, "optimal"), SETTING, "auto")


def test_half_way_between_neighbours_little_noise_is_far_from_log_concave() -> None:
    """Hess log p = Cov(x0 | x) / b^4 - 1 / b^2, written down here with all images in float64."""
    data = datasets.load("digits", n=60)
    terms = Setting(sigma_min=0.4, sigma_max=2.0)
    found = rtk_meter.read(target.of_data(data, "optimal"), terms, "geometric", segments=3)
    images = data.as_float(np.arange(60)).reshape(60, -1).astype(np.float64)
    (a, b), largest = found.sigmas[-2:], 0.0
    squares = ((images[:, None] - images[None]) ** 2).sum(axis=2) + np.diag(np.full(60, np.inf))
    for k in range(rtk_meter.PICTURES):
        point = 0.5 * (images[k] + images[squares[k].argmin()])
        weights = np.exp(-((images - point) ** 2).sum(axis=1) / (2 * b**2))
        weights /= weights.sum()
        rest = images - weights @ images
        largest = max(largest, np.linalg.eigvalsh((weights[:, None] * rest).T @ rest)[-1])
    exact = (a**2 - b**2) * (largest / b**4 - 1.0 / b**2)
    assert exact > 10.0
    assert found.values[-1] == pytest.approx(exact, rel=1e-3)  # float32, and 30 rounds
