"""Time 0: the distances of the start itself, which modes would sum too slowly.

The law is put on elements that end where the start is not smooth, so that its density and the
integrals of ``|x - point|`` are exact there.
"""

from __future__ import annotations

import math

import numpy as np

from explorer.generators.element_chain import cut_at, place_elements
from explorer.generators.elements import Grid, build
from explorer.generators.evolution import Evolution
from explorer.generators.exchange import shares_of
from explorer.generators.plan import Plan
from explorer.generators.power_tails import tails
from explorer.generators.profile import Profile
from explorer.generators.start import Start
from explorer.generators.transport import (
    quantiles,
    squared_shift_of_uniform,
)

MANY = 300  # starting points from which on the kink of |x - point| inside an element is let be


def profile_of_start(stretch: Plan, degree: int, size: int) -> Profile:
    """Return the start, a law with a density, repeated ``size`` times."""
    law = stretch.start
    cuts = np.array([law.low, law.high])
    if law.kind == "gaussian":
        cuts = np.append(cuts, law.mean + law.std * np.linspace(-9.0, 9.0, 19))
    grids, shares = _cut(stretch, degree, cuts)
    masses, ratios = [], []
    for grid in grids:
        # Elements lie wholly inside or outside a uniform law: ask at their middle.
        x = grid.x if law.kind == "gaussian" else np.median(grid.x, axis=1)[:, None]
        ratio = np.exp(law.log_density(x) - grid.log_density)
        masses.append(float((grid.mass * ratio).sum()))
        ratios.append(ratio)
    occupied = np.array(masses)
    excess = [
        (ratio / mass if mass > 0.0 else np.ones_like(ratio))[None] - 1.0
        for ratio, mass in zip(ratios, masses, strict=True)
    ]
    occupied = np.tile(occupied / occupied.sum(), (size, 1))
    return Profile(grids, shares, occupied, tuple(np.repeat(e, size, axis=0) for e in excess))


def distances_of_points(
    stretch: Plan, degree: int, rough: Evolution, kappas: tuple[float, float]
) -> dict[str, np.ndarray]:
    """Return the distances of starting points, each (1,).

    ``rough`` has grids to find quantiles of pi on, where the elements are then cut; ``kappas`` are
    the exponents of its tails.
    """
    values = stretch.start.marks
    n = values.size
    splits = quantiles(rough.grids, rough.shares, np.arange(1, n) / n)
    cuts = np.concatenate([values, splits]) if n <= MANY else splits
    grids, shares = _cut(stretch, degree, cuts)
    middles = _levels_at_middles(grids, shares)
    w1, square = _wasserstein(grids, shares, middles, values)
    w1 += _beyond(grids, shares, kappas, 1)
    w2 = math.sqrt(square + _beyond(grids, shares, kappas, 2))
    infinite = np.full(1, math.inf)
    return {
        "chi2": infinite,
        "chi2_at_cuts": np.zeros(1),
        "tv": np.ones(1),
        "kl": infinite.copy(),
        "w1": np.array([w1]),
        "w2": np.array([w2]),
    }


def _wasserstein(
    grids: tuple[Grid, ...], shares: np.ndarray, levels: np.ndarray, points: np.ndarray
) -> tuple[float, float]:
    """Return W1 and the square of W2 between equal weights on sorted points and pi.

    Point i takes the stationary mass between the quantile levels ``i/n`` and ``(i+1)/n``.
    ``levels`` has the distribution function of pi at the middle of every element; elements are cut
    at the points and at those quantiles, so that each belongs to one point and to one side of it.
    """
    owner = np.clip((levels * points.size).astype(int), 0, points.size - 1)
    first = second = 0.0
    begin = 0
    for share, grid in zip(shares, grids, strict=True):
        count = grid.x.shape[0]
        gap = np.abs(grid.x - points[owner[begin : begin + count], None])
        first += share * float((gap * grid.mass).sum())
        second += share * float((gap * gap * grid.mass).sum())
        begin += count
    return first, second


def w2_of_uniform(law: Profile, start: Start, kappas: tuple[float, float]) -> float:
    """Return the Wasserstein distance W2 of a uniform start, whose quantiles are known."""
    square = squared_shift_of_uniform(law.grids, law.shares, start.low, start.high)
    square += _beyond(law.grids, law.shares, kappas, 2)
    return math.sqrt(square)


def _beyond(
    grids: tuple[Grid, ...], shares: np.ndarray, kappas: tuple[float, float], moment: int
) -> float:
    """Return ``int |x|^moment dpi`` over the power tails beyond the elements."""
    return float(tails(grids, shares, kappas).beyond(moment, np.ones((1, 2)))[0])


def _cut(stretch: Plan, degree: int, places: np.ndarray) -> tuple[tuple[Grid, ...], np.ndarray]:
    """Return grids whose elements end at the given places, and the shares of the wells."""
    chains = [cut_at(stretch.pieces, c, places) for c in place_elements(stretch, None)]
    grids = tuple(build(stretch.pieces, chain, degree) for chain in chains)
    return grids, shares_of(stretch, grids)


def _levels_at_middles(grids: tuple[Grid, ...], shares: np.ndarray) -> np.ndarray:
    """Return the distribution function of pi at the middle (by mass) of every element."""
    masses = [share * grid.mass.sum(axis=1) for share, grid in zip(shares, grids, strict=True)]
    joined = np.concatenate(masses)
    return (np.cumsum(joined) - 0.5 * joined) / joined.sum()
