"""The slow exchange between wells that deep barriers part, as a birth-death chain.

The wells' stationary masses follow from ``log pi`` across the barriers, the conductance between
neighbours is ``1 / int dx / (a pi)`` over the barrier, and the slowest rate is the spectral gap.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from explorer.generators.elements import Grid
from explorer.generators.plan import Plan

NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)  # per interval of the net


def shares_of(stretch: Plan, grids: tuple[Grid, ...]) -> np.ndarray:
    """Return the stationary mass of each well, (W,): log pi is followed through the barriers."""
    logs = [0.0]
    for left, right in pairwise(grids):
        rise = _rise(stretch, left.edges[-1], right.edges[0])
        logs.append(logs[-1] + left.log_density[-1, -1] - right.log_density[0, 0] + rise)
    shares = np.exp(np.array(logs) - max(logs))
    return np.maximum(shares / shares.sum(), 1e-290)


def _rise(stretch: Plan, low: float, high: float) -> float:
    """Return ``log pi(high) - log pi(low)``, by Gauss quadrature on the intervals of the net."""
    if not high > low:
        return 0.0
    total = 0.0
    for index, frame in enumerate(stretch.pieces):
        y = stretch.picture.y[stretch.picture.frame == index]
        ends = np.clip([low - frame.anchor, high - frame.anchor], y[0], y[-1])
        cuts = np.concatenate([ends[:1], y[(y > ends[0]) & (y < ends[1])], ends[1:]])
        half = 0.5 * np.diff(cuts)[:, None]
        a, b = frame.noise_and_drift(cuts[:-1, None] + half * (1.0 + NODES))
        total += float((half * WEIGHTS * b / a).sum())
        noise = frame.noise_and_drift(ends)[0]
        total += float(np.log(noise[0] / noise[1]))
    return total


def exchange(stretch: Plan, shares: np.ndarray, gap: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates (W - 1,) and modes (W, W - 1) of the exchange between wells.

    The rates are scaled so that the slowest is the spectral gap.
    """
    count = shares.size
    if count == 1:
        return np.zeros(0), np.zeros((1, 0))
    root = np.sqrt(shares)
    if count == 2:
        return np.array([gap]), np.array([[-root[1]], [root[0]]]) / root[:, None]
    from scipy.linalg import get_lapack_funcs

    resistance = _log_resistances(stretch)
    half = np.exp(0.5 * (float(resistance.min()) - resistance))  # root of the conductance
    factor = np.zeros((count, count - 1), order="F")
    for k, c in enumerate(half):
        factor[k, k], factor[k + 1, k] = -c / root[k], c / root[k + 1]
    # Rates of wells of very different mass differ by many orders of magnitude; one-sided Jacobi
    # finds each with full relative accuracy, as squares of singular values.
    (jacobi,) = get_lapack_funcs(("gejsv",), (factor,))
    singular, vectors, _, work, *_ = jacobi(factor, joba=2, jobu=0, jobv=0)
    rates = (singular * (work[0] / work[1]))[::-1] ** 2
    scale = gap / rates[0] if rates[0] > 0.0 else 0.0
    return rates * scale, vectors[:, ::-1] / root[:, None]


def _log_resistances(stretch: Plan) -> np.ndarray:
    """Return ``log int dx / (a pi)`` over each barrier, up to one constant, (W - 1,)."""
    picture = stretch.picture
    middle = 0.5 * (picture.hill[1:] + picture.hill[:-1])
    with np.errstate(divide="ignore"):
        logs = np.log(np.diff(picture.z)) - middle
    found = []
    for (_, last), (first, _) in pairwise(stretch.ranges):
        pieces = logs[max(last - 1, 0) : first + 1]
        top = float(pieces.max())
        found.append(top + float(np.log(np.exp(pieces - top).sum())))
    return np.array(found)
