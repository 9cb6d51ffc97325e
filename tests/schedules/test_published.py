"""The published ten steps, and the map between variance-preserving and -exploding noise."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import schedules
from explorer.core.errors import InputError
from explorer.schedules import vp

# As printed: six decimals of alpha_bar, three digits of sigma.
ALPHA_BAR = [
    0.000270, 0.001508, 0.006868, 0.025568, 0.077797, 0.193572, 0.394011, 0.656347, 0.895142,
    0.9999,
]  # fmt: skip
SIGMA = [60.8, 25.7, 12.0, 6.17, 3.44, 2.04, 1.24, 0.724, 0.342, 0.0100]


def test_the_ten_steps_are_those_of_the_papers_table() -> None:
    sigmas, t, alpha_bar = schedules.published()
    assert t.tolist() == list(range(900, -1, -100))
    np.testing.assert_allclose(alpha_bar, ALPHA_BAR, rtol=0, atol=5.1e-7)  # half a last digit
    np.testing.assert_allclose(sigmas, SIGMA, rtol=5e-3)  # three digits
    assert [float(f"{s:.3g}") for s in sigmas] == SIGMA


def test_products_are_exact_to_rounding() -> None:
    """In fractions: beta_j lies on the line from 1e-4 to 0.02."""
    table = schedules.alpha_bars()
    assert table.shape == (1000,)
    assert table.dtype == np.float64
    for t in (0, 1, 100, 900, 999):
        betas = [Fraction(1, 10**4) + Fraction(199, 10**4) * Fraction(j, 999) for j in range(t + 1)]
        exact = prod((1 - beta for beta in betas), start=Fraction(1))
        # each of up to a thousand factors and products is rounded by 1e-16
        assert float(table[t]) == pytest.approx(float(exact), rel=2e-13)


@pytest.mark.parametrize("n", [1, 5, 20, 1000])
def test_other_numbers_of_steps_are_leading(n: int) -> None:
    steps = schedules.published(n)
    assert steps.t[-1] == 0
    assert steps.t[0] == 1000 - 1000 // n
    assert (np.diff(steps.sigmas) < 0).all()


@pytest.mark.parametrize("n", [0, -10, 3, 1001])
def test_uneven_numbers_of_steps_are_refused(n: int) -> None:
    with pytest.raises(InputError, match="divide"):
        schedules.published(n)


def test_the_table_cannot_be_written() -> None:
    for array in schedules.published():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@given(st.floats(1e-6, 1.0))
def test_the_map_and_its_inverse(a: float) -> None:
    assert float(vp.alpha_bar(vp.sigma(a))) == pytest.approx(a, rel=1e-14)


def test_the_map_keeps_signal_to_noise() -> None:
    a = schedules.published().alpha_bar
    np.testing.assert_allclose(vp.sigma(a) ** 2, (1 - a) / a, rtol=1e-15)
    assert vp.sigma(a).shape == a.shape


@pytest.mark.parametrize("a", [0.0, -0.1, 1.1, float("nan")])
def test_no_signal_at_all_is_refused(a: float) -> None:
    with pytest.raises(InputError, match="alpha_bar"):
        vp.sigma(a)


@pytest.mark.parametrize("sigma", [-1.0, float("inf"), float("nan")])
def test_levels_that_are_none_are_refused(sigma: float) -> None:
    with pytest.raises(InputError, match="noise level"):
        vp.alpha_bar(sigma)
