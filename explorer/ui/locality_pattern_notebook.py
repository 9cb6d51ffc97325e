"""The notebook lines behind the tab *Draw a pattern*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.locality_notebook import filter_of

if TYPE_CHECKING:
    from explorer.ui.locality_pattern_state import Drawing
    from explorer.ui.locality_state import State


def pattern(state: State, drawing: Drawing) -> str:
    """Return the lines that make the pattern and both filters."""
    return (
        f"{filter_of(state.data)}\n"
        "from explorer.analysis import patterns\n"
        "from explorer.denoisers.wiener import Pattern\n\n"
        f'pattern = patterns.fit(patterns.read("{drawing.text}"), data.shape[1:])\n'
        "weights = patterns.weights(pattern, data.shape[0])\n"
        'drawn = denoisers.build("wiener", data, statistics=wiener.statistics, '
        f"pattern=Pattern(weights, {drawing.gain!r}))"
    )


def examples(state: State, drawing: Drawing, count: int) -> str:
    """Return the lines for images with the pattern."""
    return (
        f"{pattern(state, drawing)}\n"
        f"images = data.as_float(slice({count}))\n"
        f"planted = patterns.plant(images, pattern, gain={drawing.gain!r}, seed={state.seed})"
    )


def look(state: State, drawing: Drawing) -> str:
    """Return the lines for the fields and masks without and with the pattern."""
    what = f"{state.pixel}, {state.sigma!r}, threshold={state.threshold!r}"
    return (
        f"{pattern(state, drawing)}\n"
        f"before = locality.look(wiener, {what})\n"
        f"after = locality.look(drawn, {what})\n"
        "print(before.size, after.size)"
    )


def scan(state: State, drawing: Drawing) -> str:
    """Return the lines for the mask sizes over noise levels."""
    what = f"{state.pixel}, sigmas, threshold={state.threshold!r}"
    return (
        f"import numpy as np\n{pattern(state, drawing)}\n"
        "sigmas = np.geomspace(60.8, 0.01, 41)\n"
        f"before = locality.scan(wiener, {what})\n"
        f"after = locality.scan(drawn, {what})\n"
        "print(before.sizes, after.sizes)"
    )
