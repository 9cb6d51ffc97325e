r"""Marginal accuracy: how well the histogram of each coordinate agrees with its exact law.

    MA = mean_j (1 - TV(hist_j, exact_j)),    TV(p, q) = 1/2 sum_b |p_b - q_b|,

with 100 equal bins over mean ± 5 standard deviations of the coordinate and an outer bin on either
side. 1 is perfect and out of reach: n exact samples in B bins have about ``1 - sqrt(B / (2 pi n))``
or better, so the floor (here a ceiling) belongs beside every value. It sees coordinates only: a
sampler with wrong weights of modes may score well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.analysis.mixture_law import MixtureLaw
from explorer.analysis.rows import rows
from explorer.core import rng
from explorer.core.errors import InputError

STREAM = 47  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Marginal accuracy of n samples.

    Attributes
    ----------
    value, error : float
        MA and the standard deviation of it over bootstrap samples.
    floor, floor_error : float
        Mean and standard deviation of MA of n fresh exact samples.
    n : int
    """

    value: float
    error: float
    floor: float
    floor_error: float
    n: int


def marginal_accuracy(
    samples: Any,
    law: MixtureLaw,
    *,
    bins: int = 100,
    repeats: int = 8,
    resamples: int = 20,
    seed: int = 0,
) -> Accuracy:
    """Return MA of samples with its error bar and the value of exact samples.

    Parameters
    ----------
    samples : array, shape (n, d)
    law : MixtureLaw
        The exact law, at the noise level where the samples stand.
    bins : int
        Inner bins, at least 1.
    repeats, resamples : int
        Sets of exact samples, and bootstrap samples; at least 2 each.
    seed : int

    Raises
    ------
    InputError
        If the dimensions differ or a number is too small.

    References
    ----------
    Faes, Ormerod and Wand, Variational Bayesian inference for parametric and nonparametric
    regression with missing data (2011): 1 - TV as the accuracy of a marginal

    Examples
    --------
    >>> law = MixtureLaw(np.ones(1), np.zeros((1, 2)), np.eye(2)[None])
    >>> found = marginal_accuracy(law.draw(1000, 99), law)
    >>> abs(found.value - found.floor) < 5 * found.floor_error, 0.85 < found.floor < 0.95
    (True, True)
    """
    x = rows(samples)
    if x.shape[1] != law.means.shape[1] or min(bins, repeats - 1, resamples - 1) < 1:
        problem = f"Samples of {x.shape[1]} values, a law of {law.means.shape[1]}; {bins} bins."
        raise InputError("samples", problem, "Give samples of the law's dimension, 1 or more bins.")
    edges, exact = _bins(law, bins)
    draw = rng.numpy_generator(seed, STREAM)
    again = [
        _accuracy(x[draw.integers(len(x), size=len(x))], edges, exact) for _ in range(resamples)
    ]
    fresh = [_accuracy(law.draw(len(x), k, seed=seed), edges, exact) for k in range(repeats)]
    return Accuracy(
        _accuracy(x, edges, exact),
        float(np.std(again, ddof=1)),
        float(np.mean(fresh)),
        float(np.std(fresh, ddof=1)),
        len(x),
    )


def marginal_error(samples: Any, law: MixtureLaw, *, bins: int = 100) -> float:
    """Return 1 - MA alone, for many sets of samples; parameters as in `marginal_accuracy`.

    Examples
    --------
    >>> law = MixtureLaw(np.ones(1), np.zeros((1, 1)), np.eye(1)[None])
    >>> marginal_error(np.full((10, 1), 99.0), law)  # all in the outer bin
    0.999...
    """
    x = rows(samples)
    if x.shape[1] != law.means.shape[1] or bins < 1:
        problem = f"Samples of {x.shape[1]} values, a law of {law.means.shape[1]}; {bins} bins."
        raise InputError("samples", problem, "Give samples of the law's dimension, 1 or more bins.")
    return 1.0 - _accuracy(x, *_bins(law, bins))


def _bins(law: MixtureLaw, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Return edges (d, bins + 1) and exact masses (d, bins + 2) with the outer bins."""
    means, stds = law.coordinates()
    centre = law.weights @ means
    spread = np.sqrt(law.weights @ (stds**2 + (means - centre) ** 2))
    edges = centre[:, None] + spread[:, None] * np.linspace(-5.0, 5.0, bins + 1)
    below = law.coordinate_cdf(edges)
    return edges, np.diff(below, axis=1, prepend=0.0, append=1.0)


def _accuracy(x: np.ndarray, edges: np.ndarray, exact: np.ndarray) -> float:
    found = [
        np.bincount(np.searchsorted(e, column, side="right"), minlength=len(e) + 1)
        for e, column in zip(edges, x.T, strict=True)
    ]
    return float(1.0 - 0.5 * np.abs(np.array(found) / len(x) - exact).sum(axis=1).mean())
