"""Starts that modes cannot carry: finite volumes until the law is near enough to pi, then modes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.generators.cell_chain import Chain, chain, initial_masses
from explorer.generators.element_chain import place_elements
from explorer.generators.elements import build
from explorer.generators.evolution import Evolution, cloud, settle
from explorer.generators.finite_volume import Path, run
from explorer.generators.plan import Plan

SETTLED = 3e-5  # mass outside the wells, and
NEAR = 1e4  # chi2 in every well, at which modes take over from finite volumes
FAINT = 1e-13  # mass of a cell that rounding may leave, and that does not count in this


def approach(stretch: Plan, limits: tuple[float, float], count: int, tolerance: float) -> Path:
    """Follow a far start by finite volumes until modes can take over.

    ``limits`` are the shortest and the longest time, ``count`` the number of cells, ``tolerance``
    that of a time step.
    """
    shortest, longest = limits
    c = chain(stretch, shortest, count)
    masses = initial_masses(c, *cloud(stretch.start, c.edges))
    wells = _cells_of_wells(stretch, c)
    span = (min(0.1 * shortest, c.dwell(masses)), longest)
    return run(c, masses, span, lambda w: _is_near(c, w, wells), tolerance=tolerance)


def _cells_of_wells(stretch: Plan, c: Chain) -> list[np.ndarray]:
    """Return masks (n,) of the cells inside each well."""
    owner = np.searchsorted(stretch.borders, c.centres)
    x = stretch.picture.x
    inside = np.zeros(c.log_mass.size, dtype=bool)
    for first, last in stretch.natural:
        inside |= (c.centres >= x[first]) & (c.centres <= x[last])
    return [inside & (owner == k) for k in range(len(stretch.natural))]


def _is_near(c: Chain, w: np.ndarray, wells: list[np.ndarray]) -> bool:
    """Tell whether the masses ``w`` (n,) are near enough to pi for modes."""
    if w[~np.logical_or.reduce(wells)].sum() > SETTLED:
        return False
    for well in wells:
        if not well.any():
            continue
        m = np.exp(c.log_mass[well] - c.log_mass[well].max())
        part = np.where(w[well] > FAINT, w[well], 0.0)
        if (part**2 / m).sum() * m.sum() > NEAR * max(part.sum(), 1e-12) ** 2:
            return False
    return True


def take_over(stretch: Plan, path: Path, degree: int, gap: float) -> Evolution:
    """Put the end of a finite-volume path on the modes."""
    stretch = replace(stretch, ranges=stretch.natural)
    grids = tuple(
        build(stretch.pieces, elements, degree) for elements in place_elements(stretch, None)
    )
    centres, w = path.chain.centres, path.masses[-1]
    # The density relative to pi is smooth: interpolated, it excites no mode that is not there.
    log_h = np.log(np.maximum(w, 1e-290)) - path.chain.log_mass
    loads = []
    for grid in grids:
        h = np.interp(grid.x, centres, log_h)
        loads.append(grid.gather(grid.mass * np.exp(h - h.max())))
    owner = np.searchsorted(stretch.borders, centres)
    occupied = np.bincount(owner, weights=w, minlength=len(grids))
    evolution = settle(stretch, grids, loads, occupied, gap)
    return replace(evolution, origin=float(path.times[-1]))
