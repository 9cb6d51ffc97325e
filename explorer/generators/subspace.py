"""Leading eigenpairs of a Green operator: Chebyshev-filtered subspace iteration in ``L2(pi)``.

Chen's iteration ``f <- G f`` on a block of functions, sped up by the Chebyshev polynomial that is
small on the unwanted eigenvalues ``[0, bottom]`` of ``G`` and steep above, with a Rayleigh-Ritz
step per round. Functions are rows ``f sqrt(weights)``, so that inner products are plain.

Reference: Saad, Numerical Methods for Large Eigenvalue Problems (2011), ch. 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.green import Green
from explorer.generators.quadrature import BACKWARD, WEIGHTS

LONGEST = 16  # degree of the filter
GUARD = 5  # functions beyond those wanted
STRAY = 2  # of them from no guess
ROUNDS = 12
STALLS = 3  # rounds without progress: rounding is reached
PRECISE = 1e-12  # relative error of an eigenvalue at which to stop, estimated from above
SMOOTH, SMOOTH_REST = 1e-10, 3e-8  # residuals at which to stop: of the first, of the others
SHARP = 1e-13  # residual at which a leading function may be locked
APART = 100.0  # how far above the next its eigenvalue must be
LARGEST = 96  # panels that the start treats one by one
RESOLVED = 1e-6  # relative error beyond which a higher eigenvalue is left out


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Leading eigenpairs of ``G / unit``.

    Parameters
    ----------
    values : numpy.ndarray, shape (k,)
        Decreasing; at least one.
    functions : numpy.ndarray, shape (k, P, 20)
        Orthogonal, ``E_pi f = 0``, ``E_pi f^2 = 1``.
    residuals : numpy.ndarray, shape (k,)
        ``|G f - value f| / value``.
    errors : numpy.ndarray, shape (k,)
        Relative errors of the values estimated from the residuals.
    beyond : numpy.ndarray, shape (0 or 1, P, 20)
        The next function, roughly.
    """

    values: np.ndarray
    functions: np.ndarray
    residuals: np.ndarray
    errors: np.ndarray
    beyond: np.ndarray


def eigenpairs(green: Green, k: int, *, log_limit: float = math.inf) -> Pairs:
    """Return the ``k`` largest eigenvalues of ``G / unit``, with their functions.

    Fewer come back where ``-log(value) >= log_limit``, and where rounding, amplified by the
    largest eigenvalue, has drowned the others. An eigenvalue far above the rest is locked: its
    function is projected out of every image, which saves the others up to ratios of about 1e26.
    """
    space = _Space(green)
    values, v = _start(green, k + GUARD, space.root)
    found, pairs = [], []
    while len(found) < k - 1 and values[0] > APART * values[1] > 0.0:
        first = _settled(space, v[:1])
        if first is None:
            break
        found.append(first)
        values, v = values[1:], v[1:]
    v = space.orthonormal(v)
    w = space.apply(v)
    stalls, last = 0, math.inf
    for _ in range(ROUNDS):
        v = space.orthonormal(_filter(space.apply, v, w, values))
        values, v, w = _ritz(v, space.apply(v))
        pairs = [_judge(values, v, w, k - len(found), log_limit)]
        if _stands_out(pairs[0]):
            found.append(_first(pairs[0]))
            space.lock(v[:1])
            v = space.orthonormal(space.apply(space.orthonormal(v[1:])))
            values, v, w = _ritz(v, space.apply(v))  # the old images are noise of the locked one
            pairs, last = [_judge(values, v, w, k - len(found), log_limit)], math.inf
            continue
        worst = pairs[0].errors.max()
        stalls += worst > 0.5 * last
        last = worst
        if (worst <= PRECISE and _is_smooth(pairs[0].residuals)) or stalls == STALLS:
            break
    return _collect(found + pairs, space.root)


class _Space:
    """``L2(pi)`` without the constants and the locked functions, and ``G`` on it."""

    def __init__(self, green: Green) -> None:
        self.green = green
        self.root = np.sqrt(green.weights)
        self.inner = green.mass / self.root
        self.locked = self.root.reshape(1, -1)  # the constants

    def apply(self, g):
        """Return ``G g`` for rows ``g``, projected."""
        flux = self.green.flux(self.inner * g.reshape(-1, *self.root.shape))
        return self.project((self.green.climb(flux) * self.root).reshape(g.shape))

    def project(self, g):
        """Remove the locked functions, and again what rounding left of them."""
        for _ in self.locked:
            g = g - (g @ self.locked.T) @ self.locked
        return g

    def orthonormal(self, g):
        """Return an orthonormal basis of the rows, without the locked functions."""
        for _ in self.locked:
            g = np.linalg.qr((g - (g @ self.locked.T) @ self.locked).T)[0].T
        return g

    def lock(self, g):
        """Lock a converged function; a fresh image is free of the rounding of rotations."""
        sharp = self.apply(g)
        self.locked = np.concatenate((self.locked, sharp / np.linalg.norm(sharp)))


def _settled(space, g):
    """Iterate a function whose eigenvalue stands far above the others, and lock it."""
    for _ in range(ROUNDS):
        image = space.apply(g)
        value = np.linalg.norm(image)
        residual = np.linalg.norm(image / value - g)
        g = image / value
        if residual < SHARP:
            space.lock(g)
            one = np.array([value]), g, np.array([residual]), np.array([residual**2]), g[1:]
            return Pairs(*one)
    return None


