"""From noise levels to times and back; outside the levels a network knows."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer import models, schedules
from explorer.core.errors import InputError
from explorer.schedules import vp_time
from explorer.schedules.discrete import levels_at

BARS = schedules.alpha_bars()
LEVELS = levels_at(np.arange(1000))
inside = st.floats(float(LEVELS[0]), 150.0)  # known to both kinds of clock
rates = st.tuples(st.floats(0.01, 2.0), st.floats(3.0, 40.0))


def one(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


@given(rates, st.floats(0.0, 1.0), st.sampled_from([1.0, 999.0]))
def test_continuous_time_goes_there_and_back(
    rates: tuple[float, float], t: float, scale: float
) -> None:
    clock = models.LinearBeta(*rates, scale=scale)
    reading = clock.read(clock.sigma(one(scale * t)))
    # Near t = 0 sigma is the root of beta_min t: nothing is lost, but for numbers below 1e-300.
    assert float(reading.time) == pytest.approx(scale * t, rel=1e-11, abs=1e-200)
    assert clock.clamped is None


@given(inside)
def test_continuous_time_is_that_of_the_grid(sigma: float) -> None:
    found = models.LinearBeta().read(one(sigma)).time
    assert float(found) == pytest.approx(float(vp_time.time(np.array(sigma))), rel=1e-13)


@given(inside)
def test_the_table_goes_there_and_back(sigma: float) -> None:
    clock = models.Table(BARS)
    t, used = clock.read(one(sigma))
    assert float(used) == sigma
    assert float(clock.sigma(t)) == pytest.approx(sigma, rel=1e-12)
    assert float(t) == pytest.approx(np.interp(np.log(sigma), np.log(LEVELS), np.arange(1000)))


@given(inside, inside)
def test_time_grows_with_noise(one_level: float, other: float) -> None:
    low, high = sorted((one_level, other))
    both = one(low, high)
    for clock in (models.LinearBeta(), models.Table(BARS), models.Table(BARS, whole=True)):
        first, second = clock.read(both).time.tolist()
        assert first <= second
        if clock.clamped is None and high > low * (1 + 1e-9) and first == second:
            assert isinstance(first, int)  # only whole steps may hold two levels


@given(inside)
def test_whole_steps_use_the_level_that_they_have(sigma: float) -> None:
    t, used = models.Table(BARS, whole=True).read(one(sigma))
    assert t.dtype == torch.int64
    assert float(used) == pytest.approx(LEVELS[int(t)], rel=1e-12)
    nearest = np.abs(np.interp(np.log(sigma), np.log(LEVELS), np.arange(1000)) - int(t))
    assert nearest <= 0.5 + 1e-9


def test_the_levels_of_the_table_are_its_steps() -> None:
    for whole in (False, True):
        t, used = models.Table(BARS, whole=whole).read(torch.from_numpy(LEVELS))
        np.testing.assert_allclose(t.numpy(), np.arange(1000), rtol=0, atol=1e-9)
        np.testing.assert_allclose(used.numpy(), LEVELS, rtol=1e-13)


def test_a_network_of_whole_steps_is_the_denoiser_of_the_rounded_level() -> None:
    asked = []

    def net(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        asked.append((y, t))
        return torch.cos(y)

    clock = models.Table(BARS, whole=True)
    d, x = models.from_epsilon(net, clock), 3.0 * torch.ones(2, 1, dtype=torch.float64)
    sigma = one(2.005, 5.0)
    used = d.used(x, sigma)
    assert (used - sigma).abs().min() > 1e-3  # rounding is seen here
    assert torch.equal(d(x, sigma), d(x, used))
    t = asked[-1][1]
    assert t.dtype == torch.int64
    torch.testing.assert_close(used, torch.from_numpy(LEVELS[t.numpy()]), rtol=1e-12, atol=0)
    expected = x - used[:, None] * torch.cos(x / (1 + used[:, None] ** 2).sqrt())
    torch.testing.assert_close(d(x, sigma), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("clock", ["beta", "table", "whole"])
def test_outside_the_known_levels_it_says_so_once(clock: str) -> None:
    made = {
        "beta": models.LinearBeta,
        "table": lambda: models.Table(BARS),
        "whole": lambda: models.Table(BARS, whole=True),
    }[clock]()
    d, x = models.from_epsilon(lambda y, _: y, made), torch.ones(2, 1, dtype=torch.float64)
    d(x, 1.0)
    assert made.clamped is None
    with pytest.warns(UserWarning, match=r"sigma = 500 is clamped") as said:
        d(x, 500.0)
    assert len(said) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        d(x, 900.0)
        d(x, 300.0)
    assert made.clamped == (300.0, 900.0)
    top = made.sigma_max
    assert d.used(x, 500.0).tolist() == pytest.approx([top, top], rel=1e-12)
    torch.testing.assert_close(d(x, 500.0), d(x, top), rtol=1e-12, atol=1e-12)


def test_no_noise_at_all_is_outside_a_table() -> None:
    clock = models.Table(BARS)
    with pytest.warns(UserWarning, match=r"from 0.01 to 157.4; sigma = 0 "):
        assert clock.read(one(0.0)).time.item() == 0.0
    assert clock.clamped == (0.0, 0.0)


def test_rounded_tables_are_not_outside() -> None:
    """Grids are in double precision and published tables often in single."""
    clock = models.Table(torch.from_numpy(BARS).float())
    clock.read(torch.from_numpy(LEVELS))
    assert clock.clamped is None


@pytest.mark.parametrize(
    "bars", [[0.5], [0.5, 0.5], [0.2, 0.9], [1.0, 0.5], [0.5, 0.0], [[0.9, 0.5]], [0.9, np.nan]]
)
def test_what_is_no_table_is_refused(bars: list) -> None:
    with pytest.raises(InputError) as caught:
        models.Table(bars)
    assert caught.value.field == "alpha_bars"
