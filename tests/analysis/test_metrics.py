"""r^2, mean squared error, spread and t-tests: by hand, and against scipy.stats."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from explorer import analysis
from explorer.analysis.spread import paired, spread, welch
from explorer.core.errors import InputError

SHAPE = (4, 3, 5, 6)


def stacks() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, SHAPE), rng.uniform(-1, 1, SHAPE)


def test_by_hand() -> None:
    reference = np.array([0.0, 0.0, 1.0, 1.0]).reshape(1, 1, 2, 2)  # unbiased variance 1/3
    pred = np.array([0.5, 0.0, 1.0, 1.0]).reshape(1, 1, 2, 2)  # squares sum to 1/4
    assert analysis.mse(pred, reference)[0] == pytest.approx(1 / 16)
    assert analysis.r2(pred, reference)[0] == pytest.approx(1 - (1 / 4) / (4 / 3))


def test_the_formula_image_by_image() -> None:
    x, y = stacks()
    d = x[0].size
    for k in range(len(x)):
        square = sum((a - b) ** 2 for a, b in zip(x[k].flat, y[k].flat, strict=True))
        mean = sum(y[k].flat) / d
        variance = sum((b - mean) ** 2 for b in y[k].flat) / (d - 1)
        assert analysis.mse(x, y)[k] == pytest.approx(square / d, rel=1e-13)
        assert analysis.r2(x, y)[k] == pytest.approx(1 - square / (d * variance), rel=1e-12)


@pytest.mark.parametrize("grey", [0.0, 0.1, -1.0])
def test_a_constant_reference_counts_as_variance_one(grey: float) -> None:
    """0.1 has no exact mean: the variance that rounding leaves must not be divided by."""
    reference = np.full((1, 1, 7, 7), grey)
    assert analysis.r2(reference + 0.5, reference)[0] == pytest.approx(1 - 0.25)
    assert analysis.r2(reference, reference)[0] == 1.0


def test_worse_than_grey_is_negative_and_values_are_not_clamped() -> None:
    y = np.array([[-1.0, 1.0]])
    assert analysis.r2(-y, y)[0] == pytest.approx(1 - 4 / 2)
    assert analysis.mse(3 * y, y)[0] == pytest.approx(4.0)


def test_tensors_count_as_arrays_and_float32_is_summed_in_float64() -> None:
    x, y = (stack.astype(np.float32) for stack in stacks())
    found = analysis.r2(torch.from_numpy(x), torch.from_numpy(y))
    assert found.dtype == np.float64
    assert np.array_equal(found, analysis.r2(x.astype(np.float64), y.astype(np.float64)))


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.zeros((2, 3)), np.zeros((3, 3))),
        (np.zeros(3), np.zeros(3)),
        (np.zeros((2, 0)), np.zeros((2, 0))),
        (np.zeros((2, 1)), np.zeros((2, 1))),
    ],
)
def test_stacks_that_do_not_fit_are_refused(x: np.ndarray, y: np.ndarray) -> None:
    with pytest.raises(InputError):
        analysis.r2(x, y)


def test_spread_of_one_and_of_none() -> None:
    one = spread([0.5])
    assert (one.mean, one.count) == (0.5, 1)
    assert math.isnan(one.std)
    assert spread([1, 2, 3, 4]).std == pytest.approx(math.sqrt(5 / 3))
    with pytest.raises(InputError):
        spread([])


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
@pytest.mark.parametrize("shift", [-0.7, 0.0, 0.4])
def test_t_tests_are_those_of_scipy(alternative: str, shift: float) -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(shift, 1, 12), rng.normal(0, 3, 12)
    ours, theirs = (
        paired(a, b, alternative=alternative),
        stats.ttest_rel(a, b, alternative=alternative),
    )
    assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-10)
    ours = welch(a, b[:7], alternative=alternative)
    theirs = stats.ttest_ind(a, b[:7], equal_var=False, alternative=alternative)
    assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-10)
    assert ours.freedom == pytest.approx(theirs.df, rel=1e-10)


def test_pairs_decide_where_unpaired_numbers_cannot() -> None:
    """Images differ far more than methods do: pairing takes that out."""
    images = np.array([0.0, 5.0, -3.0, 9.0, 2.0])
    better = images + np.array([0.1, 0.12, 0.09, 0.11, 0.1])
    assert paired(better, images).p < 1e-4
    assert welch(better, images).p > 0.9


def test_one_image_decides_nothing_and_equal_methods_do_not_differ() -> None:
    assert math.isnan(paired([1.0], [2.0]).p)
    assert math.isnan(welch([1.0], [2.0, 3.0]).p)
    same = paired([1.0, 2.0], [1.0, 2.0])
    assert (same.statistic, same.p) == (0.0, 1.0)
    always = paired([2.0, 3.0], [1.0, 2.0])
    assert (always.statistic, always.p) == (math.inf, 0.0)
    assert paired([1.0, 2.0], [2.0, 3.0], alternative="greater").p == 1.0
    with pytest.raises(InputError, match="pairs"):
        paired([1.0], [1.0, 2.0])


def test_the_false_alarm_rate_is_the_level() -> None:
    """4000 null tests at level 0.05: sd of the rate is 0.0034; 4 sd, false alarm 6e-5 each."""
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((2, 4000, 8))
    for test in (paired, welch):
        rate = np.mean([test(u, v).p < 0.05 for u, v in zip(a, b, strict=True)])
        # Welch is slightly conservative at n = 8
        assert abs(rate - 0.05) < 0.014, test.__name__
    shifted = np.mean([paired(u + 1.0, v).p < 0.05 for u, v in zip(a, b, strict=True)])
    assert shifted > 0.3  # the control
