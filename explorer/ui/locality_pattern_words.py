"""The sentences of the tab *Draw a pattern*, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis import patterns
from explorer.figures import numbers, sensitivity

if TYPE_CHECKING:
    from explorer.analysis.locality import Look
    from explorer.ui.locality_pattern_state import Drawing

EXAMPLES = (
    "Every image gets the pattern by a random amount of its own, brighter or darker. How the paper "
    "planted its pattern is not public; this construction is ours."
)


def board(drawing: Drawing) -> str:
    """Return what a screen reader says of the board.

    Examples
    --------
    >>> from explorer.ui.locality_pattern_state import Drawing
    >>> board(Drawing("3x3.8880", 0.5, (1, 3, 3), (0, 0)))[:55]
    'Drawing board, 3 rows and 3 columns, 3 cells are on. Ar'
    """
    cells = patterns.read(drawing.text)
    rows, columns = cells.shape
    return (
        f"Drawing board, {rows} rows and {columns} columns, {int(cells.sum())} cells are on. "
        "Arrow keys move, the space bar switches a cell."
    )


def field(before: Look, after: Look, drawing: Drawing) -> str:
    """Say how much of what the pixel looks at lies on the pattern."""
    on = drawing.pixels
    if not on.any() or not drawing.gain:
        return "Nothing is planted: both fields are the same."
    if not on[before.pixel[1:]]:
        return "The chosen pixel is not on the pattern, and hardly notices it."
    before_, after_ = (numbers.percent(_share(look, on)) for look in (before, after))
    return (
        f"Of all that the pixel looks at, {before_} lay on these places before, and {after_} with "
        "the pattern planted."
    )


def mask(before: Look, after: Look) -> str:
    """Say how the mask changes."""
    return (
        f"Without the pattern **{sensitivity.size_in_words(before)}** pass the threshold, with it "
        f"**{sensitivity.size_in_words(after)}**."
    )


def _share(look: Look, on: np.ndarray) -> float:
    weights = np.abs(look.sensitivity).sum(axis=0)
    total = float(weights.sum())
    return float(weights[on].sum()) / total if total > 0.0 else 0.0
