"""How far out modes can carry a start.

Modes express ``p_t`` through ``p_t / sqrt(pi)``. Where the start lies far out in a tail that
quotient is huge: the start is too *loud* there, and rounding ruins the sum of the modes.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from explorer.generators.net import TAIL, Net
from explorer.generators.start import Start

LOUDEST = 18.0  # log of the largest p0 / sqrt(pi) that modes carry: rounding stays near 1e-8
DEEPEST = 500.0  # nats below the hill to which modes can be held in doubles
FORGOTTEN = 1e-14  # mass of the start that is put at the end of the elements instead


def loudness(
    picture: Net, natural: list[tuple[int, int]], start: Start, shortest_time: float
) -> np.ndarray:
    """Return the log of ``p0 / sqrt(pi)`` on the net, with pi normalised in the nearest well.

    The terms of a mode expansion are as large as that, and rounding is relative to them.
    """
    hill = np.empty_like(picture.hill)
    middles = [(last + first) // 2 for (_, last), (first, _) in pairwise(natural)]
    for begin, end, (first, last) in zip(
        [0, *middles], [*middles, hill.size], natural, strict=True
    ):
        hill[begin:end] = picture.hill[begin:end] - picture.log_total(first, last)
    root_a = np.exp(picture.hill - picture.log_density)
    size = start.std / root_a if start.kind != "points" else math.sqrt(2.0 * shortest_time)
    loud = -0.5 * hill - 0.5 * np.log(np.maximum(size, 1e-300))
    if start.kind == "gaussian":
        loud -= 0.5 * ((picture.x - start.mean) / start.std) ** 2
    return loud


def carry(picture: Net, edge: int, start: Start, excess: np.ndarray, *, side: int) -> int:
    """Return the index to which an outer well is widened from ``edge``, to hold the start.

    ``excess`` is positive where the start is too loud for modes; ``side`` is -1 to the left.
    """
    beyond = _occupied(picture, edge, start, side)
    if start.kind == "gaussian":
        farthest = start.low if side < 0 else start.high
        inside = side * picture.x[beyond] <= side * farthest
        held = picture.hill[beyond] > picture.hill.max() - DEEPEST
        wanted = inside & held & (np.cumsum(excess[beyond] > 0.0) == 0)
        return int(beyond[wanted][-1]) if wanted.any() else edge
    marks = start.marks[side * start.marks > side * picture.x[edge]]
    carried = marks[np.interp(marks, picture.x, excess) <= 0.0]
    if not carried.size:
        return edge
    reached = spread_from(picture, start, side * float(np.max(side * carried)), side=side)
    return side * min(side * reached, side * int(beyond[-1]))


def _occupied(picture: Net, edge: int, start: Start, side: int) -> np.ndarray:
    """Return the indices from ``edge`` outward to which a well may be widened."""
    beyond = np.arange(edge, -1 if side < 0 else picture.x.size, side)
    farthest = start.low if side < 0 else start.high
    if abs(farthest - picture.x[beyond[-1]]) < 1e-9 * (picture.x[-1] - picture.x[0]):
        # Towards an end that has to be cut there is no last point: go on while mass is left.
        left = [start.mass_between(*sorted((farthest, x))) for x in picture.x[beyond].tolist()]
        beyond = beyond[: 1 + int(np.count_nonzero(np.array(left) > FORGOTTEN))]
    return beyond


def spread_from(picture: Net, start: Start, place: float, *, side: int) -> int:
    """Return the index beyond ``place`` up to which a law that starts there spreads.

    It is dominated by pi conditioned to lie beyond; a Gaussian start has its own tail already.
    """
    order = np.arange(picture.x.size)[::side]
    outer = order[side * picture.x[order] >= side * place]
    if not outer.size:
        return int(order[-1])
    if start.kind == "gaussian":
        return int(outer[0])
    level = float(np.interp(place, picture.x, picture.hill)) - TAIL
    low_enough = np.flatnonzero(picture.hill[outer] <= level)
    return int(outer[low_enough[0]]) if low_enough.size else int(outer[-1])


def too_loud(picture: Net, start: Start, excess: np.ndarray) -> float:
    """Return the mass of the start at places where modes cannot carry it."""
    if start.kind == "points":
        return float(np.mean(np.interp(start.marks, picture.x, excess) > 0.0))
    mass = np.where(excess > 0.0, start.density(picture.x), 0.0)
    return float(0.5 * (mass[1:] + mass[:-1]) @ np.diff(picture.x))


def spill(picture: Net, start: Start, top: int) -> float:
    """Return the mass of the start that may cross the barrier at index ``top`` while it settles.

    A path that starts x nats above the barrier's lowest density crosses with a probability of
    about ``exp(-x)``.
    """
    height = picture.hill - picture.hill[top]
    if start.kind == "points":
        at = np.interp(start.marks, picture.x, height)
        return float(np.mean(np.exp(-np.maximum(at, 0.0))))
    with np.errstate(divide="ignore"):
        mass = np.exp(start.log_density(picture.x))
    weight = mass * np.exp(-np.clip(height, 0.0, 700.0))
    return float(0.5 * (weight[1:] + weight[:-1]) @ np.diff(picture.x))
