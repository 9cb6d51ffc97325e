"""Noise grids: both ends exact, strictly decreasing, even where they say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import schedules
from explorer.core.errors import InputError
from explorer.schedules import grids, ou, vp_time

FREE = [name for name in grids.names() if not grids.has_fixed_ends(name)]
FIXED = ("ddim-leading", "ddim-linspace", "ddim-trailing")
EVEN: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "karras": lambda s: s ** (1 / 7),
    "logsnr": np.log,
    "geometric": np.log,
    "linear": lambda s: s,
    "ou": lambda s: np.log(1 + s**2) / 2,
    "vp-time": lambda s: np.sqrt((np.sqrt(0.01 + 2 * 19.9 * np.log1p(s**2)) - 0.1) / 19.9),
}


def test_names_are_those_that_are_promised() -> None:
    assert set(grids.names()) == {*EVEN, *FIXED}


@given(
    name=st.sampled_from(FREE),
    n=st.integers(1, 300),
    low=st.floats(1e-4, 0.9),
    high=st.floats(1.0, 200.0),
    end=st.sampled_from(["sigma_min", "zero"]),
)
def test_ends_are_exact_and_levels_fall(
    name: str, n: int, low: float, high: float, end: str
) -> None:
    sigmas = schedules.grid(name, n, low, high, end=end)
    assert sigmas.shape == (n + 1,)
    assert sigmas.dtype == np.float64
    assert (np.diff(sigmas) < 0).all()
    assert sigmas[0] == high
    if end == "sigma_min":
        assert sigmas[-1] == low
    else:
        assert sigmas[-1] == 0.0
        assert n == 1 or sigmas[-2] == low


@pytest.mark.parametrize("name", FREE)
def test_steps_are_even_in_the_variable_of_the_grid(name: str) -> None:
    steps = np.diff(EVEN[name](schedules.grid(name, 12, 0.05, 60.0)))
    np.testing.assert_allclose(steps, steps.mean(), rtol=1e-9)


def test_karras_of_the_paper() -> None:
    """Eq. 5 with the paper's 0.002, 80 and rho = 7, written out."""
    sigmas = schedules.grid("karras", 4)
    for i, sigma in enumerate(sigmas):
        exact = (80 ** (1 / 7) + i / 4 * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7
        assert sigma == pytest.approx(exact, rel=1e-13)


def test_rho_one_is_even() -> None:
    kept = {"sigma_min": 0.5, "sigma_max": 8.0}
    np.testing.assert_allclose(
        schedules.grid("karras", 6, **kept, rho=1.0),
        schedules.grid("linear", 6, **kept),
        rtol=1e-13,
    )
    t = vp_time.time(schedules.grid("vp-time", 6, **kept, rho=1.0))
    np.testing.assert_allclose(np.diff(t), np.diff(t).mean(), rtol=1e-12)


@given(st.floats(1e-6, 150.0))
def test_maps_and_their_inverses(sigma: float) -> None:
    assert float(vp_time.sigma(vp_time.time(np.array(sigma)))) == pytest.approx(sigma, rel=1e-12)
    assert float(ou.sigma(ou.time(np.array(sigma)))) == pytest.approx(sigma, rel=1e-12)


def test_time_of_the_vp_process_solves_its_equation() -> None:
    t = np.linspace(1e-3, 1.0, 7)
    sigma = np.sqrt(np.exp(0.5 * 19.9 * t**2 + 0.1 * t) - 1)
    np.testing.assert_allclose(vp_time.time(sigma), t, rtol=1e-12)
    np.testing.assert_allclose(vp_time.sigma(t), sigma, rtol=1e-12)


def test_leading_levels_are_those_of_the_table() -> None:
    zero = schedules.grid("ddim-leading", 10, end="zero")
    np.testing.assert_array_equal(zero[:-1], schedules.published().sigmas)
    assert zero[-1] == 0.0
    nine = schedules.grid("ddim-leading", 9)
    np.testing.assert_array_equal(nine, schedules.published().sigmas)


@pytest.mark.parametrize(
    ("arguments", "options", "field"),
    [
        (("carras", 5), {}, "name"),
        (("karras", 0), {}, "n"),
        (("karras", 2.5), {}, "n"),
        (("karras", True), {}, "n"),
        (("karras", 5, 1.0, 1.0), {}, "sigma_min"),
        (("karras", 5, 0.0, 1.0), {}, "sigma_min"),
        (("karras", 5, 0.1, np.inf), {}, "sigma_min"),
        (("karras", 5), {"end": "one"}, "end"),
        (("karras", 5), {"rho": -1.0}, "rho"),
        (("karras", 5), {"roh": 7.0}, "roh"),
        (("logsnr", 5), {"rho": 7.0}, "rho"),
        (("linear", 10, 1.0, np.nextafter(1.0, 2.0)), {}, "n"),
        (("vp-time", 5), {"rho": 0.0}, "rho"),
        (("vp-time", 5), {"beta_min": 30.0}, "beta_min"),
        (("ddim-leading", 5, 0.1), {}, "sigma_min"),
        (("ddim-leading", 1000), {}, "n"),
        (("ddim-linspace", 5, 0.1), {}, "sigma_min"),
        (("ddim-linspace", 1000), {}, "n"),
        (("ddim-trailing", 5, None, 80.0), {}, "sigma_min"),
        (("ddim-trailing", 1000), {}, "n"),
    ],
)
def test_what_is_no_grid_is_refused(arguments: tuple, options: dict, field: str) -> None:
    with pytest.raises(InputError) as caught:
        schedules.grid(*arguments, **options)
    assert caught.value.field == field


@pytest.mark.parametrize("name", grids.names())
def test_every_grid_says_what_it_is(name: str) -> None:
    about = grids.describe(name)
    assert about.title
    assert about.source
    assert about.formula
