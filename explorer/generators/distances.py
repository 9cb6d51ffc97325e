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

    def log_ratio(self) -> tuple[np.ndarray, np.ndarray]:
        """Return ``log(p_t / pi)`` (T, N) and the log masses of pi (N,) at all nodes."""
        logs, masses = [], []
        for w, grid in enumerate(self.grids):
            with np.errstate(divide="ignore"):
                share = np.log(self.occupied[:, w] / self.shares[w])[:, None, None]
                log_h = np.log1p(np.maximum(self.excess[w], -1.0)) + share
                masses.append(np.log(self.shares[w] * grid.mass).ravel())
            logs.append(log_h.reshape(log_h.shape[0], -1))
        return np.concatenate(logs, axis=1), np.concatenate(masses)


def total_variation(profile: Profile) -> np.ndarray:
    """Return ``1/2 int |p_t - pi| dx`` at each time, (T,)."""
    total = np.zeros(len(profile.occupied))
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


def wasserstein_1(profile: Profile, gaps: list[np.ndarray]) -> np.ndarray:
    """Return ``W1 = int |F_t - F| dx``, (T,), given ``F_t - F`` at the nodes of every well."""
    total = np.zeros(len(profile.occupied))
    for w, grid in enumerate(profile.grids):
        total = total + absolute_integral(grid, gaps[w] * grid.x_per_eta, plain=True)
        if w:
            width = grid.edges[0] - profile.grids[w - 1].edges[-1]
            total = total + np.abs(gaps[w][:, 0, 0]) * width
    return total


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


def wasserstein_2(profile: Profile, gaps: list[np.ndarray]) -> np.ndarray:
    """Return W2, (T,): its square is ``int (y(x) - x)^2 dpi`` with ``F_t(y) = F(x)``."""
    x, mass, below, above = _nodes_of_pi(profile.grids, profile.shares)
    gap = np.concatenate([_nodal(g) for g in gaps], axis=1)
    density = np.concatenate([_density(profile, w) for w in range(len(profile.grids))], axis=1)
    law = Quantiles(profile.grids, x, below + gap, above - gap, density)
    shift = law.at(below, above) - x
    squares = (shift * shift) @ mass
    return np.sqrt(squares + _jumps(profile, law, shift, squares))


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


def wasserstein_2_of_uniform(
    grids: tuple[Grid, ...], shares: np.ndarray, low: float, high: float
) -> float:
    """Return W2 between the uniform law on [low, high], with its known quantiles, and pi."""
    x, mass, below, _ = _nodes_of_pi(grids, shares)
    return float(np.sqrt(mass @ (low + (high - low) * below - x) ** 2))


