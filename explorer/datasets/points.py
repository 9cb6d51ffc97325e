"""Points of the plane: two moons, rings, a mixture of Gaussians; made by formula, public domain.

Moons are two half circles of radius 1, shifted by (1, 1/2); rings are circles of equal number of
points with radii 1/3, 2/3 and 1; the mixture has equally weighted centres on the unit circle. Each
point is moved by Gaussian noise of the given standard deviation. 2,000 points are 32 kB.
"""

from __future__ import annotations

import math

import numpy as np

from explorer.core import rng
from explorer.core.sets import PointSet
from explorer.datasets.checks import choice, number, whole

NAME = "points"
TITLE = "Points"
SOURCE = "made by formula"
LICENCE = "public domain"
POINTS = 2_000
MOST = 10_000_000
KINDS = ("moons", "rings", "mixture")
RINGS = 3


def load(
    n: int | None = None,
    *,
    kind: str = "moons",
    noise: float = 0.05,
    components: int = 8,
    seed: int = 0,
) -> PointSet:
    """Return points, float64 (N, 2), with the label of the moon, ring or centre.

    Parameters
    ----------
    n : int or None
        Number of points, 2,000 if None. Point i does not depend on n.
    kind : "moons", "rings" or "mixture"
    noise : float
        Standard deviation in each direction, 0 to 1.
    components : int
        Number of centres of the mixture, 1 to 100.
    seed : int

    Raises
    ------
    InputError
        If an option is out of range.

    Examples
    --------
    >>> data = load(n=10, kind="mixture", components=4)
    >>> data.points.shape, int(data.labels.max()) < 4
    ((10, 2), True)
    """
    return _draw(n, kind, noise, components=components, seed=seed, stream=0)


def held_out(
    n: int | None = None,
    *,
    kind: str = "moons",
    noise: float = 0.05,
    components: int = 8,
    seed: int = 0,
) -> PointSet:
    """Return fresh points of the same law."""
    return _draw(n, kind, noise, components=components, seed=seed, stream=1)


def _draw(
    n: int | None, kind: str, noise: float, *, components: int, seed: int, stream: int
) -> PointSet:
    wanted = POINTS if n is None else whole(n, "n", 1, MOST)
    shape, s = choice(kind, "kind", KINDS), number(noise, "noise", 0.0, 1.0)
    centres = whole(components, "components", 1, 100)
    which, along = rng.numpy_generator(seed, stream, 0).random((wanted, 2)).T
    parts = {"moons": 2, "rings": RINGS, "mixture": centres}[shape]
    labels = (which * parts).astype(np.int64)
    if shape == "mixture":
        points = _circle(labels / centres * 2.0 * math.pi)
    elif shape == "rings":
        points = _circle(2.0 * math.pi * along) * ((labels + 1) / RINGS)[:, None]
    else:  # the second moon is the first, turned upside down and shifted
        points = _circle(math.pi * along)
        points = np.where(labels[:, None] == 1, np.array([1.0, 0.5]) - points, points)
    points = points + s * rng.numpy_generator(seed, stream, 1).standard_normal((wanted, 2))
    return PointSet(points, NAME, labels, source=SOURCE, licence=LICENCE)


def _circle(angle: np.ndarray) -> np.ndarray:
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
