"""Integrals over elements: running ones, and those of absolute values.

A sign change inside an element is located on a fine grid, so ``int |f|`` is as exact as ``int f``.
"""

from __future__ import annotations

import numpy as np

from explorer.generators.elements import Grid


def nodal(values: np.ndarray) -> np.ndarray:
    """Flatten (..., E, q) to the distinct nodes (..., N)."""
    flat = values[..., :-1].reshape(*values.shape[:-2], -1)
    return np.concatenate([flat, values[..., -1, -1:]], axis=-1)


def totals(grid: Grid, f: np.ndarray) -> np.ndarray:
    """Return the integral of ``f`` (T, E, q), given per eta, over each element: (T, E)."""
    return np.einsum("teq,eq->te", f, grid.stack("weights"))


def apply(grid: Grid, f: np.ndarray, name: str) -> np.ndarray:
    """Apply a table of the reference elements to nodal values (T, E, q): (T, E, rows).

    ``"to_node"`` and ``"dense_integral"`` integrate from the left end of each element,
    ``"to_dense"`` interpolates.
    """
    inner, first, last = (getattr(reference, name) for reference in grid.references)
    result = f @ inner.T
    if first is not inner:
        result[:, 0] = f[:, 0] @ first.T
    if last is not inner and f.shape[1] > 1:
        result[:, -1] = f[:, -1] @ last.T
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