class Quantiles:
    """Inverse of the distribution functions of T laws, by monotone cubics in the logarithm.

    Below the median of pi ``log F`` is inverted, above it ``log(1 - F)``; the place is measured by
    ``asinh((x - c) / s)``. So Gaussian and power tails are both smooth.
    """

    def __init__(
        self,
        grids: tuple[Grid, ...],
        x: np.ndarray,
        below: np.ndarray,
        above: np.ndarray,
        density: np.ndarray,
    ) -> None:
        """Take the distinct nodes ``x`` (N,) and the values (T, N) there."""
        first, last = grids[0], grids[-1]
        self.ends = (first.edges[0], last.edges[-1])
        self.powers = (
            first.power(0) if first.elements.radau[0] else None,
            last.power(1) if last.elements.radau[1] else None,
        )
        self.x, self.below, self.above, self.density = x, below, above, density
        middle = np.searchsorted(below[0], [0.25, 0.5, 0.75]).clip(0, x.size - 1)
        low, self.centre, high = x[middle]
        self.scale = max(high - low, 1e-3 * (x[-1] - x[0]))

    def at(self, below: np.ndarray, above: np.ndarray) -> np.ndarray:
        """Return the quantiles (T, m) of all laws at increasing levels (m,), from either tail."""
        is_low = below < 0.5
        low = self._invert(None, below[is_low], mirrored=False)
        high = self._invert(None, above[~is_low], mirrored=True)
        return np.concatenate([low, high], axis=1)

    def rows(self, rows: np.ndarray, below: np.ndarray) -> np.ndarray:
        """Return the quantiles (k, m) of the laws ``rows`` (k,) at levels ``below`` (k, m)."""
        return self._invert(rows, np.clip(below, 1e-300, 1.0), mirrored=False)

    def level(self, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return the distribution functions of the laws ``rows`` (k,) at ``places`` (k,)."""
        return np.array(
            [np.interp(v, self.x, self.below[r]) for r, v in zip(rows, places, strict=True)]
        )

    def _invert(self, rows, targets: np.ndarray, *, mirrored: bool) -> np.ndarray:
        x, cdf, density = self.x, self.below, self.density
        end, power = self.ends[0], self.powers[0]
        if mirrored:
            x, cdf, density = -x[::-1], self.above[:, ::-1], density[:, ::-1]
            end, power = -self.ends[1], self.powers[1]
        if rows is not None:
            cdf, density = cdf[rows], density[rows]
        cdf = np.maximum.accumulate(np.maximum(cdf, 1e-300), axis=1)
        centre = -self.centre if mirrored else self.centre
        z = (x - centre) / self.scale
        with np.errstate(over="ignore"):  # beyond the support: it is held to 3 rises below
            slope = np.minimum(density * self.scale * np.sqrt(1.0 + z * z) / cdf, 1e280)
        want = np.broadcast_to(targets, (len(cdf), np.shape(targets)[-1]))
        place = _invert_logarithm(np.arcsinh(z), cdf, slope, want)
        y = centre + self.scale * np.sinh(place)
        under = want < cdf[:, :1]
        if under.any():
            share = np.minimum(want / cdf[:, :1], 1.0)
            first = x[0] if power is None else end + (x[0] - end) * share ** (1.0 / power)
            y = np.where(under, first, y)
        return -y if mirrored else y


def _invert_logarithm(
    tau: np.ndarray, cdf: np.ndarray, slope: np.ndarray, targets: np.ndarray
) -> np.ndarray:
    """Return the places where ``log cdf`` (T, N), with the slopes given, reaches log targets."""
    k = np.stack([np.searchsorted(r, u, side="right") for r, u in zip(cdf, targets, strict=True)])
    k = np.clip(k - 1, 0, tau.size - 2)
    row = np.arange(len(cdf))[:, None]
    f0, f1 = cdf[row, k], cdf[row, k + 1]
    step = tau[k + 1] - tau[k]
    rise = np.maximum(np.log(f1 / f0), 1e-300)
    d0 = np.minimum(slope[row, k] * step, 3.0 * rise)  # Fritsch and Carlson: stays monotone
    d1 = np.minimum(slope[row, k + 1] * step, 3.0 * rise)
    want = np.clip(np.log1p(np.maximum((targets - f0) / f0, 0.0)), 0.0, rise)
    s = want / rise
    a, b = d0 + d1 - 2.0 * rise, 3.0 * rise - 2.0 * d0 - d1
    for _ in range(3):
        grade = np.maximum(d0 + s * (2.0 * b + 3.0 * s * a), 0.02 * rise)
        s = np.clip(s - (s * (d0 + s * (b + s * a)) - want) / grade, 0.0, 1.0)
    return tau[k] + step * s


def quantiles(grids: tuple[Grid, ...], shares: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the quantiles of pi at increasing ``levels`` in (0, 1)."""
    x, _, below, above = _nodes_of_pi(grids, shares)
    density = np.concatenate(
        [share * np.exp(_nodal(g.log_density)) for share, g in zip(shares, grids, strict=True)]
    )
    law = Quantiles(grids, x, below[None], above[None], density[None])
    return law.at(levels, 1.0 - levels)[0]


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
