"""The generators visited in this session: a short trail for the plane of λ₁ against Λ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures.speed import Visit
from explorer.generators import presets
from explorer.ui import cached, studio_words

if TYPE_CHECKING:
    from explorer.generators import Generator, Spectrum

MOST = 60
_VISITS = "gs_visits"
_LANDMARKS = {
    "ornstein-uhlenbeck": "OU",
    "jacobi": "Jacobi",
    "student": "Student",
    "quartic": "quartic",
    "fast-and-loud": "degree 5",
    "double-well": "double well",
}


def visit(generator: Generator, spectrum: Spectrum) -> Visit:
    """Return `generator` as a point of the plane."""
    preset = presets.find(generator)
    where = studio_words.domain(generator)
    text = f"a = {generator.a_text}, b = {generator.b_text} on {where}"
    name = preset.label if preset else text[:80]
    return Visit(name, spectrum.log_gap / studio_words.LN10, spectrum.efficiency)


def add(generator: Generator, spectrum: Spectrum) -> None:
    """Append `generator` to the trail, once, and forget the oldest beyond `MOST`."""
    new = visit(generator, spectrum)
    trail = tuple(old for old in trail_of_session() if old != new)
    st.session_state[_VISITS] = (*trail, new)[-MOST:]


def trail_of_session() -> tuple[Visit, ...]:
    """Return the visited generators, oldest first."""
    return st.session_state.get(_VISITS, ())


def landmarks() -> tuple[Visit, ...]:
    """Return a few presets to find one's way by; solved once per process."""
    known = []
    for name, label in _LANDMARKS.items():
        generator = presets.PRESETS[name].generator()
        solved = cached.spectrum(generator.key(), generator).value
        known.append(Visit(label, solved.log_gap / studio_words.LN10, solved.efficiency))
    return tuple(known)


def forget() -> None:
    """Empty the trail; for a callback."""
    st.session_state[_VISITS] = ()
