"""Patterns to be planted into images: drawn by hand or ready, and the text that a link holds.

A pattern is a map of cells, on or off; as weights w it is 1 where it is on, in all channels. Each
image becomes ``x_i' = x_i + g z_i w`` with independent z_i of mean 0 and variance 1, so that pixels
far apart have something in common: the covariance gains ``g^2 w w^T``. This is our construction;
how the paper planted its pattern is not public.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from explorer.core import rng
from explorer.core.errors import InputError

MOST_CELLS = 32  # a side; larger images are drawn on cells of several pixels
LONGEST = 400  # characters of the text
FIELD = "pattern"
_TEXT = re.compile(r"([1-9][0-9]?)x([1-9][0-9]?)\.([0-9a-f]+)")

Rows = tuple[int, int]


def grid_of(shape: Rows) -> Rows:
    """Return rows and columns of the cells on which a pattern for images (H, W) is drawn.

    Examples
    --------
    >>> grid_of((28, 28)), grid_of((64, 64))
    ((28, 28), (32, 32))
    """
    step = -(-max(shape) // MOST_CELLS)
    return -(-shape[0] // step), -(-shape[1] // step)


def write(cells: np.ndarray) -> str:
    """Return the text of a map of cells: size, dot, its bits by rows in hexadecimal.

    Examples
    --------
    >>> write(np.eye(3, dtype=bool))
    '3x3.8880'
    """
    return f"{len(cells)}x{cells.shape[1]}.{np.packbits(cells).tobytes().hex()}"


def read(text: str) -> np.ndarray:
    """Return the map of cells that a text holds, bool (rows, columns).

    Raises
    ------
    InputError
        With field ``"pattern"``, if it is not such a text.

    Examples
    --------
    >>> int(read("3x3.8880").trace())
    3
    """
    found = _TEXT.fullmatch(text) if len(text) <= LONGEST else None
    if found is not None:
        rows, columns = int(found[1]), int(found[2])
        size = rows * columns
        if max(rows, columns) <= MOST_CELLS and len(found[3]) == 2 * (-(-size // 8)):
            bits = np.frombuffer(bytes.fromhex(found[3]), np.uint8)
            return np.unpackbits(bits, count=size).astype(bool).reshape(rows, columns)
    problem = "The drawn pattern in this link cannot be read."
    raise InputError(FIELD, problem, "Draw it again, or choose a ready one.")


def fit(cells: np.ndarray, shape: Rows) -> np.ndarray:
    """Return the map stretched to another size, bool (H, W): each place takes the nearest cell.

    Examples
    --------
    >>> fit(np.array([[True, False]]), (1, 4)).tolist()
    [[True, True, False, False]]
    """
    rows, columns = (
        ((np.arange(new) + 0.5) * old / new).astype(int)
        for new, old in zip(shape, cells.shape, strict=True)
    )
    return cells[np.ix_(rows, columns)]


def weights(pixels: np.ndarray, channels: int) -> np.ndarray:
    """Return w (d,), 1 where a map (H, W) is on, equal in all channels."""
    return np.tile(pixels.ravel().astype(np.float64), channels)


def plant(images: np.ndarray, pattern: np.ndarray, *, gain: float, seed: int) -> np.ndarray:
    """Return images (B, C, H, W) in [-1, 1] with the pattern (H, W), ``x_i + g z_i w``, float32.

    The normal z_i of image i depends on seed and i alone. What leaves [-1, 1] is kept.
    """
    amounts = rng.normal(seed, list(range(len(images))), (1, 1, 1))
    return images + np.float32(gain) * amounts * pattern.astype(np.float32)


def ready(name: str, grid: Rows, cell: Rows) -> np.ndarray:
    """Return a ready pattern that contains a cell, bool (rows, columns).

    Parameters
    ----------
    name : str
        One of ``READY``.
    grid : (int, int)
        Rows and columns of cells.
    cell : (int, int)
        What it must contain.

    Examples
    --------
    >>> bool(ready("w", (8, 8), (4, 3))[4, 3])
    True
    """
    shape = READY[name](max(3, round(0.7 * min(grid))))
    inks = np.argwhere(shape)
    middle = (np.array(grid) - shape.shape) // 2  # where the whole pattern would stand at rest
    corners = np.array(cell) - inks
    inside = np.clip(corners, 0, np.maximum(np.array(grid) - shape.shape, 0))
    beyond = np.abs(corners - inside).sum(axis=1)
    away = np.abs(corners - middle).sum(axis=1)
    rows, columns = (inks + corners[np.lexsort((away, beyond))[0]]).T
    kept = (rows >= 0) & (rows < grid[0]) & (columns >= 0) & (columns < grid[1])
    cells = np.zeros(grid, dtype=bool)
    cells[rows[kept], columns[kept]] = True
    return cells


def _w(side: int) -> np.ndarray:
    """Return the letter W: two steep strokes, and the same in the mirror."""
    half, height = side // 2 + 1, max(4, round(0.9 * side))
    rows = np.arange(height)
    foot = round(0.25 * 2 * (half - 1))
    outer = np.rint(np.interp(rows, [0, height - 1], [0, foot])).astype(int)
    peak = rows[rows >= 0.4 * height]
    inner = np.rint(np.interp(peak, [peak[0], height - 1], [half - 1, foot])).astype(int)
    left = np.zeros((height, half), dtype=bool)
    left[rows, outer] = left[peak, inner] = True
    return np.hstack([left, left[:, -2::-1]])


def _cross(side: int) -> np.ndarray:
    side += 1 - side % 2
    cells = np.zeros((side, side), dtype=bool)
    cells[side // 2] = cells[:, side // 2] = True
    return cells


def _ring(side: int) -> np.ndarray:
    centre = (side - 1) / 2
    distance = np.hypot(*(np.indices((side, side)) - centre))
    return np.abs(distance - centre) < 0.5


def _stripe(side: int) -> np.ndarray:
    return np.ones((1, side), dtype=bool)


READY: dict[str, Callable[[int], np.ndarray]] = {
    "w": _w,
    "cross": _cross,
    "ring": _ring,
    "stripe": _stripe,
}
