"""Which stretches of the domain carry the process, and the elements that resolve them.

The density is cut ``TAIL`` nats below its hill at an open end. Where two hills are parted by a
barrier of more than ``BARRIER`` nats, each becomes a *well* with its own elements: what crosses
the barrier in the time that a well needs to settle is below 1e-9, so the wells exchange mass only
through the slow rates, which come from the spectrum with full relative accuracy.

Elements have equal *cost*: about one unit of cost can be resolved by a polynomial of degree 8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from explorer.generators.frames import TAIL, Frame, Net, net, refine
from explorer.generators.initial import Start

BARRIER = 22.0
MAX_ELEMENTS = 44  # of all wells together: 353 unknowns, about 7 ms for their modes
STEEP = 9.0  # nats of log pi per element
BEND = 1.0  # element length times the root of the curvature of log pi, in Lamperti length
GRADE = 2.0  # element length over the width of the start
FEWEST = 5.0  # elements per well
POLE = 1.2  # element length over its distance to the nearest root of a


@dataclass(frozen=True, slots=True, eq=False)
class Elements:
    """A chain of elements that covers one well.

    Attributes
    ----------
    frame : (E,) int
    low, high : (E,) offsets y in the frame
    radau : (bool, bool)
        The first (last) element starts (ends) at a degenerate end and takes its power there.
    """

    frame: np.ndarray
    low: np.ndarray
    high: np.ndarray
    radau: tuple[bool, bool]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The stretches of a generator that carry the process and its start.

    Attributes
    ----------
    pieces : frames of the domain
    start : the law at time 0
    picture : net over the frames
    ranges : (first, last) indices of the net for each well, left to right, widened to the start
    borders : (W - 1,) tops of the barriers between the wells
    """

    pieces: tuple[Frame, ...]
    start: Start
    picture: Net
    ranges: tuple[tuple[int, int], ...]
    borders: np.ndarray


def survey(pieces: tuple[Frame, ...], start: Start, shortest_time: float) -> Net:
    """Return a net with points where its wells will be cut, fine enough for the start."""
    finest = min(_finest(frame, start, shortest_time) for frame in pieces)
    picture = net(pieces, start, finest)
    ends = {place for span in reach(picture, wells(picture, 1.0), start) for place in span}
    inner = [place for place in ends if 0 < place < picture.x.size - 1]
    return refine(pieces, picture, inner) if inner else picture


def plan(pieces: tuple[Frame, ...], start: Start, picture: Net, *, depth: float = 1.0) -> Plan:
    """Choose the wells; ``depth`` scales the nats at which tails are cut."""
    natural = wells(picture, depth)
    borders = [
        picture.x[last + int(np.argmin(picture.hill[last : first + 1]))]
        for (_, last), (first, _) in pairwise(natural)
    ]
    ranges = reach(picture, natural, start)
    return Plan(pieces, start, picture, tuple(ranges), np.array(borders))


def _finest(frame: Frame, start: Start, shortest_time: float) -> float:
    """Return the shortest length in x on which the law varies at the shortest time."""
    marks = start.marks - frame.anchor
    marks = marks[(marks >= frame.low) & (marks <= frame.high)]
    if not marks.size:
        return math.inf
    noise = np.maximum(frame.noise_and_drift(marks)[0], 0.0)
    return float(np.sqrt(start.scale**2 + 2.0 * noise * shortest_time).min())


def wells(picture: Net, depth: float) -> list[tuple[int, int]]:
    """Return the index ranges (first, last) of the net that carry the wells, left to right."""
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
        ranges.append((first, last))
    return ranges


def _fall(side: np.ndarray, drop: float) -> int:
    """Return the first index that is ``drop`` below the maximum and beyond it, else the last."""
    top = int(np.argmax(side))
    below = np.flatnonzero(side[top:] < side[top] - drop)
    return top + int(below[0]) if below.size else side.size - 1


def _peaks_and_passes(hill: np.ndarray) -> tuple[list[int], list[int]]:
    """Return the hills that deep passes part, and those passes: one pass fewer than hills."""
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
    while passes:
        depth = [
            min(hill[peaks[k]], hill[peaks[k + 1]]) - hill[place] for k, place in enumerate(passes)
        ]
        k = int(np.argmin(depth))
        if depth[k] >= BARRIER:
            break
        del passes[k]
        del peaks[k + (hill[peaks[k]] > hill[peaks[k + 1]])]
    return peaks, passes


