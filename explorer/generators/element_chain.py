"""The chain of elements that covers a well: elements of equal cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.cost import equal_cost_edges, shape_cost, start_cost
from explorer.generators.frames import Frame
from explorer.generators.net import Net
from explorer.generators.plan import Plan

MAX_ELEMENTS = 44  # of all wells together: 353 unknowns, about 7 ms for their modes
MOST_ELEMENTS = 80  # the same where log pi itself asks for more
FEWEST = 5.0  # elements per well


@dataclass(frozen=True, slots=True, eq=False)
class Elements:
    """A chain of elements that covers one well.

    Attributes
    ----------
    frame : (E,) int
    low, high : (E,) offsets y in the frame
    radau : (bool, bool)
        The first (last) element starts (ends) at a degenerate end and takes its power there.
    is_cut : (bool, bool)
        The chain stops short of the left (right) end of the domain.
    """

    frame: np.ndarray
    low: np.ndarray
    high: np.ndarray
    radau: tuple[bool, bool]
    is_cut: tuple[bool, bool]


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
    cost = _affordable_cost(stretch, picture, ranges, is_whole, shortest_time)
    final = len(ranges) - 1
    return [
        _chain(pieces, picture, span, cost, (is_whole[0] and not k, is_whole[1] and k == final))
        for k, span in enumerate(ranges)
    ]


def _affordable_cost(
    stretch: Plan,
    picture: Net,
    ranges: list[tuple[int, int]],
    is_whole: tuple[bool, bool],
    shortest_time: float | None,
) -> np.ndarray:
    """Return the cost of every interval of the net, early times given up until it can be paid."""
    pieces = stretch.pieces
    shape = shape_cost(pieces, picture, bare=False)
    taken = [frame if _is_taken(frame, is_whole) else None for frame in pieces]
    has_power = any(frame is not None for frame in taken)
    bare = shape_cost(pieces, picture, bare=True) if has_power else shape

    def total(cost: np.ndarray) -> float:
        return float(sum(cost[first:last].sum() for first, last in ranges))

    def with_start(slack: float) -> np.ndarray:
        extra = np.zeros(shape.size)
        if shortest_time is not None:
            extra = start_cost(picture, stretch.start, slack * shortest_time)
        cost = np.maximum(shape, extra)
        if has_power:
            cost = _one_element_at_the_ends(taken, picture, cost, np.maximum(bare, extra))
        return cost

    slack, cost = 1.0, with_start(1.0)
    while total(cost) > MAX_ELEMENTS and shortest_time is not None and slack < 1e9:
        slack *= 4.0
        cost = with_start(slack)
    return cost * min(1.0, MOST_ELEMENTS / max(total(cost), 1.0))


def _is_taken(frame: Frame, is_whole: tuple[bool, bool]) -> bool:
    """Tell whether a Radau element sits at the frame's end: the wells must reach that end."""
    return frame.power is not None and is_whole[0 if frame.low == 0.0 else 1]


def _one_element_at_the_ends(
    taken: list[Frame | None], picture: Net, cost: np.ndarray, bare: np.ndarray
) -> np.ndarray:
    """Charge the bare cost in a Radau element, the full cost beyond."""
    cost = cost.copy()
    for index, frame in enumerate(taken):
        if frame is None:
            continue
        here = np.flatnonzero(picture.frame[:-1] == index)
        order = here if frame.low == 0.0 else here[::-1]
        inside = order[np.cumsum(bare[order]) <= 1.0]
        cost[inside] = bare[inside]
    return cost


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
    found = []
    radau = [False, False]
    for index, frame in enumerate(pieces):
        here = np.flatnonzero(picture.frame[first : last + 1] == index) + first
        if here.size < 2:
            continue
        edges = equal_cost_edges(picture.y[here], cost[here[:-1]])
        if frame.power is not None:
            if frame.low == 0.0 and is_whole[0]:
                edges[0], radau[0] = 0.0, True
            if frame.high == 0.0 and is_whole[1]:
                edges[-1], radau[1] = 0.0, True
        found.append((index, edges))
    owner, low, high = _joined(found)
    stops_short = (
        bool(low[0] != 0.0 or pieces[owner[0]].low != 0.0),
        bool(high[-1] != 0.0 or pieces[owner[-1]].high != 0.0),
    )
    return Elements(owner, low, high, (radau[0], radau[1]), stops_short)


def _joined(found: list[tuple[int, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return frame, low and high end of every element, from (frame, edges), each (E,)."""
    owner = np.concatenate([np.full(edges.size - 1, index) for index, edges in found])
    low = np.concatenate([edges[:-1] for _, edges in found])
    high = np.concatenate([edges[1:] for _, edges in found])
    return owner, low, high


def cut_at(pieces: tuple[Frame, ...], chain: Elements, places: np.ndarray) -> Elements:
    """Return the chain with further edges at ``places`` (x); a Radau element keeps its end."""
    found = []
    for index, frame in enumerate(pieces):
        here = chain.frame == index
        if not here.any():
            continue
        edges = np.append(chain.low[here], chain.high[here][-1])
        offsets = np.asarray(places) - frame.anchor
        inside = offsets[(offsets > edges[0]) & (offsets < edges[-1])]
        found.append((index, np.union1d(edges, inside)))
    return Elements(*_joined(found), radau=chain.radau, is_cut=chain.is_cut)
