"""What the tab *Draw a pattern* keeps in memory. As in `cached_images`: ``f(key, _spec)``."""

# ruff: noqa: ARG001  (the key is what Streamlit hashes; the body needs only the specification)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.analysis import locality, patterns
from explorer.ui import cached_images

if TYPE_CHECKING:
    from explorer.analysis.locality import Look, Scan
    from explorer.denoisers.wiener import Wiener
    from explorer.ui.locality_pattern_state import Drawing
    from explorer.ui.locality_state import State

SETTINGS: dict[str, Any] = {"show_spinner": False}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the page shows, with a pattern."""

    state: State
    drawing: Drawing

    def look_key(self) -> str:
        """Return the canonical string of pixel, noise level, threshold and pattern."""
        return self.state.look_key() + self.drawing.key()

    def scan_key(self) -> str:
        """Return the canonical string of pixel, threshold and pattern."""
        return self.state.scan_key() + self.drawing.key()


@st.cache_data(max_entries=256, max_size="16mb", **SETTINGS)
def look(key: str, _drawn: Drawn) -> Look:
    """Return what the chosen pixel looks at in images with the pattern."""
    state = _drawn.state
    return locality.look(_wiener(_drawn), state.pixel, state.sigma, threshold=state.threshold)


@st.cache_data(max_entries=256, max_size="4mb", **SETTINGS)
def scan(key: str, _drawn: Drawn) -> Scan:
    """Return mask size and degrees of freedom with the pattern, over the usual noise levels."""
    state = _drawn.state
    return locality.scan(
        _wiener(_drawn),
        state.pixel,
        cached_images.LEVELS,
        threshold=state.threshold,
        diagonals_known=cached_images.diagonals(state.data.key(), state.data),
    )


def _wiener(drawn: Drawn) -> Wiener:
    """Return the filter of the images with the pattern; nothing is decomposed anew."""
    from explorer.denoisers.wiener import Pattern, Wiener

    plain = cached_images.wiener(drawn.state.data.key(), drawn.state.data)
    weights = patterns.weights(drawn.drawing.pixels, drawn.drawing.shape[0])
    return Wiener(plain.statistics, Pattern(weights, drawn.drawing.gain))
