"""Which patches are compared with which: moves of a window over the images.

A move ``(dy, dx)`` compares the patch of the noisy image at r with the data's patch at
``r' = r + (dy, dx)``, for all r' of a rectangle at once. The three machines of Kamb and Ganguli are
three lists of moves:

* local: one move, by nothing; windows are cut at the border;
* equivariant: all moves, the noisy image continued periodically, r' wherever a whole window fits;
* boundary-broken equivariant: r and r' lie in the same class of rows and in the same class of
  columns. The interior rows are one class (whole windows fit); each row nearer to a border than
  half a window is a class of its own. Windows are cut at the border, alike on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Border = Literal["local", "periodic", "classes"]


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """A list of moves and the window that moves.

    Attributes
    ----------
    reach : tuple of int
        How far a window reaches before and after its place, along both axes.
    table : numpy.ndarray, int64, shape (M, 6)
        Shift (dy, dx) and, of the places r', first row, stop, first column, stop.
    """

    reach: tuple[int, int]
    table: np.ndarray

    @property
    def places(self) -> int:
        """Number of patches of one image that the busiest location is compared with, at most."""
        _, _, top, stop, left, right = self.table.T
        return int(((stop - top) * (right - left)).max() * len(self.table))


def centred(size: int, shape: tuple[int, int], border: Border) -> Moves:
    """Return the moves of a window of odd size around its place in images (H, W).

    Examples
    --------
    >>> centred(3, (7, 7), "local").table.tolist()
    [[0, 0, 0, 7, 0, 7]]
    >>> len(centred(3, (7, 7), "periodic").table), len(centred(3, (7, 7), "classes").table)
    (49, 81)
    """
    half = size // 2
    if border == "periodic":
        rows, columns = (_periodic(half, side) for side in shape)
    elif border == "classes" and size < min(shape):
        rows, columns = (_by_class(half, side) for side in shape)
    else:
        rows, columns = ([(0, 0, side)] for side in shape)
    table = [(dy, dx, *ys, *xs) for dy, *ys in rows for dx, *xs in columns]
    return Moves((half, half), np.array(table, dtype=np.int64))


def inside(size: int, shape: tuple[int, int]) -> Moves:
    """Return the one move, by nothing, of a window that lies fully inside; r is its corner."""
    height, width = shape
    table = np.array([[0, 0, 0, height - size + 1, 0, width - size + 1]], dtype=np.int64)
    return Moves((0, size - 1), table)


def _periodic(half: int, side: int) -> list[tuple[int, int, int]]:
    return [(shift, half, side - half) for shift in range(side)]


def _by_class(half: int, side: int) -> list[tuple[int, int, int]]:
    """Return moves along one axis: everything stays, or the interior moves within itself."""
    room = side - 2 * half - 1
    moves = ((d, half + max(d, 0), side - half + min(d, 0)) for d in range(-room, room + 1))
    return [(0, 0, side) if move[0] == 0 else move for move in moves]
