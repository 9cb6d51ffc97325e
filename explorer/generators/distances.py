"""Distances between ``p_t`` and ``pi`` from nodal values: TV, KL, chi2, W1, W2.

Everything is computed from the *difference*, so that late times keep their relative accuracy. With
``G = F_t - F`` the difference of the distribution functions, ``TV = 1/2 int |dG|`` and
``W1 = int |G| dx``: both are sums of ``|change|`` between the sign changes of a polynomial, which
are located inside the elements. ``W2`` couples equal quantiles: ``F_t(y) = F(x)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.elements import Grid

NAMES = ("chi2", "l2", "tv", "kl", "w1", "w2")


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The law at T times, well by well.

    Attributes
    ----------
    grids : W grids
    shares : (W,) stationary mass of each well
    occupied : (T, W) mass of ``p_t`` in each well
    excess : W arrays (T, E, q), ``h - 1`` with h the density of the law in the well over that of
        pi in the well
    """

    grids: tuple[Grid, ...]
    shares: np.ndarray
    occupied: np.ndarray
    excess: tuple[np.ndarray, ...]

    def difference(self, w: int) -> np.ndarray:
        """Return ``(p_t - pi) / pi_w`` at the nodes of well w, (T, E, q)."""
        occupied = self.occupied[:, w, None, None]
        return occupied * self.excess[w] + (occupied - self.shares[w])


def total_variation(profile: Profile) -> np.ndarray:
    """Return ``1/2 int |p_t - pi| dx`` at each time, (T,)."""
    total = 0.0
    for w, grid in enumerate(profile.grids):
        total = total + absolute_integral(grid, profile.difference(w) * grid.density_per_eta)
    return 0.5 * total


