r"""A distance with its error bar, beside its floor: the same distance between data and data.

No finite sample has distance 0 to its own law. The floor of a distance is what two *independent*
sets of n reference samples have; a sampler whose value lies within the noise of the floor cannot be
told from the data with n samples. All sets have the same size n, because the estimates of many
distances (Fréchet, sliced W2, marginal accuracy) depend on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.analysis.rows import rows
from explorer.core import rng
from explorer.core.errors import Cancelled, InputError

Distance = Callable[[np.ndarray, np.ndarray], float]
Draw = Callable[[int, int], Any]  # (n, number of the set) to fresh exact samples
SPLITS, BOOTSTRAP = 44, 45  # streams


@dataclass(frozen=True, slots=True)
class Measured:
    """A distance of n samples to n reference samples.

    Attributes
    ----------
    value : float
        Mean over the reference sets.
    error : float
        Standard error of one value, from bootstrap samples of both sides.
    floor : float
        Mean distance of two reference sets.
    floor_error : float
        Standard deviation of the distance of two reference sets: how far one value may lie from
        the floor by chance.
    n : int
        Samples on each side.
    repeats : int
        Pairs of reference sets.
    """

    value: float
    error: float
    floor: float
    floor_error: float
    n: int
    repeats: int

    @property
    def excess(self) -> float:
        """``(value - floor) / sqrt(error^2 + floor_error^2)``; below about 2: within the noise."""
        noise = math.hypot(self.error, self.floor_error)
        gap = self.value - self.floor
        return gap / noise if noise > 0.0 else math.copysign(math.inf, gap) if gap else 0.0


def measured(
    distance: Distance,
    samples: Any,
    reference: Any | Draw,
    *,
    repeats: int = 8,
    resamples: int = 20,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Measured:
    """Measure a distance, its error bar and its floor at one sample size.

    Parameters
    ----------
    distance : callable
        Takes two arrays (n, d), returns a number: `sliced_wasserstein`, `energy_distance`, ...
    samples : array, shape (N, ...)
        What a sampler made.
    reference : array, shape (M, ...), or callable
        Data, of which random halves are compared (the repeats share them, so floor_error is a
        little too small when M is near 2 n); or ``draw(n, number)``, which gives fresh exact
        samples. With data, ``n = min(N, M // 2)``; the first n samples are used.
    repeats : int
        Pairs of reference sets, at least 2.
    resamples : int
        Bootstrap samples, at least 2. Drawing with replacement makes equal points, which shifts
        some distances; only the spread of the bootstrap values is used.
    seed : int
    progress : callable, optional
        Gets the share that is done, 0 to 1, after each distance.
    cancel : callable, optional
        Asked before each distance; a true answer stops.

    Raises
    ------
    Cancelled
        When stopped.
    InputError
        If there are fewer than two samples of a kind, two repeats or two resamples.

    Examples
    --------
    >>> from explorer.analysis.energy_distance import energy_distance
    >>> x = np.random.default_rng(0).standard_normal((300, 2))
    >>> near, far = (measured(energy_distance, x[:100] + s, x[100:]) for s in (0.0, 1.0))
    >>> near.excess < 2.0 < far.excess, near.n
    (True, 100)
    """
    x = rows(samples)
    if min(repeats, resamples) < 2:
        problem = f"There are {repeats} repeats and {resamples} resamples."
        raise InputError("repeats", problem, "Give at least 2 of each.")
    pairs = _pairs(reference, n=len(x), repeats=repeats, seed=seed)
    x = x[: len(pairs[0][0])]
    draw = rng.numpy_generator(seed, BOOTSTRAP)
    tasks = [*pairs, *((x, a) for a, _ in pairs)]
    total, found = len(tasks) + resamples, []
    for k in range(total):
        if cancel is not None and cancel():
            raise Cancelled(f"Measuring was stopped after {k} of {total} distances.")
        sets = tasks[k] if k < len(tasks) else (_resampled(x, draw), _resampled(pairs[0][0], draw))
        found.append(distance(*sets))
        if progress is not None:
            progress((k + 1) / total)
    floors, values, boot = np.split(np.array(found), [repeats, 2 * repeats])
    return Measured(
        float(np.mean(values)),
        float(np.std(boot, ddof=1)),
        float(np.mean(floors)),
        float(np.std(floors, ddof=1)),
        len(x),
        repeats,
    )


def _pairs(
    reference: Any | Draw, *, n: int, repeats: int, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return pairs of disjoint reference sets of one size."""
    if callable(reference):
        sets = [rows(reference(n, k), "reference") for k in range(2 * repeats)]
        found = list(zip(sets[::2], sets[1::2], strict=True))
    else:
        data = rows(reference, "reference")
        n = min(n, len(data) // 2)
        draw = rng.numpy_generator(seed, SPLITS)
        orders = [draw.permutation(len(data)) for _ in range(repeats)]
        found = [(data[order[:n]], data[order[n : 2 * n]]) for order in orders]
    if n < 2 or any(len(part) != n for both in found for part in both):
        problem = f"The reference gives sets of {n} samples."
        raise InputError("reference", problem, "Give at least four, or a draw of as many as asked.")
    return found


def _resampled(points: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    return points[draw.integers(len(points), size=len(points))]
