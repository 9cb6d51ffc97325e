"""Pictures of several samplers from the same noise: where they end, or how one comes about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.figures import numbers, picture_grid
from explorer.figures.picture_grid import Row

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.figures.theme import Theme

MOST = 42_000  # pixel values of one figure: 56 kB where they cannot be compressed
SIDE = 48  # px of a picture where there is room
ACROSS, LINES = 8, 2  # pictures in a line, and lines of one sampler
COLUMNS = 7  # noise levels and the end
NOISE = 0.5  # of the noise's standard deviation: it covers the greys without cutting much


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """What one sampler has made.

    Attributes
    ----------
    title : str
    sigmas : numpy.ndarray, shape (S + 1,)
        Noise levels of the whole grid.
    x, x0 : numpy.ndarray, shapes (S' + 1, k, C, H, W) and (S', k, C, H, W)
        States and guesses of the finished steps.
    """

    title: str
    sigmas: np.ndarray
    x: np.ndarray
    x0: np.ndarray

    @property
    def done(self) -> int:
        """Finished steps."""
        return len(self.x0)


def fitting(k: int, lanes: int, shape: tuple[int, ...]) -> int:
    """Return how many of k pictures of a shape (C, H, W) may be sent for each lane, at least one.

    Examples
    --------
    >>> fitting(8, 4, (1, 8, 8)), fitting(8, 4, (3, 32, 32))
    (8, 3)
    """
    return max(1, min(k, MOST // (max(lanes, 1) * int(np.prod(shape)))))


def noise(start: np.ndarray, sigma: float) -> np.ndarray:
    """Return a start (..., C, H, W) of level sigma as a picture: grey at 0.

    Examples
    --------
    >>> noise(np.array([80.0, -160.0]), 80.0).tolist()
    [0.5, -1.0]
    """
    return NOISE * start / sigma


def finals(
    lanes: Sequence[Lane], theme: Theme, *, alt: str, begin: np.ndarray | None = None
) -> go.Figure:
    """Draw the present states of all samples, a row for each lane, the noise above them.

    Parameters
    ----------
    lanes : sequence of Lane
    theme : Theme
    alt : str
        The finding in words.
    begin : numpy.ndarray, shape (k, C, H, W), optional
        Pictures of the noise that all begin with.
    """
    rows = [] if begin is None else [Row("All begin with this noise", begin)]
    rows += [Row(lane.title, state(lane)) for lane in lanes]
    count = min(len(row.pictures) for row in rows)
    count = fitting(min(count, ACROSS * LINES), len(rows), rows[0].pictures.shape[1:])
    count = count // ACROSS * ACROSS or count  # full lines
    rows = [Row(row.title, row.pictures[:count]) for row in rows]
    heads = [str(i) for i in range(count)] if 1 < count <= ACROSS else []
    return picture_grid.figure(rows, theme, alt=alt, side=SIDE, across=ACROSS, heads=heads)


def state(lane: Lane) -> np.ndarray:
    """Return the present state (k, C, H, W): the guess on the way, the sample at the end.

    On the way the state is mostly noise, and the guess says more.
    """
    finished = lane.done == len(lane.sigmas) - 1
    if finished:
        return _finite(lane.x[-1])
    return _finite(lane.x0[-1]) if lane.done else noise(lane.x[0], float(lane.sigmas[0]))


def steps(lanes: Sequence[Lane], theme: Theme, *, sample: int, alt: str) -> go.Figure:
    """Draw how one sample comes about: columns are noise levels, pictures the guesses there.

    Samplers have different grids. Each picture is the last guess that was made before the noise
    fell below the level of its column; what is not there yet is grey.

    Parameters
    ----------
    lanes : sequence of Lane
    theme : Theme
    sample : int
    alt : str
        The finding in words.
    """
    room = fitting(COLUMNS, len(lanes), lanes[0].x.shape[2:])
    at = columns(lanes, max(1, room - 1))
    rows = [Row(lane.title, guesses(lane, sample, at), None, _said(lane, at)) for lane in lanes]
    heads = [numbers.number(float(sigma), 2) for sigma in at] + ["end"]
    return picture_grid.figure(rows, theme, alt=alt, side=SIDE, across=len(heads), heads=heads)


def columns(lanes: Sequence[Lane], most: int) -> np.ndarray:
    """Return the noise levels of the columns: nodes of the finest grid, evenly picked, falling.

    Examples
    --------
    >>> lane = Lane("", np.array([8.0, 4.0, 2.0, 1.0, 0.0]), np.zeros(1), np.zeros(0))
    >>> columns([lane], 2).tolist()
    [8.0, 1.0]
    """
    longest = max(lanes, key=lambda lane: len(lane.sigmas)).sigmas[:-1]
    picked = np.linspace(0, len(longest) - 1, min(most, len(longest)))
    return longest[np.rint(picked).astype(int)]


def guesses(lane: Lane, sample: int, at: np.ndarray) -> np.ndarray:
    """Return the guesses of one sample at noise levels (m,), and its end: (m + 1, C, H, W)."""
    blank = np.zeros(lane.x.shape[2:], np.float32)
    found = [lane.x0[step, sample] if step < lane.done else blank for step in _steps_at(lane, at)]
    finished = lane.done == len(lane.sigmas) - 1
    return _finite(np.stack([*found, lane.x[-1, sample] if finished else blank]))


def _finite(pictures: np.ndarray) -> np.ndarray:
    """Return pictures with grey where a run has left the numbers."""
    return np.nan_to_num(pictures, nan=0.0, posinf=1.0, neginf=-1.0)


def _steps_at(lane: Lane, at: np.ndarray) -> list[int]:
    """Return for each level the last step that began at that level or above it."""
    begun = lane.sigmas[:-1]
    return [max(0, int((begun >= level * (1 - 1e-9)).sum()) - 1) for level in at]


def _said(lane: Lane, at: np.ndarray) -> list[str]:
    """Say at which level each guess was made."""
    end = numbers.number(float(lane.sigmas[-1]), 3)
    made = [
        f"step {step + 1}, σ = {numbers.number(float(lane.sigmas[step]), 3)}"
        if step < lane.done
        else "not there yet"
        for step in _steps_at(lane, at)
    ]
    return [*made, f"the end, σ = {end}"]
