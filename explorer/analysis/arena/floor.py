"""The floor of a contest: how far the data are from themselves, at the contest's sample size.

Of images it is what new data score. Copies of the data may score less: the reference set is a part
of what they were copied from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena.score import SETS
from explorer.core.errors import Cancelled

if TYPE_CHECKING:
    from explorer.analysis.arena.target import Target

PAIRS = 8
# Largest |t| of a value at the floor: the spread of 8 pairs has 7 degrees of freedom, so exact
# samples lie above it with probability 1 %.
LIMIT = 3.0


def floors(
    target: Target,
    n: int,
    *,
    sigma: float = 0.0,
    pairs: int = PAIRS,
    cancel: Callable[[], bool] | None = None,
) -> dict[str, tuple[float, float]]:
    """Return mean and standard deviation of every distance between two sets of exact samples.

    Parameters
    ----------
    target : Target
        Of images, pairs of halves without a common image; the pairs share images.
    n : int
        Samples of each set; of images at most half of the data.
    sigma : float
        Noise level at which samples are compared.
    pairs : int
        At least 2.
    cancel : callable, optional
        Asked before each pair; a true answer stops.

    Raises
    ------
    Cancelled
        When stopped.

    Examples
    --------
    >>> from explorer.analysis.arena.target import nine_modes
    >>> sorted(floors(nine_modes(), 100, pairs=2))
    ['energy-distance', 'marginal-error', 'mode-tv', 'sliced-w2']
    """
    from explorer.analysis.arena.distances import distances

    found = []
    for k in range(pairs):
        if cancel is not None and cancel():
            raise Cancelled(f"The floor was stopped after {k} of {pairs} pairs.")
        x, y = (target.reference(n, SETS + 2 * k + side, sigma=sigma) for side in (0, 1))
        found.append(distances(target, x, y, sigma=sigma, own=target.images is not None))
    return {
        name: (float(np.mean(values)), float(np.std(values, ddof=1)))
        for name in found[0]
        for values in [[one[name] for one in found]]
    }
