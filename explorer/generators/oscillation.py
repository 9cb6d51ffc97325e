"""How many eigenvalues lie below a number: count the zeros of a flux.

Shoot from the left end with ``u = 1`` and no flux, ``u' = e^{-C} Z p``, ``p' = -lambda pi u``. The
flux ``p`` has as many zeros inside the domain as there are eigenvalues ``0 < lambda_k < lambda``
(Sturm). On a panel both basic solutions are power series in ``lambda``, which converge fast
because a panel is short; panels are then joined by their 2 x 2 transfer matrices.

This shares the mesh with the Green operator and nothing else, so it is an independent check.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.generators.green import Green
from explorer.generators.quadrature import FORWARD, WEIGHTS

TERMS = 60
CONVERGED = 1e-14
LARGE = 1e100


def eigenvalues_below(green: Green, values: Sequence[float]) -> list[int] | None:
    """Return for each value the number of eigenvalues ``0 < unit lambda_k < value``.

    None if a series has not converged: the value is far above what the mesh resolves.

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> from explorer.generators.solve import solve
    >>> s = solve(Generator("1", "-x"))  # 1, 2, 3, ...
    >>> eigenvalues_below(s.green, [0.5 * s.unit, 3.5 * s.unit])
    [0, 3]
    """
    basis = _panel_solutions(green, np.array(values)[:, None, None, None])
    if basis is None:
        return None
    flux, u_end, flux_end = basis
    counts = []
    lumps = [
        lump * float(green.mass[panel, -1])
        for panel, lump in zip((green.split - 1, -1), green.lump, strict=True)
    ]
    for i, value in enumerate(values):
        ends = [value * lump for lump in lumps]
        first, second, last = _join(u_end[i].tolist(), flux_end[i].tolist(), ends)
        inside = (first * flux[i, 0] + second * flux[i, 1]).ravel()
        signs = np.sign(np.append(inside, last))
        signs = signs[signs != 0.0]
        counts.append(int(np.count_nonzero(signs[1:] != signs[:-1])))
    return counts


def _panel_solutions(green, values):
    """Return fluxes (V, 2, P, 20) of the solutions from (1, 0) and (0, 1), and their ends."""
    mass = green.ordered(green.mass).reshape(-1, len(WEIGHTS)) * -values
    scale = green.ordered(green.scale).reshape(-1, len(WEIGHTS))
    term = np.array((np.ones_like(scale), scale @ FORWARD))[None]
    ends = np.array((np.ones(len(scale)), scale @ WEIGHTS))[None]
    flux = np.zeros((len(values), 2, *scale.shape))
    flux[:, 1] = 1.0
    u_end, flux_end, largest = ends, flux[..., 0].copy(), ends
    for _ in range(TERMS):
        slope = mass * term
        step = slope @ FORWARD
        flux += step
        flux_end += slope @ WEIGHTS
        slope = scale * step
        term, ends = slope @ FORWARD, slope @ WEIGHTS
        u_end = u_end + ends
        largest = np.maximum(largest, np.abs(ends))
        if (np.abs(ends) <= CONVERGED * largest).all():
            return flux, u_end, flux_end
    return None


def _join(u_end, flux_end, lumps):
    """Return ``u`` and ``p`` at the left edges, each (P, 1), and ``p`` at the end.

    All are up to a positive factor that may differ from panel to panel.
    """
    u, p, starts = 1.0, -lumps[0], []
    for u_one, u_two, p_one, p_two in zip(*u_end, *flux_end, strict=True):
        starts.append((u, p))
        u, p = u * u_one + p * u_two, u * p_one + p * p_two
        size = max(abs(u), abs(p))
        if not 1.0 / LARGE < size < LARGE:
            u, p = u / size, p / size
    u_starts, p_starts = np.array(starts).T[:, :, None]
    return u_starts, p_starts, p - lumps[1] * u
