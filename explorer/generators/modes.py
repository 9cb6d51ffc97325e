"""All modes of one well: the symmetric eigenvalue problem of its elements.

``S = m^(-1/2) K m^(-1/2)`` with the diagonal mass matrix ``m`` and the stiffness matrix ``K`` is
symmetric and never negative, and constants are its exact null vector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.elements import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """All modes of one discretised well, M = N - 1.

    Attributes
    ----------
    rates : (M,) increasing; the null rate of the constants is left out
    values : (N, M) eigenfunctions, ``E[phi^2] = 1`` in the well, negative at the left end
    """

    rates: np.ndarray
    values: np.ndarray


def modes(grid: Grid) -> Modes:
    """Return every mode of the discretised well: one symmetric eigenvalue problem of size N."""
    count, q = grid.x.shape
    size = count * (q - 1) + 1
    half_mass = 0.5 * grid.log_node_mass
    factors = grid.stack("derivative") * np.exp(
        0.5 * grid.stiffness[:, :, None] - grid.spread(half_mass)[:, None, :]
    )
    blocks = factors.transpose(0, 2, 1) @ factors
    matrix = np.zeros((size, size))
    for k, block in enumerate(blocks):
        matrix[k * (q - 1) : k * (q - 1) + q, k * (q - 1) : k * (q - 1) + q] += block
    # The null vector is known exactly; moved to the top it cannot mix with slow modes.
    constant = np.exp(half_mass)
    bound = 1.01 * np.abs(matrix).sum(axis=0).max()
    rates, vectors = np.linalg.eigh(matrix + bound * np.outer(constant, constant))
    rates, vectors = np.maximum(rates[:-1], 0.0), vectors[:, :-1]
    leading = np.argmax(np.abs(vectors) > 1e-3, axis=0)
    vectors *= -np.sign(vectors[leading, np.arange(size - 1)])
    return Modes(rates=rates, values=vectors / constant[:, None])
