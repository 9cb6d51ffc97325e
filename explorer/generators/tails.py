"""Eigenfunctions where rounding has drowned them: in far tails and on high barriers.

An eigenfunction is computed as ``g = f sqrt(pi)`` with an error of rounding size everywhere, so
that ``f`` is noise where ``g`` is small. From ``-L f = lambda f`` its increments there are

    f(x) - f(x_0) = lambda int_{x_0}^x e^{-C} Z flux,    flux(x) = int_x^end f dpi,

which needs ``f`` further out only. Each round shrinks the error by the ratio of ``lambda`` to the
rate at which the tail relaxes, which is small wherever ``g`` falls that low. On a barrier the flux
comes from the wells, and one application of the Green operator is enough.
"""

from __future__ import annotations

import numpy as np

from explorer.generators.green import Green

NOISE = 30.0  # residuals: g below this share of its largest value has lost its digits
LEAST, MOST = 1e-12, 1e-6
ROUNDS = 4


def restored(
    green: Green, functions: np.ndarray, values: np.ndarray, residuals: np.ndarray
) -> np.ndarray:
    """Return eigenfunctions (k, P, 20), outward, with smooth far tails.

    Parameters
    ----------
    green : Green
    functions : numpy.ndarray, shape (k, P, 20)
    values : numpy.ndarray, shape (k,)
        ``1 / (unit lambda)``.
    residuals : numpy.ndarray, shape (k,)
        ``|lambda G f - f|``.
    """
    drowned = np.clip(NOISE * residuals, LEAST, MOST)[:, None]
    sizes = (np.abs(functions) * np.sqrt(green.weights)).max(axis=2)
    sizes /= sizes.max(axis=1, keepdims=True)
    far, junction = np.zeros(sizes.shape, dtype=bool), np.zeros(sizes.shape, dtype=int)
    for first, stop in ((0, green.split), (green.split, sizes.shape[1])):
        outer = np.maximum.accumulate(sizes[:, first:stop][:, ::-1], axis=1)[:, ::-1]
        far[:, first:stop] = outer < drowned
        near = np.maximum(np.count_nonzero(outer >= drowned, axis=1) - 1, 0)
        junction[:, first:stop] = first + near[:, None]
    rows = np.arange(len(functions))[:, None]
    inside = functions[rows, junction, -1][:, :, None]
    f = np.where(far[:, :, None], inside, functions)
    for _ in range(ROUNDS if far.any() else 0):
        u = green.climb(green.flux(green.mass * f)) / values[:, None, None]
        f = np.where(far[:, :, None], inside + u - u[rows, junction, -1][:, :, None], f)
    buried = (sizes < drowned) & ~far
    return _across_barriers(green, f, values, buried) if buried.any() else f


def _across_barriers(green, f, values, buried):
    """Replace functions by their images on panels of tiny mass between wells."""
    buried = buried[:, :, None]
    f = np.where(buried, 0.0, f)  # what is there weighs nothing, and may be huge
    image = green(f) / values[:, None, None]
    for i in range(len(f) - 1):  # rounding along the first is amplified most
        share = green.mean(image[i + 1 :] * f[i])[:, None, None]
        image[i + 1 :] -= share * np.where(buried[i], image[i], f[i])
    return np.where(buried, image, f)
