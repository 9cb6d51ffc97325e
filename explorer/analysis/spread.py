r"""Mean and spread of one number per image, and whether two methods differ by more than chance.

Two methods that start from the same noise are compared image by image (paired): with the
differences d_i of n images, ``t = mean(d) / (std(d) / sqrt(n))`` has n - 1 degrees of freedom.
Welch's test compares two unpaired sets, whose variances may differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from explorer.core.errors import InputError

Alternative = Literal["two-sided", "greater"]


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, standard deviation (unbiased; nan for one image) and number of images."""

    mean: float
    std: float
    count: int


@dataclass(frozen=True, slots=True)
class TTest:
    """A t-test.

    Attributes
    ----------
    difference : float
        Mean of the first minus mean of the second.
    statistic, freedom : float
        t and its degrees of freedom; nan with fewer than two images.
    p : float
        Chance of such a t or a larger one if both had the same mean; nan with fewer than two
        images.
    """

    difference: float
    statistic: float
    freedom: float
    p: float


def spread(values: Any) -> Spread:
    """Return mean, standard deviation and count of one number per image.

    Raises
    ------
    InputError
        If there is no number.

    Examples
    --------
    >>> spread([1.0, 3.0])
    Spread(mean=2.0, std=1.4142135623730951, count=2)
    """
    numbers = _numbers(values)
    std = float(numbers.std(ddof=1)) if numbers.size > 1 else math.nan
    return Spread(float(numbers.mean()), std, numbers.size)


def paired(first: Any, second: Any, *, alternative: Alternative = "two-sided") -> TTest:
    """Test whether two methods differ on the same images.

    Parameters
    ----------
    first, second : array, shape (n,)
        One number per image, in the same order.
    alternative : "two-sided" or "greater"
        "greater": only a larger first counts.

    Raises
    ------
    InputError
        If the numbers do not come in pairs.

    Examples
    --------
    >>> found = paired([2.0, 3.0, 4.0], [1.0, 1.0, 1.0])
    >>> round(found.statistic, 4), found.freedom, round(found.p, 4)
    (3.4641, 2.0, 0.0742)
    """
    a, b = _numbers(first), _numbers(second)
    if a.shape != b.shape:
        problem = f"{a.size} and {b.size} numbers are no pairs."
        raise InputError("second", problem, "Give one number per image for both, or use welch.")
    d = a - b
    variance = float(d.var(ddof=1)) / d.size if d.size > 1 else math.nan
    return _test(float(d.mean()), variance, float(d.size - 1), alternative)


def welch(first: Any, second: Any, *, alternative: Alternative = "two-sided") -> TTest:
    """Test whether two unpaired sets of numbers have the same mean; arguments as in `paired`.

    References
    ----------
    Welch, The generalization of "Student's" problem ... (1947)

    Examples
    --------
    >>> round(welch([1.0, 2.0, 3.0], [4.0, 6.0]).freedom, 3)
    1.684
    """
    a, b = _numbers(first), _numbers(second)
    if min(a.size, b.size) < 2:
        return _test(float(a.mean() - b.mean()), math.nan, math.nan, alternative)
    u, v = a.var(ddof=1) / a.size, b.var(ddof=1) / b.size
    parts = u**2 / (a.size - 1) + v**2 / (b.size - 1)
    freedom = float((u + v) ** 2 / parts) if parts > 0.0 else float(a.size + b.size - 2)
    return _test(float(a.mean() - b.mean()), float(u + v), freedom, alternative)


def _test(difference: float, variance: float, freedom: float, alternative: str) -> TTest:
    """Return the test of a difference whose estimated variance is given."""
    if alternative not in {"two-sided", "greater"}:
        problem = f"There is no alternative {alternative!r}."
        raise InputError("alternative", problem, "Use two-sided or greater.")
    if math.isnan(variance):
        return TTest(difference, math.nan, math.nan, math.nan)
    if variance > 0.0:
        t = difference / math.sqrt(variance)
    else:  # the same difference for every image: none, or one that chance cannot make
        t = math.copysign(math.inf, difference) if difference else 0.0
    from scipy.special import stdtr

    tail = float(stdtr(freedom, -abs(t)))
    if alternative == "two-sided":
        return TTest(difference, t, freedom, min(2.0 * tail, 1.0))
    return TTest(difference, t, freedom, tail if t >= 0.0 else 1.0 - tail)


def _numbers(values: Any) -> np.ndarray:
    numbers = np.asarray(values, dtype=np.float64).ravel()
    if numbers.size == 0:
        raise InputError("values", "There are no numbers to compare.", "Give one per image.")
    return numbers
