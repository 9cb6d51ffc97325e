"""Leading eigenpairs of a Green operator: Chebyshev-filtered subspace iteration in ``L2(pi)``."""

from __future__ import annotations

import numpy as np

from explorer.generators.green import Green
from explorer.generators.quadrature import BACKWARD, WEIGHTS

GUARD = 4
ROUNDS = 12


def coarse_start(green: Green, count: int):
    """Eigenpairs of ``G`` on functions that are constant on each panel, as a first guess.

    ``<f, G h> = int e^{-C} Z flux_f flux_h dx``; the flux of a panel's indicator is its mass
    further in, partial inside and 0 further out, so that the matrix is semiseparable.
    """
    partial = green.mass @ BACKWARD
    mass = green.mass @ WEIGHTS
    slope = green.scale * partial
    below = (green.scale @ WEIGHTS) @ green.headward
    root = np.sqrt(mass)
    reach = root * below + (slope @ WEIGHTS) / root
    own = below * mass + ((slope * partial) @ WEIGHTS) / mass
    a = green.tailward * root[:, None] * reach
    a = a + a.T
    a[np.diag_indices_from(a)] = own
    ar = a @ root
    a += (root @ ar) * np.outer(root, root) - np.outer(ar, root) - np.outer(root, ar)
    values, vectors = np.linalg.eigh(a)
    f = vectors[:, : -count - 1 : -1].T / root
    return values[::-1][:count], np.repeat(f[:, :, None], green.mass.shape[1], axis=2)


def eigenpairs(green: Green, k: int, *, log_limit: float = np.inf):
    """Return the ``k`` largest eigenvalues of ``G``, their functions and relative residuals.

    Only those eigenvalues are returned with ``-log(value) < log_limit``, but at least one. A
    leading eigenvalue that stands far above the rest is locked: projected out of every image.
    """
    shape = green.mass.shape
    root = np.sqrt(green.weights)
    inner = green.mass / root
    locked = root.reshape(1, -1)  # the constants
    found = []

    def project(g):
        return g - (g @ locked.T) @ locked

    def apply(g):
        slope = inner * g.reshape(-1, *shape)
        flux = slope @ BACKWARD + ((slope @ WEIGHTS) @ green.tailward)[..., None]
        return project((green.climb(flux) * root).reshape(g.shape))

    guess, start = coarse_start(green, min(k + GUARD, shape[0] - 1))
    v = (start * root).reshape(len(start), -1)
    top, bottom = guess[0], max(guess[-1], 1e-15 * guess[0])
    w = apply(v)
    for _ in range(ROUNDS):
        v = _filter(apply, v, w, top, bottom)
        v = np.linalg.qr(project(v).T)[0].T
        w = apply(v)
        values, turn = np.linalg.eigh(v @ w.T)
        values, turn = values[::-1], turn[:, ::-1].T
        v, w = turn @ v, turn @ w
        top, bottom = values[0], max(values[-1], 1e-15 * values[0])
        wanted = max(1, int(np.sum(-np.log(values[:k]) < log_limit)))
        best = values[:wanted]
        residual = np.linalg.norm(w[:wanted] - best[:, None] * v[:wanted], axis=1) / best
        error = residual**2 / (1.0 - 0.9 * bottom / best)
        if error.max() <= 1e-15 and residual[0] <= 1e-10:
            break
    return best, v[:wanted].reshape(-1, *shape) / root, residual


def _filter(apply, v, w, top, bottom):
    """Return ``T_d(2 G / bottom - 1) v``: small on ``[0, bottom]``, steep above; ``w = G v``."""
    degree = min(max(int(10.0 / np.log10(4.0 * top / bottom)), 1), 6)
    before, v = v, (2.0 / bottom) * w - v
    for _ in range(degree - 1):
        before, v = v, (4.0 / bottom) * apply(v) - 2.0 * v - before
    return v
