"""Square windows that cover an image, and the pixels in each."""

from __future__ import annotations

import numpy as np

from explorer.core.errors import InputError


def default_stride(size: int) -> int:
    """Return a third of the side of a window, at least 2 (1 for one pixel): windows overlap.

    Examples
    --------
    >>> [default_stride(size) for size in (1, 5, 9, 15)]
    [1, 2, 3, 5]
    """
    return min(max(2, size // 3), size)


def windows(
    shape: tuple[int, int, int], size: int, *, stride: int, live: np.ndarray
) -> list[np.ndarray]:
    """Return the live pixels of each window, flat indices; windows without any are left out.

    Parameters
    ----------
    shape : tuple of int
        (C, H, W).
    size : int
        Side in pixels; a window wider than the image is cut to it. All channels belong to it.
    stride : int
        Step from window to window, at most `size`; the last one of a row ends at the border.
    live : numpy.ndarray of bool, shape (d,)
        Pixels that vary in the data.

    Raises
    ------
    InputError
        With field ``"window"`` or ``"stride"``.

    Examples
    --------
    >>> [w.tolist() for w in windows((1, 1, 5), 3, stride=3, live=np.arange(5) != 1)]
    [[0, 2], [2, 3, 4]]
    """
    _check(size, stride)
    _, height, width = shape
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    found = []
    for top in _starts(height, size, stride):
        for left in _starts(width, size, stride):
            inside = numbers[:, top : top + size, left : left + size].ravel()
            inside = inside[live[inside]]
            if inside.size:
                found.append(inside)
    return found


def _starts(length: int, size: int, stride: int) -> list[int]:
    last = max(length - size, 0)
    return [*range(0, last, stride), last]


def _check(size: int, stride: int) -> None:
    if size != int(size) or size < 1:
        problem = f"window = {size!r} is not a number of pixels."
        raise InputError("window", problem, "Give a whole number >= 1, for instance 9.")
    if stride != int(stride) or not 1 <= stride <= size:
        problem = f"stride = {stride!r} for windows of {size} pixels."
        raise InputError("stride", problem, f"Give a whole number from 1 to {size}: no gaps.")