def reach(picture: Net, ranges: list[tuple[int, int]], start: Start) -> list[tuple[int, int]]:
    """Widen the outer wells so that the start and what diffuses outward from it fit."""
    first, last = ranges[0][0], ranges[-1][1]
    edge = 0.0 if start.kind == "gaussian" else TAIL  # a Gaussian is kept far enough already
    if start.low < picture.x[first]:
        level = np.interp(start.low, picture.x, picture.hill) - edge
        below = np.flatnonzero((picture.x <= start.low) & (picture.hill <= level))
        first = int(below[-1]) if below.size else 0
    if start.high > picture.x[last]:
        level = np.interp(start.high, picture.x, picture.hill) - edge
        beyond = np.flatnonzero((picture.x >= start.high) & (picture.hill <= level))
        last = int(beyond[0]) if beyond.size else picture.x.size - 1
    widened = list(ranges)
    widened[0] = (first, widened[0][1])
    widened[-1] = (widened[-1][0], last)
    return widened


def place_elements(stretch: Plan, shortest_time: float | None) -> list[Elements]:
    """Return the elements of every well.

    ``shortest_time`` None asks for elements that suit smooth laws only. Early times are given up
    first if the elements become too many; the error estimate then says so.
    """
    pieces, picture, ranges = stretch.pieces, stretch.picture, list(stretch.ranges)
    begin = ranges[0][0]
    is_whole = (begin == 0, ranges[-1][1] == picture.y.size - 1)
    picture = picture.window(begin, ranges[-1][1])
    ranges = [(first - begin, last - begin) for first, last in ranges]
    shape = _shape_cost(pieces, picture, bare=False)
    has_power = any(frame.power is not None for frame in pieces)
    bare = _shape_cost(pieces, picture, bare=True) if has_power else shape
    slack, last = 1.0, len(ranges) - 1
    while True:
        extra = 0.0
        if shortest_time is not None:
            extra = _start_cost(picture, stretch.start, slack * shortest_time)
        cost = np.maximum(shape, extra)
        if has_power:
            cost = _one_element_at_the_ends(pieces, picture, cost, np.maximum(bare, extra))
        chains = [
            _chain(pieces, picture, span, cost, (is_whole[0] and not k, is_whole[1] and k == last))
            for k, span in enumerate(ranges)
        ]
        total = sum(chain.low.size for chain in chains)
        if total <= MAX_ELEMENTS or shortest_time is None or slack > 1e9:
            return chains
        slack *= 4.0


def _one_element_at_the_ends(
    pieces: tuple[Frame, ...], picture: Net, cost: np.ndarray, bare: np.ndarray
) -> np.ndarray:
    """Charge the bare cost in the first element at a degenerate end, the full cost beyond."""
    cost = cost.copy()
    for index, frame in enumerate(pieces):
        if frame.power is None:
            continue
        here = np.flatnonzero(picture.frame[:-1] == index)
        order = here if frame.low == 0.0 else here[::-1]
        inside = order[np.cumsum(bare[order]) <= 1.0]
        cost[inside] = bare[inside]
    return cost


def _shape_cost(pieces: tuple[Frame, ...], picture: Net, *, bare: bool) -> np.ndarray:
    """Cost of log pi and of the roots of ``a`` on every interval of the net, shape (n - 1,).

    ``bare`` leaves out the power of the distance to a degenerate end, which a Radau element takes.
    """
    step = np.diff(picture.z)
    safe = np.maximum(step, 1e-300)
    log_pi, hill = picture.log_density.copy(), picture.hill.copy()
    distance = np.full(picture.y.size, np.inf)
    depth = np.full(picture.y.size, -1.0)
    for index, frame in enumerate(pieces):
        here = picture.frame == index
        y = picture.y[here]
        depth[here] = frame.log_depth(y)
        for root in frame.singular.tolist():
            distance[here] = np.minimum(distance[here], np.hypot(y - root.real, root.imag))
        if frame.is_cut or (frame.power is not None and not bare):
            distance[here] = np.minimum(distance[here], np.abs(y))
        if frame.power is not None and bare:
            log_pi[here] -= (frame.power - 1.0) * np.log(np.abs(y))
            hill[here] -= (frame.power - 0.5) * np.log(np.abs(y))
    slope = np.diff(hill) / safe
    room = np.where(np.minimum(step[1:], step[:-1]) > 0.0, 0.5 * (step[1:] + step[:-1]), np.inf)
    curvature = np.abs(np.diff(slope)) / room  # none across the seam of two frames
    bend = safe * np.sqrt(np.maximum(np.append(curvature, 0.0), np.append(0.0, curvature)))
    x_step = np.diff(picture.x)
    near = np.maximum(np.minimum(distance[1:], distance[:-1]), 1e-300)
    pole = x_step / near / (POLE * (1.0 + 0.15 * np.maximum(depth[1:], 0.0)))
    cost = np.maximum(np.abs(np.diff(hill)) / STEEP, bend / BEND)
    return np.maximum(cost, pole)