def kullback_leibler(profile: Profile) -> np.ndarray:
    """Return ``KL(p_t || pi)``, (T,), by the chain rule over wells."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(profile.occupied > 0.0, profile.occupied / profile.shares, 1.0)
        between = profile.occupied * np.log(ratio)
    # Summed as a convex function of the ratio: no cancellation between wells at late times.
    off = profile.occupied / profile.shares - 1.0
    within = np.where(np.abs(off) < 1e3, profile.shares * relative_entropy(off), between)
    total = within.sum(axis=1) if len(profile.grids) > 1 else np.zeros(len(off))
    for w, grid in enumerate(profile.grids):
        inside = np.einsum("teq,eq->t", relative_entropy(profile.excess[w]), grid.mass)
        total = total + profile.occupied[:, w] * inside
    return total


def relative_entropy(excess: np.ndarray) -> np.ndarray:
    """Return ``(1 + e) log(1 + e) - e``, never negative; ``e < -1`` counts as -1."""
    e = np.maximum(excess, -1.0)
    small = np.abs(e) < 1e-3
    s = np.where(small, e, 0.0)
    series = s * s * (0.5 + s * (-1.0 / 6.0 + s * (1.0 / 12.0 - s / 20.0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = np.where(e > -1.0, (1.0 + e) * np.log1p(e) - e, 1.0)
    return np.where(small, series, exact)


def chi_square(profile: Profile) -> np.ndarray:
    """Return ``int (p_t - pi)^2 / pi dx`` from nodal values, (T,)."""
    total = np.zeros(len(profile.occupied))
    for w, grid in enumerate(profile.grids):
        inside = np.einsum("teq,teq,eq->t", profile.excess[w], profile.excess[w], grid.mass)
        total = total + between_wells(profile, w, inside)
    return total


def between_wells(profile: Profile, w: int, inside: np.ndarray) -> np.ndarray:
    """Return the part of chi2 that well ``w`` contributes, given the chi2 inside the well."""
    off = profile.occupied[:, w] - profile.shares[w]
    return (off * off + profile.occupied[:, w] ** 2 * inside) / profile.shares[w]


def wasserstein(profile: Profile) -> tuple[np.ndarray, np.ndarray]:
    """Return ``W1`` and ``W2`` between ``p_t`` and pi, each (T,), in the units of x."""
    gaps = cumulative_difference(profile)
    first = np.zeros(len(profile.occupied))
    for w, grid in enumerate(profile.grids):
        first = first + absolute_integral(grid, gaps[w] * grid.x_per_eta, plain=True)
        if w:
            width = grid.edges[0] - profile.grids[w - 1].edges[-1]
            first = first + np.abs(gaps[w][:, 0, 0]) * width
    return first, np.sqrt(_squared_shift(profile, gaps))


def cumulative_difference(profile: Profile) -> list[np.ndarray]:
    """Return ``F_t - F`` at the nodes of every well, (T, E, q), summed from the nearer end."""
    pieces = [profile.difference(w) * g.density_per_eta for w, g in enumerate(profile.grids)]
    totals = [_totals(g, f) for g, f in zip(profile.grids, pieces, strict=True)]
    joined = np.concatenate(totals, axis=1)
    masses = [s * g.mass.sum(axis=1) for s, g in zip(profile.shares, profile.grids, strict=True)]
    is_left = np.cumsum(np.concatenate(masses)) < 0.5
    left = np.cumsum(joined, axis=1) - joined
    right = -np.cumsum(joined[:, ::-1], axis=1)[:, ::-1]
    at_low = np.where(is_left, left, right)
    result, begin = [], 0
    for grid, f in zip(profile.grids, pieces, strict=True):
        end = begin + f.shape[1]
        result.append(at_low[:, begin:end, None] + _to_nodes(grid, f))
        begin = end
    return result


def _totals(grid: Grid, f: np.ndarray) -> np.ndarray:
    """Return the integral of ``f`` (T, E, q), given per eta, over each element: (T, E)."""
    return np.einsum("teq,eq->te", f, grid.stack("weights"))


def _to_nodes(grid: Grid, f: np.ndarray) -> np.ndarray:
    inner, first, last = grid.references
    result = f @ inner.to_node.T
    if first is not inner:
        result[:, 0] = f[:, 0] @ first.to_node.T
    if last is not inner and f.shape[1] > 1:
        result[:, -1] = f[:, -1] @ last.to_node.T
    return result


def absolute_integral(grid: Grid, f: np.ndarray, *, plain: bool = False) -> np.ndarray:
    """Return the integral of ``|f|`` over all elements, (T,).

    ``f`` (T, E, q) is given per eta; ``plain`` leaves out the weight of Radau elements.
    """
    weights = grid.stack("plain" if plain else "weights")
    whole = np.abs(np.einsum("teq,eq->te", f, weights))
    mixed = (f.min(axis=2) < 0.0) & (f.max(axis=2) > 0.0)
    kinds = np.zeros(f.shape[1], dtype=int)
    kinds[-1], kinds[0] = 2, 1
    for kind, table in enumerate(grid.references):
        t, e = np.nonzero(mixed & (kinds == kind))
        if not t.size:
            continue
        values = f[t, e]
        running = values @ (table.fine_plain if plain else table.fine_integral).T
        density = values @ table.to_fine.T
        if not plain:
            density = density * table.fine_weight
        whole[t, e] = _total_variation_of(running, density, table.fine[1] - table.fine[0])
    return whole.sum(axis=1)


def _total_variation_of(running: np.ndarray, density: np.ndarray, step: float) -> np.ndarray:
    """Return ``int |density|`` from the running integral and the density on a fine grid.

    Between two points of opposite sign the running integral has one extremum; it is taken from
    the cubic that matches both values and both slopes, so its error is of fourth order.
    """
    change = np.diff(running, axis=1)
    low, high = density[:, :-1], density[:, 1:]
    turns = low * high < 0.0
    d0, d1, rise = low[turns], high[turns], change[turns] / step
    a, b = 3.0 * (d0 + d1 - 2.0 * rise), 6.0 * rise - 4.0 * d0 - 2.0 * d1
    root = np.sqrt(np.maximum(b * b - 4.0 * a * d0, 0.0))
    denominator = -b + np.where(d0 > 0.0, root, -root)  # the root at which the slope d0 is undone
    s = np.clip(2.0 * d0 / np.where(denominator == 0.0, 1.0, denominator), 0.0, 1.0)
    extremum = step * s * (d0 + s * (0.5 * b + s * a / 3.0))
    sizes = np.abs(change)
    sizes[turns] = np.abs(extremum) + np.abs(change[turns] - extremum)
    return sizes.sum(axis=1)


def _squared_shift(profile: Profile, gaps: list[np.ndarray]) -> np.ndarray:
    """Return ``int (y(x) - x)^2 dpi`` with ``F_t(y) = F(x)``: the square of W2, (T,)."""
    x, mass, low_tail, high_tail = _nodes_of_pi(profile.grids, profile.shares)
    gap = np.concatenate([_nodal(g) for g in gaps], axis=1)
    density = np.concatenate([_density(profile, w) for w in range(len(profile.grids))], axis=1)
    is_left = low_tail < 0.5
    ends, exponents = _end_powers(profile.grids)
    left = _invert(x, low_tail + gap, density, low_tail[is_left], ends[0], exponents[0])
    right = -_invert(
        -x[::-1],
        (high_tail - gap)[:, ::-1],
        density[:, ::-1],
        high_tail[~is_left],
        -ends[1],
        exponents[1],
    )
    shift = np.concatenate([left - x[is_left], right - x[~is_left]], axis=1)
    weight = np.concatenate([mass[is_left], mass[~is_left]])
    return (shift * shift) @ weight


def wasserstein_of_points(
    grids: tuple[Grid, ...], shares: np.ndarray, levels: np.ndarray, points: np.ndarray
) -> tuple[float, float]:
    """Return W1 and W2 between equal weights on sorted points and pi.

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
    return first, second**0.5


