"""Where the net of a frame has its points: geometric grids about everything that matters."""

from __future__ import annotations

import math

import numpy as np

from explorer.generators.frames import Frame, polynomial
from explorer.generators.start import Start

RATIO = 1.3  # of the geometric grids


def net_points(frame: Frame, start: Start, finest: float, stretch: float) -> np.ndarray:
    """Return offsets y in the frame, increasing; ``stretch`` says how far out they go.

    ``finest`` is the shortest length in x on which the start has to be resolved.
    """
    size = max(
        *frame.lengths(),
        *(abs(place - frame.anchor) for place in (start.low, start.high)),
        *np.abs(frame.features).tolist(),
    )
    reach = min(stretch * size, frame.high - frame.low, _safe_reach(frame))
    centres = _centres(frame, start, finest, min(*frame.lengths(), 0.1 * reach), stretch)
    grids = []
    for k, (centre, width) in enumerate(centres):
        far = min(1e4 * size, reach) if k else reach  # only the anchor's grid goes all the way out
        steps = _geometric(min(width, 0.01 * far), far)
        grids += [centre - steps, [centre], centre + steps]
    grids.append([start.low - frame.anchor, start.high - frame.anchor])
    y = np.unique(np.concatenate(grids))
    y = y[(y > frame.low) & (y < frame.high)]
    is_open = frame.is_cut or frame.power is not None
    if is_open:  # a point far inside the first steps of the grid would leave a hole behind it
        y = y[np.abs(y) >= centres[0][1]]
    ends = [end for end in (frame.low, frame.high) if math.isfinite(end) and (end or not is_open)]
    return _thin(np.union1d(y, ends))


def _safe_reach(frame: Frame) -> float:
    """Return an offset up to which neither ``a`` nor ``b`` overflows."""
    largest = max(np.max(np.abs(frame.a)), np.max(np.abs(frame.b)), 1e-300)
    return (1e200 / largest) ** (1.0 / max(1, frame.a.size - 1))


def _centres(
    frame: Frame, start: Start, finest: float, shortest: float, stretch: float
) -> list[tuple[float, float]]:
    """Return the centres of the grids and their first steps: the anchor, features, the start."""
    marks = _marks_in(frame, start)
    marks = marks[:: max(1, marks.size // 16)]
    centres = [(0.0, 1e-2 * shortest / (stretch if frame.is_cut else 1.0))]
    for place, width in zip(frame.features.tolist(), frame.widths.tolist(), strict=True):
        centres.append((place, 0.1 * width if width else 1e-2 * shortest))
    return centres + [(mark, 0.25 * finest) for mark in marks.tolist()]


def _marks_in(frame: Frame, start: Start) -> np.ndarray:
    """Return the marks of the start that lie in the frame, as offsets."""
    marks = start.marks - frame.anchor
    return marks[(marks >= frame.low) & (marks <= frame.high)]


def _thin(y: np.ndarray) -> np.ndarray:
    """Drop points much closer to a neighbour than the others around: differences need room."""
    step = np.diff(y)
    padded = np.concatenate([step[:1], step, step[-1:]])
    crowded = step < 0.05 * np.minimum(padded[:-2], padded[2:])
    crowded[-1] = False
    return y[np.concatenate([[True], ~crowded])]


def _geometric(low: float, high: float) -> np.ndarray:
    """Return points from ``low`` to ``high`` with ratio about ``RATIO``."""
    count = max(2, math.ceil(math.log(high / low) / math.log(RATIO)) + 1)
    return np.geomspace(low, high, count)


def shortest_length(frame: Frame, start: Start, shortest_time: float) -> float:
    """Return the shortest length in x on which the law varies at the shortest time."""
    marks = _marks_in(frame, start)
    if not marks.size:
        return math.inf
    noise = np.maximum(frame.noise_and_drift(marks)[0], 0.0)
    # From a degenerate end, a ~ a1 y, the process gets a1 t / 2 away.
    slope = np.abs(polynomial(_derivative(frame.a), marks))
    width = np.sqrt(start.scale**2 + 2.0 * noise * shortest_time) + 0.5 * slope * shortest_time
    return max(float(width.min()), 1e-12 * float(np.abs(marks).max()), 1e-290)


def _derivative(coefficients: np.ndarray) -> np.ndarray:
    """Return the coefficients of the derivative, at least one."""
    return np.append(coefficients[1:] * np.arange(1, coefficients.size), 0.0)
