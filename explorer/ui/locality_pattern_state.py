"""What the fields of the tab *Draw a pattern* say: which pattern, how strong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.analysis import patterns
from explorer.core.errors import InputError
from explorer.ui import inputs
from explorer.ui import locality_pattern_fields as f

if TYPE_CHECKING:
    from explorer.ui.locality_state import State


@dataclass(frozen=True, slots=True)
class Drawing:
    """A pattern as text, on the grid of the images shown, and its strength.

    Attributes
    ----------
    text : str
        As `patterns.write` gives it.
    gain : float
    shape : (int, int, int)
        Channels, height and width of the images.
    cell : (int, int)
        The chosen pixel's place on the grid.
    """

    text: str
    gain: float
    shape: tuple[int, int, int]
    cell: tuple[int, int]

    def key(self) -> str:
        """Return the canonical string of the pattern."""
        return json.dumps(["pattern", self.text, self.gain.hex(), self.shape])

    @property
    def pixels(self) -> np.ndarray:
        """The pattern on the pixels, bool (H, W)."""
        return patterns.fit(patterns.read(self.text), self.shape[1:])


def read(state: State, shape: tuple[int, int, int]) -> tuple[Drawing, InputError | None]:
    """Return the pattern for images of `shape`; a link's unreadable one is replaced and named."""
    rows = shape[1:]
    grid = patterns.grid_of(rows)
    row, column = (p * g // s for p, g, s in zip(state.pixel[1:], grid, rows, strict=True))
    name, error = str(inputs.value(f.SHAPE)), None
    cells = None
    if name == f.OWN:
        try:
            cells = patterns.fit(_own(grid), grid)
        except InputError as refused:
            name, error = f.SHAPE.default, refused
    if cells is None:
        cells = patterns.ready(name, grid, (row, column))
    gain = float(inputs.value(f.GAIN))
    return Drawing(patterns.write(cells), gain, shape, (row, column)), error


def take(text: str) -> None:
    """Make what was drawn the pattern; for a callback. What is no pattern is passed over."""
    try:
        patterns.read(text)
    except InputError:
        return
    inputs.assign({f.SHAPE: f.OWN, f.CELLS: text})
    st.query_params[f.CELLS.key] = text  # no widget keeps the address in step


def clear(grid: tuple[int, int]) -> None:
    """Begin with an empty board; for a callback."""
    take(patterns.write(np.zeros(grid, dtype=bool)))


def _own(grid: tuple[int, int]) -> np.ndarray:
    text = str(inputs.value(f.CELLS))
    return patterns.read(text) if text else np.zeros(grid, dtype=bool)