def _start_cost(picture: Net, start: Start, shortest_time: float) -> np.ndarray:
    """Cost of the start after the shortest time, graded away from where it is not smooth."""
    marks = np.interp(start.marks, picture.x, picture.z)
    noise = np.exp(2.0 * (picture.hill - picture.log_density))  # a, as the net saw it
    at_mark = np.interp(start.marks, picture.x, noise)
    width = np.sqrt(start.scale**2 / at_mark + 2.0 * shortest_time)
    z = 0.5 * (picture.z[1:] + picture.z[:-1])
    if marks.size <= 16:
        gap = np.abs(z[:, None] - marks) * 0.5 + width
        local = gap.min(axis=1)
    else:
        k = np.clip(np.searchsorted(marks, z), 1, marks.size - 1)
        gap = np.minimum(np.abs(z - marks[k - 1]), np.abs(z - marks[k]))
        local = 0.5 * gap + float(width.min())
    return np.diff(picture.z) / (GRADE * np.maximum(local, 1e-300))


def _chain(
    pieces: tuple[Frame, ...],
    picture: Net,
    span: tuple[int, int],
    cost: np.ndarray,
    is_whole: tuple[bool, bool],
) -> Elements:
    """Cut one well into elements of equal cost, frame by frame.

    ``is_whole`` says whether the well reaches the left and the right end of the domain.
    """
    first, last = span
    length = np.diff(picture.z)
    cost = np.maximum(cost, FEWEST * length / (picture.z[last] - picture.z[first]))
    frame_of, low, high = [], [], []
    radau = [False, False]
    for index, frame in enumerate(pieces):
        here = np.flatnonzero(picture.frame[first : last + 1] == index) + first
        if here.size < 2:
            continue
        edges = _edges(picture.y[here], cost[here[:-1]])
        if frame.power is not None:
            if frame.low == 0.0 and is_whole[0]:
                edges[0], radau[0] = 0.0, True
            if frame.high == 0.0 and is_whole[1]:
                edges[-1], radau[1] = 0.0, True
        frame_of += [index] * (edges.size - 1)
        low += edges[:-1].tolist()
        high += edges[1:].tolist()
    return Elements(np.array(frame_of), np.array(low), np.array(high), (radau[0], radau[1]))


def _edges(y: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Return edges such that the elements between them cost the same."""
    total = np.concatenate([[0.0], np.cumsum(cost)])
    count = max(1, math.ceil(total[-1]))
    edges = np.interp(np.linspace(0.0, total[-1], count + 1), total, y)
    edges[0], edges[-1] = y[0], y[-1]
    return edges


def cut_at(pieces: tuple[Frame, ...], chain: Elements, places: np.ndarray) -> Elements:
    """Return the chain with further edges at ``places`` (x); a Radau element keeps its end."""
    frame_of, low, high = [], [], []
    for index, frame in enumerate(pieces):
        here = chain.frame == index
        if not here.any():
            continue
        edges = np.append(chain.low[here], chain.high[here][-1])
        offsets = np.asarray(places) - frame.anchor
        inside = offsets[(offsets > edges[0]) & (offsets < edges[-1])]
        edges = np.union1d(edges, inside)
        frame_of += [index] * (edges.size - 1)
        low += edges[:-1].tolist()
        high += edges[1:].tolist()
    return Elements(np.array(frame_of), np.array(low), np.array(high), chain.radau)
