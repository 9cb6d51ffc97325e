"""Measured orders of samplers: those that theory gives, and what cannot be measured."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.analysis.ode_reference import gaussian_endpoint, ode_endpoint
from explorer.analysis.sampler_order import sampler_order
from explorer.core.errors import Cancelled, InputError
from explorer.denoisers.gaussian_mixture import GaussianMixture

SHAPE = (1, 1, 3)
VALUES = np.array([0.1, 0.4, 1.5])
ONE = GaussianMixture(np.ones(1), np.zeros((1, 3)), np.diag(VALUES)[None], SHAPE)
THREE = GaussianMixture(
    np.array([0.5, 0.3, 0.2]),
    np.array([[0.0, 0.0, 0.0], [1.0, 0.5, 0.0], [-0.5, 1.0, 0.5]]),
    np.stack([v * np.eye(3) for v in (0.1, 0.2, 0.15)]),
    SHAPE,
)
START = 10.0 * np.random.default_rng(0).standard_normal((8, *SHAPE))


@pytest.mark.parametrize(
    ("name", "order"), [("ddim", 1), ("dpm-2", 2), ("dpmpp-3m", 2), ("dpmpp-3m-corrected", 3)]
)
@pytest.mark.parametrize("grid", ["logsnr", "karras"])
def test_orders_for_gaussian_data(name: str, order: int, grid: str) -> None:
    exact = gaussian_endpoint(START, 10.0, 0.1, eigenvalues=VALUES)
    found = sampler_order(name, ONE, START, exact=exact, grid=grid, steps=(64, 128, 256))
    assert -0.15 < found.order - order < 0.35
    assert found.error < 0.1


def test_the_end_is_found_where_it_is_not_known() -> None:
    given = ode_endpoint(THREE, START, 10.0, 0.1, steps=800).x
    alone = sampler_order("euler", THREE, START, fine=400, steps=(32, 64))
    told = sampler_order("euler", THREE, START, exact=given, steps=(32, 64))
    assert alone.order == pytest.approx(told.order, abs=1e-6)


def test_what_has_no_order_is_refused() -> None:
    with pytest.raises(InputError, match="noise"):
        sampler_order("ddpm", ONE, START, exact=START)
    with pytest.raises(Cancelled):
        sampler_order("heun", ONE, START, exact=START, cancel=lambda: True)