def _ritz(v, w):
    """Return Ritz values and rotated rows ``v`` and ``w = G v``, largest first."""
    values, turn = np.linalg.eigh(v @ w.T)
    turn = turn[:, ::-1].T
    return values[::-1], turn @ v, turn @ w


def _filter(apply, v, w, values):
    """Return ``T_d(2 G / bottom - 1) v``, given ``w = G v``."""
    if not 0.0 < values[0] < math.inf:
        raise np.linalg.LinAlgError("The operator leaves the range of doubles.")
    bottom = max(values[-1], 1e-15 * values[0])
    degree = min(max(int(10.0 / math.log10(4.0 * values[0] / bottom)), 1), LONGEST)
    before, v = v, (2.0 / bottom) * w - v
    for _ in range(degree - 1):
        before, v = v, (4.0 / bottom) * apply(v) - 2.0 * v - before
    return v


def _judge(values, v, w, k, log_limit):
    """Return the wanted pairs with residuals and errors."""
    floor = math.exp(min(-log_limit, 700.0))
    wanted = max(1, int(np.count_nonzero(values[:k] > floor)))
    best = values[:wanted]
    residuals = np.linalg.norm(w[:wanted] - best[:, None] * v[:wanted], axis=1) / np.abs(best)
    errors = residuals**2 / (1.0 - 0.9 * np.clip(values[-1] / best, 0.0, 1.0))
    return Pairs(best, v[:wanted], residuals, errors, v[wanted : wanted + 1])


def _stands_out(pairs):
    values = pairs.values
    return len(values) > 1 and pairs.residuals[0] < SHARP and values[0] > APART * values[1]


def _is_smooth(residuals):
    return residuals[0] <= SMOOTH and residuals.max() <= SMOOTH_REST


def _first(pairs):
    first = (pairs.values, pairs.functions, pairs.residuals, pairs.errors, pairs.functions[1:])
    return Pairs(*(array[:1] for array in first))


def _collect(parts, root):
    """Join locked pairs and the rest, without what is not resolved."""
    values = np.concatenate([part.values for part in parts])
    errors = np.concatenate([part.errors for part in parts])
    count = max(1, int(np.argmin(np.append((errors < RESOLVED) & (values > 0.0), False))))
    functions = np.concatenate([*(part.functions for part in parts), parts[-1].beyond])
    functions = functions.reshape(-1, *root.shape) / root
    residuals = np.concatenate([part.residuals for part in parts])
    return Pairs(
        values[:count],
        functions[:count],
        residuals[:count],
        errors[:count],
        functions[count : count + 1],
    )


def _start(green, count, root):
    """Return values and rows to start from: a coarse solution, and rows that miss nothing."""
    values, functions = _coarse(green, min(count - STRAY, len(green.mass) - 1))
    rows = (functions * root).reshape(len(functions), -1)
    level = root / np.linalg.norm(root, axis=1, keepdims=True)  # every panel counts alike
    place = np.arange(len(root))[:, None]
    stray = [level * np.cos((j + 1.618) * place * place) for j in range(STRAY)]
    return values, np.concatenate((rows, np.reshape(stray, (STRAY, -1))))


def _coarse(green, count):
    """Return leading eigenpairs of ``G`` on functions constant on each panel, as a start.

    ``<f, G h> = int e^{-C} Z flux_f flux_h dx``; the flux of a panel's indicator is its mass
    further in, partial inside and 0 further out, so that the matrix is semiseparable.
    """
    partial = green.mass @ BACKWARD
    mass = green.mass @ WEIGHTS
    for panel, lump in zip((green.split - 1, -1), green.lump, strict=True):
        partial[panel] += lump * green.mass[panel, -1]
        mass[panel] += lump * green.mass[panel, -1]
    slope = green.scale * partial
    below = green.start(green.scale @ WEIGHTS)
    root = np.sqrt(mass)
    reach = root * below + (slope @ WEIGHTS) / root
    a = np.tri(len(mass), k=-1) * np.outer(root, reach)  # row further out than column
    a[green.split :, : green.split] = 0.0  # on opposite sides
    a += a.T
    a[np.diag_indices_from(a)] = below * mass + ((slope * partial) @ WEIGHTS) / mass
    flow = a @ root
    a += (root @ flow) * np.outer(root, root) - np.outer(flow, root) - np.outer(root, flow)
    a, join = _joined(a, root, green.split)
    values, vectors = np.linalg.eigh(a)
    f = vectors[:, : -count - 1 : -1].T @ join / root
    return values[: -count - 1 : -1], np.repeat(f[:, :, None], green.mass.shape[1], axis=2)


def _joined(a, root, split):
    """Join neighbouring panels where there are many: the matrix is dense."""
    size = -(-len(root) // LARGEST)
    if size == 1:
        return a, np.eye(len(root))
    index = np.arange(len(root))
    group = np.where(index < split, index // size, -(-split // size) + (index - split) // size)
    join = np.zeros((group[-1] + 1, len(root)))
    join[group, index] = root
    join /= np.linalg.norm(join, axis=1, keepdims=True)
    return join @ a @ join.T, join
