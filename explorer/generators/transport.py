"""Wasserstein distances between ``p_t`` and pi.

With ``G = F_t - F`` the difference of the distribution functions, ``W1 = int |G| dx``; ``W2``
couples equal quantiles: its square is ``int (y(x) - x)^2 dpi`` with ``F_t(y) = F(x)``. Where pi
has a power tail, what lies beyond the elements is added with ``p_t / pi`` as it is at the last
node.
"""

from __future__ import annotations

import numpy as np

from explorer.generators.element_integrals import absolute_integral, apply, nodal, totals
from explorer.generators.elements import Grid
from explorer.generators.power_tails import Tails, tails
from explorer.generators.profile import Profile
from explorer.generators.quantiles import Quantiles


def _end_ratios(profile: Profile) -> np.ndarray:
    """Return ``p_t / pi`` at the outer ends of the elements, (T, 2)."""
    ends = np.stack([profile.excess[0][:, 0, 0], profile.excess[-1][:, -1, -1]], axis=1)
    occupied = profile.occupied[:, [0, -1]] / profile.shares[[0, -1]]
    return np.maximum(occupied * (1.0 + ends), 0.0)


def wasserstein(
    profile: Profile, kappas: tuple[float, float], *, second: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return W1 and W2 between ``p_t`` and pi, each (T,), in the units of x.

    Parameters
    ----------
    profile : Profile
    kappas : (float, float)
        Exponents of power tails, left and right, inf where there is none; above 2.
    second : bool
        Whether W2 is wanted; else it is returned as inf.
    """
    outside = tails(profile.grids, profile.shares, kappas)
    ratios = _end_ratios(profile)
    pieces, starts = _differences(profile, (ratios - 1.0) * outside.lost)
    gaps = _running(profile.grids, pieces, starts, "to_node")
    first = np.zeros(len(profile.occupied))
    for w, grid in enumerate(profile.grids):
        first = first + absolute_integral(grid, gaps[w] * grid.x_per_eta, plain=True)
        if w:
            width = grid.edges[0] - profile.grids[w - 1].edges[-1]
            first = first + np.abs(gaps[w][:, 0, 0]) * width
    away = np.abs(ratios - 1.0)  # int |G| beyond X is away times int (x - X) dpi
    first = first + outside.beyond(1, away) - outside.beyond(0, away * outside.reach)
    if not second:
        return first, np.full(first.size, np.inf)
    # Beyond the ends h is constant: equal tails at y = x h^(1 / (kappa - 1)).
    stretch = ratios ** (1.0 / (np.array(kappas) - 1.0)) - 1.0
    gaps = _running(profile.grids, pieces, starts, "dense_integral")
    squares = _squared_shift(profile, gaps, outside) + outside.beyond(2, stretch**2)
    return first, np.sqrt(np.maximum(squares, 0.0))


def _differences(
    profile: Profile, outside: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return ``p_t - pi`` per eta, W arrays (T, E, q), and ``F_t - F`` at the elements' left ends.

    ``outside`` (T, 2) is the difference of the masses beyond the left and the right end. The sums
    start from the nearer end.
    """
    pieces = [profile.difference(w) * g.density_per_eta for w, g in enumerate(profile.grids)]
    joined = np.concatenate(
        [totals(g, f) for g, f in zip(profile.grids, pieces, strict=True)], axis=1
    )
    masses = [s * g.mass.sum(axis=1) for s, g in zip(profile.shares, profile.grids, strict=True)]
    is_left = np.cumsum(np.concatenate(masses)) < 0.5
    left = np.cumsum(joined, axis=1) - joined
    right = -np.cumsum(joined[:, ::-1], axis=1)[:, ::-1]
    at_low = np.where(is_left, left + outside[:, :1], right - outside[:, 1:])
    ends = np.cumsum([f.shape[1] for f in pieces])
    return pieces, np.split(at_low, ends[:-1], axis=1)


def _running(
    grids: tuple[Grid, ...], pieces: list[np.ndarray], starts: list[np.ndarray], name: str
) -> list[np.ndarray]:
    """Return ``F_t - F`` at the nodes, or at nodes and middles, of every well."""
    return [
        start[:, :, None] + apply(grid, f, name)
        for grid, f, start in zip(grids, pieces, starts, strict=True)
    ]


def _squared_shift(profile: Profile, gaps: list[np.ndarray], outside: Tails) -> np.ndarray:
    """Return ``int (y(x) - x)^2 dpi`` over the elements, (T,); ``gaps`` at nodes and middles."""
    x, below, above = _levels_of_pi(profile.grids, profile.shares)
    below, above = below + outside.lost[0], above + outside.lost[1]
    gap = np.concatenate([nodal(g) for g in gaps], axis=1)
    density = np.concatenate([_density(profile, w) for w in range(len(profile.grids))], axis=1)
    law = Quantiles(profile.grids, x, below + gap, above - gap, density)
    node = _is_node(profile.grids)
    mass = np.concatenate(
        [s * g.gather(g.mass) for s, g in zip(profile.shares, profile.grids, strict=True)]
    )
    shift = law.at(below[node], above[node]) - x[node]
    squares = (shift * shift) @ mass
    return squares + _jumps(profile, law, shift, squares)


def _is_node(grids: tuple[Grid, ...]) -> np.ndarray:
    """Tell the nodes from the middles between them, over all distinct dense points."""
    return np.concatenate([np.arange(2 * g.log_node_mass.size - 1) % 2 == 0 for g in grids])


def _jumps(profile: Profile, law: Quantiles, shift: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Return the correction for elements in which the coupling jumps over a barrier, (T,).

    There the integrand is a step, and its place counts: it is looked for on a fine grid.
    """
    correction = np.zeros(squares.size)
    begin, level = 0, 0.0
    for share, grid in zip(profile.shares, profile.grids, strict=True):
        count, q = grid.x.shape
        moved = grid.spread(shift[:, begin : begin + count * (q - 1) + 1])
        mass = share * grid.mass
        span = moved.max(axis=2) - moved.min(axis=2)
        width = grid.edges[1:] - grid.edges[:-1]
        matters = span**2 * mass.sum(axis=1) > 1e-3 * squares[:, None]
        t, e = np.nonzero((span > 2.0 * width) & matters)
        if t.size:
            coarse = np.einsum("kq,kq,kq->k", moved[t, e], moved[t, e], mass[e])
            fine = _step_integral(grid, law, share, level, (t, e))
            np.add.at(correction, t, fine - coarse)
        begin += count * (q - 1) + 1
        level += share
    return correction


def _step_integral(grid: Grid, law: Quantiles, share: float, level: float, where) -> np.ndarray:
    """Return the integral of the squared shift over elements ``e`` at times ``t``, (k,)."""
    t, e = where
    table = grid.references[0]
    before = np.cumsum(grid.mass.sum(axis=1)) - grid.mass.sum(axis=1)
    inside = grid.density_per_eta[e] @ table.fine_integral.T
    below = level + share * (before[e, None] + inside)
    x = grid.x[e] @ table.to_fine.T
    y = law.rows(t, below)
    square = (y - x) ** 2
    part = np.diff(below, axis=1)
    # In the interval with the jump, the level of the plateau of F_t splits the mass.
    leap = np.argmax(np.diff(y, axis=1), axis=1)
    rows = np.arange(t.size)
    plateau = law.level(t, 0.5 * (y[rows, leap] + y[rows, leap + 1]))
    first = np.clip(plateau - below[rows, leap], 0.0, part[rows, leap])
    smooth = 0.5 * part * (square[:, 1:] + square[:, :-1])
    smooth[rows, leap] = first * square[rows, leap]
    smooth[rows, leap] += (part[rows, leap] - first) * square[rows, leap + 1]
    return smooth.sum(axis=1)


def squared_shift_of_uniform(
    grids: tuple[Grid, ...], shares: np.ndarray, low: float, high: float
) -> float:
    """Return the square of W2 between a uniform law, with its known quantiles, and pi."""
    x, below, _ = _levels_of_pi(grids, shares)
    node = _is_node(grids)
    mass = np.concatenate([s * g.gather(g.mass) for s, g in zip(shares, grids, strict=True)])
    return float(mass @ (low + (high - low) * below[node] - x[node]) ** 2)


def quantiles(grids: tuple[Grid, ...], shares: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the quantiles of pi at increasing ``levels`` in (0, 1)."""
    x, below, above = _levels_of_pi(grids, shares)
    stationary = Profile(
        grids, shares, shares[None], tuple(np.zeros((1, *grid.x.shape)) for grid in grids)
    )
    density = np.concatenate([_density(stationary, w) for w in range(len(grids))], axis=1)
    law = Quantiles(grids, x, below[None], above[None], density)
    return law.at(levels, 1.0 - levels)[0]


def _levels_of_pi(grids: tuple[Grid, ...], shares: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the distinct dense points, and the stationary mass below and above each."""
    parts = []
    for w, grid in enumerate(grids):
        f = grid.density_per_eta[None]
        whole = totals(grid, f)[0]
        inside = apply(grid, f, "dense_integral")[0]
        start = np.cumsum(whole) - whole
        rest = np.cumsum(whole[::-1])[::-1]
        above = np.maximum(rest[:, None] - inside, 0.0)
        parts.append(
            (
                nodal(apply(grid, grid.x[None], "to_dense")[0]),
                shares[:w].sum() + shares[w] * nodal(start[:, None] + inside),
                shares[w + 1 :].sum() + shares[w] * nodal(above),
            )
        )
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _density(profile: Profile, w: int) -> np.ndarray:
    """Return the density of ``p_t`` in x at the distinct dense points of one well, (T, N)."""
    grid = profile.grids[w]
    ratio = np.maximum(profile.occupied[:, w, None, None] * (1.0 + profile.excess[w]), 0.0)
    per_x = ratio * (grid.density_per_eta / grid.x_per_eta)
    dense = np.maximum(apply(grid, per_x, "to_dense"), 0.0)
    return nodal(dense * grid.stack("dense_weight"))
