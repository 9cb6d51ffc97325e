"""Images into which a pattern is drawn, by random amounts: ``x_i' = x_i + g z_i w``.

The amounts have mean 0 and variance 1 exactly. What a straight line in the pixels could say of them
is taken out (their regression on the centred images), as long as there are more images than
directions. Then the amounts do not correlate with any pixel, and

    mu' = mu,   S' = S + g^2 w w^T

hold for the finite set, to rounding. How the paper planted its pattern is not published; this is
our construction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.core.rng import numpy_generator
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Pattern

GREY = 127.5
CHUNK = 1024
ROUNDS = 3  # the second and third take out what rounding left


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """A pattern and how much of it every image shows.

    Attributes
    ----------
    pattern : Pattern
    amounts : numpy.ndarray, shape (N,)
        z, mean 0, variance 1 (over N - 1).
    uncorrelated : bool
        Whether the regression on the images was taken out; it cannot be with N - 1 <= rank S.

    Examples
    --------
    >>> images = np.array([0, 0, 255, 255], dtype=np.uint8).reshape(4, 1, 1, 1)
    >>> planted = Planted.draw(images, Statistics.fit(images), Pattern(np.ones(1), 0.5), seed=0)
    >>> bool(abs(planted.amounts @ images.ravel()) < 1e-9), planted.uncorrelated
    (True, True)
    """

    pattern: Pattern
    amounts: np.ndarray
    uncorrelated: bool

    @classmethod
    def draw(
        cls, images: np.ndarray, statistics: Statistics, pattern: Pattern, *, seed: int
    ) -> Planted:
        """Return normal amounts from a seed, for uint8 images (N, C, H, W)."""
        z = numpy_generator(seed).standard_normal(len(images))
        z -= z.mean()
        free = len(images) - 1 > statistics.rank
        if free:
            for _ in range(ROUNDS):
                _take_out_regression(z, images, statistics)
                z -= z.mean()
        z *= np.sqrt(max(len(images) - 1, 1)) / max(float(np.linalg.norm(z)), 1e-300)
        return cls(pattern, z, free)

    def bytes_added(self, place: slice) -> np.ndarray:
        """Return what the images of `place` gain, on the scale of bytes, float64 (n, d)."""
        z = GREY * self.pattern.gain * self.amounts[place]
        return np.outer(z, np.asarray(self.pattern.weights, dtype=np.float64))

    def requantised(self, images: np.ndarray) -> np.ndarray:
        """Return 8-bit images with the pattern, uint8 like `images`, cut to 0 ... 255 and rounded.

        Cutting and rounding change the moments: their statistics have to be computed anew.
        """
        result = np.empty_like(images)
        for start in range(0, len(images), CHUNK):
            place = slice(start, min(start + CHUNK, len(images)))
            changed = images[place] + self.bytes_added(place).reshape(images[place].shape)
            result[place] = np.clip(np.rint(changed), 0, 255)
        return result


def _take_out_regression(z: np.ndarray, images: np.ndarray, statistics: Statistics) -> None:
    """Subtract from z its least-squares fit by the centred images."""
    covariance = np.zeros(statistics.size)
    for place, x in _centred(images, statistics):
        covariance += z[place] @ x
    variances = statistics.eigenvalues[: statistics.rank] - statistics.floor
    kept = np.flatnonzero(variances > 0)
    axes = statistics.eigenvectors[:, kept]
    weights = axes @ ((covariance @ axes) / (variances[kept] * (len(images) - 1)))
    for place, x in _centred(images, statistics):
        z[place] -= x @ weights


def _centred(images: np.ndarray, statistics: Statistics) -> Iterator[tuple[slice, np.ndarray]]:
    for start in range(0, len(images), CHUNK):
        part = images[start : start + CHUNK].reshape(-1, statistics.size)
        place = slice(start, start + len(part))
        yield place, part / GREY - 1.0 - statistics.mean
