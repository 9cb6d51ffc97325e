r"""How near each sample lies to the training data: copies show as distances far below the floor.

    d(x) = min_i |x - x_i| / sqrt(dim)        (root mean square per value).

The floor is the same distance of held-out data: new images are at that distance from the training
images. A sample far nearer than all of them is a copy; one far away is no good picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.analysis.rows import pair
from explorer.core import rng

CHUNK = 1 << 22  # distances that are held at a time
STREAM = 49  # of the bootstrap


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Distances to the nearest training image.

    Attributes
    ----------
    distance, held_out : numpy.ndarray, shapes (n,) and (m,)
        Of the samples, and of data that are not in the training set.
    index : numpy.ndarray of int, shape (n,)
        The nearest training image of each sample.
    median, error : float
        Of `distance`, and its standard deviation over bootstrap samples.
    floor, floor_error : float
        The median of `held_out`, and its standard deviation over bootstrap samples of n.
    """

    distance: np.ndarray
    held_out: np.ndarray
    index: np.ndarray
    median: float
    error: float
    floor: float
    floor_error: float

    @property
    def nearer(self) -> float:
        """Share of the samples that are nearer than all but 1 % of the held-out data."""
        return float((self.distance < np.quantile(self.held_out, 0.01)).mean())


def nearest_training(
    samples: Any, training: Any, held_out: Any, *, resamples: int = 200, seed: int = 0
) -> Nearest:
    """Return the distances of samples to the training data, beside those of held-out data.

    Parameters
    ----------
    samples, training, held_out : array, shapes (n, ...), (N, ...), (m, ...)
        Of one scale.
    resamples : int
    seed : int
        Of the bootstrap.

    Raises
    ------
    InputError
        If the samples do not fit.

    Examples
    --------
    >>> found = nearest_training([[0.0], [2.2]], [[0.0], [2.0]], [[1.0], [3.0]])
    >>> found.distance.round(3).tolist(), found.index.tolist(), found.floor
    ([0.0, 0.2], [0, 1], 1.0)
    """
    distance, index = _nearest(*pair(samples, training))
    other, _ = _nearest(*pair(held_out, training))
    draw, n = rng.numpy_generator(seed, STREAM), len(distance)
    errors = [
        float(np.std(np.median(d[draw.integers(len(d), size=(resamples, n))], axis=1)))
        for d in (distance, other)
    ]
    medians = float(np.median(distance)), float(np.median(other))
    return Nearest(distance, other, index, medians[0], errors[0], medians[1], errors[1])


def _nearest(x: np.ndarray, data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return distance and number of the nearest row of data."""
    centre = data.mean(axis=0)  # keeps the squares small, so that their difference is exact enough
    moved = data - centre
    half = 0.5 * (moved**2).sum(axis=1)
    step = max(1, CHUNK // len(data))
    index = [
        # |x - y|^2 / 2 without the part that is the same for all y, as one product of matrices.
        (half - (x[k : k + step] - centre) @ moved.T).argmin(axis=1)
        for k in range(0, len(x), step)
    ]
    nearest = np.concatenate(index)
    return np.sqrt(((x - data[nearest]) ** 2).mean(axis=1)), nearest
