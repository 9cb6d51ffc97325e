"""Chen's basic bounds ``1/(4 kappa) <= lambda1 <= 1/kappa``, by bisection.

``1/kappa = inf_{x<y} (1/mu(l,x) + 1/mu(y,r)) / nu(x,y)``. No search over pairs is needed:
``kappa`` is the value at which ``B-(t) = sup_{x<t} mu(l,x) nu(x,t)``, which increases with ``t``,
meets ``B+(t) = sup_{y>t} mu(y,r) nu(t,y)``, which decreases.

References: Chen, Front. Math. China 5 (2010) 379, and basic estimates (2012).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.green import Green


@dataclass(frozen=True, slots=True)
class Bounds:
    """Two-sided bounds of the gap, as natural logarithms, and the pair that attains the upper one.

    Parameters
    ----------
    log_lower, log_upper : float
        ``log 1/(4 kappa)`` and ``log 1/kappa``, each rounded to its safe side of ``kappa``.
    low, high : int
        Indices of ``x*`` and ``y*`` among the ordered nodes: the bottleneck.
    """

    log_lower: float
    log_upper: float
    low: int
    high: int


def hardy(green: Green) -> Bounds:
    """Return Chen's basic bounds for a Green operator's generator."""
    below, above = green.shares()
    scale = green.rightward(green.climb(np.ones_like(green.tail)))  # from the median

    def sides(i):
        return below[: i + 1] * (scale[i] - scale[: i + 1]), above[i:] * (scale[i:] - scale[i])

    first, last = 0, scale.size - 1
    while last - first > 1:
        middle = (first + last) // 2
        rising, falling = sides(middle)
        if rising.max() < falling.max():
            first = middle
        else:
            last = middle
    sups = [(max(_sup(side) for side in sides(i)), i) for i in (first, last)]
    up, i = min(sups)
    rising, falling = sides(i)
    x, y = int(np.argmax(rising)), i + int(np.argmax(falling))
    low = (scale[y] - scale[x]) / (1.0 / below[x] + 1.0 / above[y])
    return Bounds(-math.log(4.0 * up) - green.log_unit, -math.log(low) - green.log_unit, x, y)


def _sup(values):
    """Return the maximum between nodes, too: a parabola's, with its excess counted twice."""
    i = int(np.argmax(values))
    if not 0 < i < values.size - 1:
        return float(values[i])
    left, top, right = values[i - 1 : i + 2].tolist()
    bend = 2.0 * top - left - right
    return top + (0.25 * (right - left) ** 2 / bend if bend > 0.0 else 0.0)