def quantiles(grids: tuple[Grid, ...], shares: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the quantiles of pi at increasing ``levels`` in (0, 1)."""
    x, _, below, above = _nodes_of_pi(grids, shares)
    density = np.concatenate(
        [share * np.exp(_nodal(g.log_density)) for share, g in zip(shares, grids, strict=True)]
    )
    is_low = levels < 0.5
    ends, powers = _end_powers(grids)
    low = _invert(x, below[None], density[None], levels[is_low], ends[0], powers[0])[0]
    high = _invert(
        -x[::-1],
        above[None, ::-1],
        density[None, ::-1],
        1.0 - levels[~is_low],
        -ends[1],
        powers[1],
    )[0]
    return np.concatenate([low, -high])


def _end_powers(grids: tuple[Grid, ...]):
    """Return the outer ends, and the exponents g of pi there if their elements are Radau's."""
    first, last = grids[0], grids[-1]
    left = first.power(0) if first.elements.radau[0] else None
    right = last.power(1) if last.elements.radau[1] else None
    return (first.edges[0], last.edges[-1]), (left, right)


def _nodal(values: np.ndarray) -> np.ndarray:
    """Flatten (..., E, q) to the distinct nodes (..., N)."""
    flat = values[..., :-1].reshape(*values.shape[:-2], -1)
    return np.concatenate([flat, values[..., -1, -1:]], axis=-1)


def _nodes_of_pi(grids: tuple[Grid, ...], shares: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the nodes, their masses, and the stationary mass below and above each."""
    parts = []
    for w, grid in enumerate(grids):
        f = grid.density_per_eta[None]
        totals = _totals(grid, f)[0]
        inside = _to_nodes(grid, f)[0]
        start = np.cumsum(totals) - totals
        rest = np.cumsum(totals[::-1])[::-1]
        above = np.maximum(rest[:, None] - inside, 0.0)
        parts.append(
            (
                _nodal(grid.x),
                shares[w] * grid.gather(grid.mass),
                shares[:w].sum() + shares[w] * _nodal(start[:, None] + inside),
                shares[w + 1 :].sum() + shares[w] * _nodal(above),
            )
        )
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _density(profile: Profile, w: int) -> np.ndarray:
    """Return the density of ``p_t`` in x at the distinct nodes of one well, (T, N)."""
    pi = np.exp(_nodal(profile.grids[w].log_density))
    return np.maximum(profile.occupied[:, w, None] * (1.0 + _nodal(profile.excess[w])), 0.0) * pi


def _invert(x, cdf, density, targets, end, power):
    """Return ``y`` (T, m) with ``cdf(y) = targets``, by monotone cubic interpolation.

    ``cdf`` and ``density`` (T, N) are values at the increasing places ``x``. Below the first one
    the law is a power of the distance from ``end``, or ends there.
    """
    cdf = np.maximum.accumulate(np.maximum(cdf, 0.0), axis=1)
    last = x.size - 2
    k = np.stack([np.searchsorted(row, targets, side="right") for row in cdf]) - 1
    below = k < 0
    k = np.clip(k, 0, last)
    row = np.arange(len(cdf))[:, None]
    f0, f1 = cdf[row, k], cdf[row, k + 1]
    step = x[k + 1] - x[k]
    rise = np.maximum(f1 - f0, 1e-300)
    d0 = np.minimum(density[row, k] * step, 3.0 * rise)  # Fritsch and Carlson: stays monotone
    d1 = np.minimum(density[row, k + 1] * step, 3.0 * rise)
    want = np.clip(targets - f0, 0.0, rise)
    s = want / rise
    a, b = d0 + d1 - 2.0 * rise, 3.0 * rise - 2.0 * d0 - d1
    for _ in range(3):
        slope = np.maximum(d0 + s * (2.0 * b + 3.0 * s * a), 0.05 * rise)
        s = np.clip(s - (s * (d0 + s * (b + s * a)) - want) / slope, 0.0, 1.0)
    y = x[k] + step * s
    if below.any():
        if power is None:
            first = np.broadcast_to(x[0], y.shape)
        else:
            share = np.clip(targets / np.maximum(cdf[:, :1], 1e-300), 0.0, 1.0)
            first = end + (x[0] - end) * share ** (1.0 / power)
        y = np.where(below, first, y)
    return y
