"""Distances between ``p_t`` and pi from nodal values: total variation, KL and chi2.

All are computed from the *difference* of the two laws, so late times keep their relative accuracy.
``transport`` has the Wasserstein distances.
"""

from __future__ import annotations

import numpy as np

from explorer.generators.element_integrals import absolute_integral
from explorer.generators.profile import Profile


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


def chi_square_at_cuts(profile: Profile) -> np.ndarray:
    """Return the share of chi2 that sits in the outermost elements, (T,).

    Where it is not small, ``p_t^2 / pi`` has not fallen off before the ends of the elements.
    """
    ends = np.zeros(len(profile.occupied))
    for w, element, is_cut in (
        (0, 0, profile.grids[0].elements.is_cut[0]),
        (-1, -1, profile.grids[-1].elements.is_cut[1]),
    ):
        if is_cut:
            squares = profile.excess[w][:, element] ** 2 @ profile.grids[w].mass[element]
            ends += profile.occupied[:, w] ** 2 * squares / profile.shares[w]
    return ends / np.maximum(chi_square(profile), 1e-300)


def between_wells(profile: Profile, w: int, inside: np.ndarray) -> np.ndarray:
    """Return the part of chi2 that well ``w`` contributes, given the chi2 inside the well."""
    off = profile.occupied[:, w] - profile.shares[w]
    return (off * off + profile.occupied[:, w] ** 2 * inside) / profile.shares[w]
