"""The wells of a generator: the hills of ``log pi`` that deep barriers part.

The density is cut ``TAIL`` nats below its hill at an open end. Where hills are parted by barriers
of more than ``BARRIER`` nats, each becomes a *well* with its own elements: what crosses a barrier
in the time that a well needs to settle is below 1e-9, so the wells exchange mass only through the
slow rates, which come from the spectrum with full relative accuracy.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.generators.net import TAIL, Net

BARRIER = 22.0
LONE_BARRIER = 60.0  # a single slow mode stays apart from the known null vector much longer
FEWEST = 5  # points of the net that a well has to have


def wells(picture: Net, depth: float) -> list[tuple[int, int]]:
    """Return the index ranges (first, last) of the net that carry the wells, left to right.

    ``depth`` scales the nats at which tails are cut.

    Raises
    ------
    ExplorerError
        If a well is narrower than doubles resolve.
    """
    hill, tail = picture.hill, picture.tail
    peaks, passes = _peaks_and_passes(hill)
    ranges = []
    for k, peak in enumerate(peaks):
        if k:
            first = peak - _fall(hill[passes[k - 1] : peak + 1][::-1], depth * TAIL)
        else:
            first = peak - _fall(tail[: peak + 1][::-1], depth * picture.drop[0])
        if k < len(passes):
            last = peak + _fall(hill[peak : passes[k] + 1], depth * TAIL)
        else:
            last = peak + _fall(tail[peak:], depth * picture.drop[1])
        _check_width(picture, first, last)
        ranges.append((first, last))
    return ranges


def borders(picture: Net, ranges: list[tuple[int, int]]) -> list[int]:
    """Return the indices of the tops of the barriers between the wells."""
    return [
        last + int(np.argmin(picture.hill[last : first + 1]))
        for (_, last), (first, _) in pairwise(ranges)
    ]


def _fall(side: np.ndarray, drop: float) -> int:
    """Return the index from which on all values are ``drop`` below the maximum, else the last.

    Counted from outside: a barrier between hills that were not parted is no end.
    """
    above = np.flatnonzero(side >= side.max() - drop)
    return min(int(above[-1]) + 1, side.size - 1)


def _peaks_and_passes(hill: np.ndarray) -> tuple[list[int], list[int]]:
    """Return the hills that deep passes part, and those passes: one pass fewer than hills."""
    peaks, passes = _extremes(hill)
    while passes:
        depth = [
            min(hill[peaks[k]], hill[peaks[k + 1]]) - hill[place] for k, place in enumerate(passes)
        ]
        k = int(np.argmin(depth))
        if depth[k] >= (BARRIER if len(passes) > 1 else LONE_BARRIER):
            break
        del passes[k]
        del peaks[k + (hill[peaks[k]] > hill[peaks[k + 1]])]
    return peaks, passes


def _extremes(hill: np.ndarray) -> tuple[list[int], list[int]]:
    """Return all local maxima, ends included, and the minima between them."""
    slope = np.sign(np.diff(hill))
    moving = np.flatnonzero(slope)
    turns = moving[1:][np.diff(slope[moving]) != 0]  # the slope changes sign before these
    rising = bool(moving.size) and slope[moving[0]] > 0
    extremes = turns.tolist()
    peaks = extremes[0::2] if rising else extremes[1::2]
    passes = extremes[1::2] if rising else extremes[0::2]
    if not rising:
        peaks = [0, *peaks]
    if len(passes) == len(peaks):  # it rises to the last point
        peaks = [*peaks, hill.size - 1]
    return peaks, passes


def _check_width(picture: Net, first: int, last: int) -> None:
    """Refuse a law so narrow that neighbouring doubles jump over it."""
    carries = picture.hill[first : last + 1] > picture.hill[first : last + 1].max() - 5.0
    z = picture.z[first : last + 1][carries]
    if np.count_nonzero(carries) < FEWEST or not z[-1] > z[0]:
        raise ExplorerError(
            f"The stationary law near x = {picture.x[first]:g} is narrower than double precision "
            "resolves, so its relaxation cannot be followed. Rescale x."
        )
