"""A logarithmic axis that holds given values, with few round ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.figures import numbers

MOST = 8  # ticks
LEAST = 0.3  # decades
FAR = 100.0  # times the median: what is above leaves the picture
_STEPS = (  # of the ticks, times powers of ten; the first that are few enough are taken
    (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
    (1.0, 2.0, 5.0),
    (1.0, 3.0),
    (1.0,),
)


def settings(
    values: Sequence[np.ndarray], *, room: float = 0.06, most: int = MOST
) -> dict[str, Any]:
    """Return type, range and ticks of a logarithmic axis that holds all positive values.

    Parameters
    ----------
    values : sequence of numpy.ndarray
    room : float
        Share of the range that is left free at both ends.
    most : int
        Ticks.

    Examples
    --------
    >>> settings([np.array([0.1, 1.0])])["ticktext"]
    ['0.1', '0.2', '0.5', '1']
    """
    flat = np.concatenate([np.ravel(v) for v in values]) if values else np.ones(1)
    flat = flat[np.isfinite(flat) & (flat > 0.0)]
    low, high = (math.log10(flat.min()), math.log10(flat.max())) if flat.size else (0.0, 1.0)
    wide = max(high - low, LEAST)
    middle = (low + high) / 2
    ends = [middle - wide * (0.5 + room), middle + wide * (0.5 + room)]
    ticks = _ticks(*ends, most=most)
    return {
        "type": "log",
        "range": ends,
        "tickvals": ticks,
        "ticktext": [numbers.number(tick) for tick in ticks],
    }


def ceiling(values: Sequence[np.ndarray]) -> float:
    """Return the level above which a value would flatten all others; infinity without values.

    Examples
    --------
    >>> ceiling([np.array([0.1, 0.2, 0.3, 1e8])])
    25.0
    """
    flat = np.concatenate([np.ravel(v) for v in values]) if values else np.empty(0)
    flat = flat[np.isfinite(flat) & (flat > 0.0)]
    return FAR * float(np.median(flat)) if flat.size else math.inf


def _ticks(low: float, high: float, *, most: int) -> list[float]:
    """Return round numbers, as many as fit; if powers of ten are too many, only some of them."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    few = max(1, math.ceil((high - low) / most))
    ticks: list[float] = []
    for steps in _STEPS:
        every = few if steps == _STEPS[-1] else 1
        all_of_them = [step * 10.0**k for k in decades if k % every == 0 for step in steps]
        ticks = [tick for tick in all_of_them if low <= math.log10(tick) <= high]
        if len(ticks) <= most:
            break
    return ticks
