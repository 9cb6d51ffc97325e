"""Trajectories as few bytes: what one message to the browser carries.

A state at noise level sigma is divided by ``f = sqrt(1 + sigma^2 / v)``, with v the variance of
the data in each coordinate. Then the variance of all points, ``(v + sigma^2) / f^2 = v``, is the
same at every noise level, and one step of rounding is equally fine at all of them.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

FINENESS = 1023  # steps of rounding from the middle of the square to its edge
MOST_LETTERS = 80_000  # of the packed text: with everything else a message stays below 100 kB
FAR = 32_767  # steps: what is not finite, or 32 squares away, is drawn out of sight


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """The way of some samples from noise to data.

    Attributes
    ----------
    title : str
    colour : str
        ``#RRGGBB``
    sigmas : numpy.ndarray, shape (S + 1,)
        Noise grid, decreasing; the last node may be 0.
    x : numpy.ndarray, shape (S' + 1, k, 2)
        States at the first S' + 1 nodes: a run that is under way has fewer than all.

    Raises
    ------
    InputError
        For states that are not points of the plane at nodes of the grid.
    """

    title: str
    colour: str
    sigmas: np.ndarray
    x: np.ndarray

    def __post_init__(self) -> None:
        shape = self.x.shape
        if self.x.ndim != 3 or shape[2] != 2 or shape[1] < 1:
            remedy = "Give the states of points of the plane, (steps + 1, points, 2)."
            raise InputError("x", f"States of shape {shape}.", remedy)
        if not 1 <= len(self.x) <= len(self.sigmas):
            problem = f"{len(self.x)} states for {len(self.sigmas)} noise levels."
            raise InputError("x", problem, "Give at most one state for each level.")


def factor(sigmas: np.ndarray, spread: float) -> np.ndarray:
    """Return ``sqrt(1 + sigma^2 / spread^2)``: by it states at sigma are divided.

    Examples
    --------
    >>> factor(np.array([0.0, 3.0]), spread=4.0).tolist()
    [1.0, 1.25]
    """
    return np.sqrt(1.0 + np.square(np.asarray(sigmas, dtype=np.float64) / spread))


def scaled(flight: Flight, spread: float) -> np.ndarray:
    """Return the states so that noise and data are equally wide, shape (S' + 1, k, 2).

    Parameters
    ----------
    flight : Flight
    spread : float
        Standard deviation of the data in each coordinate.
    """
    by = factor(flight.sigmas[: len(flight.x)], spread)
    return flight.x.astype(np.float64) / by[:, None, None]


def packed(states: Sequence[np.ndarray], reach: float) -> str:
    """Return states as text: rounded, as differences, low bytes before high ones, deflated, base64.

    A state is stored as its difference to the one before, the first of a flight as its difference
    to the first of the first flight: flights from the same noise differ there by nothing.

    Parameters
    ----------
    states : sequence of numpy.ndarray, each (S + 1, k, 2)
    reach : float
        Half the width of the square; it has 1023 steps of rounding.

    Examples
    --------
    >>> path = np.array([[[3.0, 0.0]], [[1.5, -1.5]]])
    >>> [a.round(2).tolist() for a in unpacked(packed([path], 3.0), [path.shape], 3.0)]
    [[[[3.0, 0.0]], [[1.5, -1.5]]]]
    """
    steps = [_rounded(state, reach) for state in states]
    start = steps[0][0]
    changes = [
        np.diff(step, axis=0, prepend=(start if k else np.zeros_like(start))[None])
        for k, step in enumerate(steps)
    ]
    codes = np.concatenate([change.ravel() for change in changes]).astype("<u2")
    planes = np.concatenate([codes & 0xFF, codes >> 8]).astype(np.uint8)
    return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode()


def unpacked(text: str, shapes: Sequence[tuple[int, ...]], reach: float) -> list[np.ndarray]:
    """Return what `packed` was given, rounded: the inverse that the browser does as well."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    low, high = planes.reshape(2, -1).astype(np.uint16)
    codes = (low | (high << 8)).view(np.int16)
    sizes = [int(np.prod(shape)) for shape in shapes]
    found: list[np.ndarray] = []
    for part, shape in zip(np.split(codes, np.cumsum(sizes)[:-1]), shapes, strict=True):
        changes = part.reshape(shape).copy()
        if found:
            changes[0] += found[0][0]
        found.append(np.cumsum(changes, axis=0, dtype=np.int16))
    return [steps * (reach / FINENESS) for steps in found]


def fitting(
    states: Sequence[np.ndarray], reach: float, *, most: int = MOST_LETTERS
) -> tuple[str, np.ndarray]:
    """Return the packed text of as many points as fit, evenly chosen, and which they are.

    Parameters
    ----------
    states : sequence of numpy.ndarray, each (S + 1, k, 2)
        All flights have the same points; of flights with fewer, the common first ones are taken.
    reach : float
    most : int
        Letters of the text.
    """
    of = min(state.shape[1] for state in states)
    number = of
    while True:
        index = np.unique(np.linspace(0, of - 1, number).round().astype(int))
        text = packed([state[:, index] for state in states], reach)
        if len(text) <= most or number == 1:
            return text, index
        number = max(1, min(number - 1, int(0.98 * number * most / len(text))))


def _rounded(state: np.ndarray, reach: float) -> np.ndarray:
    """Return whole steps, int16; differences of them wrap around and come back."""
    steps = np.nan_to_num(state * (FINENESS / reach), nan=FAR, posinf=FAR, neginf=-FAR)
    return np.clip(np.rint(steps), -FAR, FAR).astype(np.int16)
