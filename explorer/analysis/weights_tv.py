r"""Are there as many samples of each kind as there should be: modes of a mixture, labels of data.

    TV = 1/2 sum_k |n_k / n - w_k|,

the share of samples that would have to change their kind. n exact samples have a TV of about
``sum_k sqrt(w_k (1 - w_k) / (2 pi n))``: the floor, here by multinomial draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.analysis.mixture_law import MixtureLaw
from explorer.analysis.rows import rows
from explorer.core import rng
from explorer.core.errors import InputError

STREAM = 48  # of bootstrap and floor
DRAWS = 400
CHUNK = 1 << 22
VALUES = 1 << 24  # of the exact samples: 128 MB


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Shares of kinds among n samples, beside what they should be.

    Attributes
    ----------
    found, wanted : numpy.ndarray, shape (K,)
    tv, error : float
        Total variation distance, and its standard deviation over bootstrap samples.
    floor, floor_error : float
        Mean and standard deviation of the distance of n exact samples.
    n : int
    """

    found: np.ndarray
    wanted: np.ndarray
    tv: float
    error: float
    floor: float
    floor_error: float
    n: int


def mode_weights(samples: Any, law: MixtureLaw, *, seed: int = 0) -> Weights:
    """Return the shares of the modes, each sample counted for the mode whose mean is nearest.

    Where modes overlap, the nearest mean is not always the one that a sample came from; what is
    wanted are therefore the shares that very many exact samples have, not the weights themselves.

    Parameters
    ----------
    samples : array, shape (n, d)
    law : MixtureLaw
        At the noise level where the samples stand.
    seed : int

    Raises
    ------
    InputError
        If the dimensions differ.

    Examples
    --------
    >>> law = MixtureLaw(np.full(2, 0.5), np.array([[-5.0], [5.0]]), np.ones((2, 1, 1)))
    >>> mode_weights(np.array([[-4.0], [5.0], [6.0], [4.0]]), law).found.tolist()
    [0.25, 0.75]
    """
    x = rows(samples)
    if x.shape[1] != law.means.shape[1]:
        problem = f"The samples have {x.shape[1]} values, the law has {law.means.shape[1]}."
        raise InputError("samples", problem, "Give samples of the law's dimension.")
    many = min(100_000, max(VALUES // x.shape[1], 1000))
    exact = _counts(nearest_mode(law.draw(many, seed=seed), law.means), len(law.weights))
    return _weights(nearest_mode(x, law.means), exact / exact.sum(), seed)


def label_shares(labels: Any, reference: Any, *, seed: int = 0) -> Weights:
    """Return the shares of labels among samples, beside those of the reference data.

    Parameters
    ----------
    labels, reference : array of int >= 0, shapes (n,) and (m,)
        For instance a classifier's answers for samples and for data: its mistakes then stand on
        both sides.
    seed : int

    Raises
    ------
    InputError
        If there are no labels or one is negative or not whole.

    Examples
    --------
    >>> label_shares([0, 0, 1, 1], [0, 1, 2, 2]).tv
    0.5
    """
    a, b = _labels(labels, "labels"), _labels(reference, "reference")
    kinds = int(max(a.max(), b.max())) + 1
    return _weights(a, _counts(b, kinds) / len(b), seed)


def nearest_mode(samples: Any, means: np.ndarray) -> np.ndarray:
    """Return the number of the nearest mean of each sample, (n,).

    Examples
    --------
    >>> nearest_mode([[0.9], [-3.0]], np.array([[-1.0], [1.0]])).tolist()
    [1, 0]
    """
    from scipy.spatial.distance import cdist

    x = rows(samples)
    step = max(1, CHUNK // len(means))
    parts = [cdist(x[k : k + step], means).argmin(axis=1) for k in range(0, len(x), step)]
    return np.concatenate(parts)


def _weights(kinds: np.ndarray, wanted: np.ndarray, seed: int) -> Weights:
    n = len(kinds)
    found = _counts(kinds, len(wanted)) / n
    draw = rng.numpy_generator(seed, STREAM)
    again, fresh = (
        0.5 * np.abs(draw.multinomial(n, p, size=DRAWS) / n - wanted).sum(axis=1)
        for p in (found, wanted)
    )
    tv = 0.5 * float(np.abs(found - wanted).sum())
    return Weights(
        found, wanted, tv, float(again.std()), float(fresh.mean()), float(fresh.std()), n
    )


def _counts(kinds: np.ndarray, least: int) -> np.ndarray:
    return np.bincount(kinds, minlength=least)


def _labels(values: Any, field: str) -> np.ndarray:
    labels = np.asarray(values).ravel()
    if labels.size == 0 or not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
        raise InputError(field, "These are no labels.", "Give whole numbers from 0.")
    return labels
