"""Where finite volumes have their cells: over the wells, the barriers and the way of the start."""

from __future__ import annotations

import numpy as np

from explorer.generators.cost import equal_cost_edges, shape_cost, start_cost
from explorer.generators.net import Net
from explorer.generators.plan import Plan
from explorer.generators.reach import spread_from

APPROACH = 90.0  # most elements' worth of cells (540 nats) on the way from a far start


def cells(stretch: Plan, shortest_time: float, count: int) -> list[tuple[int, np.ndarray]]:
    """Return edges and middles of about ``count`` cells over wells, barriers and the start.

    One (frame, offsets) per frame; offsets alternate edge, middle, edge, ..., edge.
    """
    picture, start = stretch.picture, stretch.start
    first = min(spread_from(picture, start, start.low, side=-1), stretch.natural[0][0])
    last = max(spread_from(picture, start, start.high, side=1), stretch.natural[-1][1])
    picture = picture.window(first, last)
    cost = shape_cost(stretch.pieces, picture, bare=False)
    _spare_the_way(cost, picture, stretch.natural[0][0] - first, stretch.natural[-1][1] - first)
    local = min(shortest_time, 0.05 / max(picture.bend_at(start.marks), 1e-290))
    cost = np.maximum(cost, start_cost(picture, start, local))
    density = count / max(float(cost.sum()), 1e-300)
    found = []
    for index in range(len(stretch.pieces)):
        here = np.flatnonzero(picture.frame == index)
        if here.size > 1:
            edges = equal_cost_edges(picture.y[here], density * cost[here[:-1]])
            found.append((index, np.insert(edges, slice(1, None), 0.5 * (edges[1:] + edges[:-1]))))
    return found


def _spare_the_way(cost: np.ndarray, picture: Net, begin: int, end: int) -> None:
    """Cap the cost outside the wells: a fast fall from far out needs no care."""
    peak = picture.x[[int(np.argmax(picture.hill))]]
    for outside in (slice(0, begin), slice(end, None)):
        part = cost[outside]
        if part.size:
            spent = float(picture.travel_times()[outside].sum()) * picture.bend_at(peak)
            cost[outside] = _capped(part, APPROACH * min(max(spent, 0.1), 1.0))


def _capped(cost: np.ndarray, most: float) -> np.ndarray:
    """Hold the largest costs down to one level such that their sum is at most ``most``."""
    ascending = np.sort(cost)
    for k, value in enumerate(ascending):
        rest = cost.size - k
        done = float(ascending[:k].sum())
        if done + rest * value > most:
            return np.minimum(cost, (most - done) / rest)
    return cost
