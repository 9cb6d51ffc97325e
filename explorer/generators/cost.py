"""What the intervals of the net cost: about one unit can be resolved by a polynomial of degree 8.

The shape of ``log pi`` costs by its steepness, its curvature and the nearness of roots of ``a``;
the start costs by how narrow it still is at the shortest time.
"""

from __future__ import annotations

import math

import numpy as np

from explorer.generators.frames import Frame
from explorer.generators.net import Net
from explorer.generators.start import Start

STEEP = 6.0  # nats of log pi per element
BEND = 1.0  # element length times the root of the curvature of log pi, in Lamperti length
POLE = 0.8  # element length over its distance to the nearest root of a
GRADE = 2.0  # element length over the width of the start


def shape_cost(pieces: tuple[Frame, ...], picture: Net, *, bare: bool) -> np.ndarray:
    """Cost of log pi and of the roots of ``a`` on every interval of the net, shape (n - 1,).

    ``bare`` leaves out the power of the distance to a degenerate end, which a Radau element takes.
    """
    hill, distance, depth = _hill_and_poles(pieces, picture, bare=bare)
    step = np.diff(picture.z)
    safe = np.maximum(step, 1e-300)
    slope = np.diff(hill) / safe
    room = np.where(np.minimum(step[1:], step[:-1]) > 0.0, 0.5 * (step[1:] + step[:-1]), np.inf)
    curvature = np.abs(np.diff(slope)) / room  # none across the seam of two frames
    bend = safe * np.sqrt(np.maximum(np.append(curvature, 0.0), np.append(0.0, curvature)))
    near = np.maximum(np.minimum(distance[1:], distance[:-1]), 1e-300)
    pole = np.diff(picture.x) / near / (POLE * (1.0 + 0.15 * np.maximum(depth[1:], 0.0)))
    cost = np.maximum(np.abs(np.diff(hill)) / STEEP, bend / BEND)
    return np.maximum(cost, pole)


def _hill_and_poles(
    pieces: tuple[Frame, ...], picture: Net, *, bare: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the hill, the distance to the nearest pole of ``b/a``, and the depth, each (n,).

    The depth says how far out all is a power of the offset: elements there can be longer.
    """
    hill = picture.hill.copy()
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
            hill[here] -= (frame.power - 0.5) * np.log(np.abs(y))
    return hill, distance, depth


def start_cost(picture: Net, start: Start, shortest_time: float) -> np.ndarray:
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


def equal_cost_edges(y: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Return edges such that the elements between them cost the same."""
    total = np.concatenate([[0.0], np.cumsum(cost)])
    count = max(1, math.ceil(total[-1]))
    edges = np.interp(np.linspace(0.0, total[-1], count + 1), total, y)
    edges[0], edges[-1] = y[0], y[-1]
    return edges[np.append(True, np.diff(edges) > 0.0)]
