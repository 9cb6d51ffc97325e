"""The Generator Studio: how fast a diffusion forgets where it started.

One fragment holds the page, so that an edit never reruns the frame around it; the panels inside
are fragments of their own where they have their own controls. The way of the data: texts ->
`Generator` -> `cached` -> result -> figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.core.errors import NotErgodicError
from explorer.ui import (
    cached,
    frame,
    memory,
    studio_controls,
    studio_gap,
    studio_state,
    studio_tabs,
    studio_verdict,
    studio_visits,
    studio_words,
)

if TYPE_CHECKING:
    from explorer.generators import Generator, Spectrum
    from explorer.ui.cached import Timed
    from explorer.ui.studio_state import Reading

TITLE = "Generator Studio"
QUESTION = "How fast does this diffusion forget where it started?"


@st.fragment(key=studio_state.STUDIO)
def draw() -> None:
    """Draw the whole studio for the present texts."""
    memory.settle()
    reading = studio_state.read()
    with st.sidebar:
        studio_controls.draw(reading)
    header = frame.header(TITLE, QUESTION, fields=studio_state.FIELDS, hideable=studio_state.GROUPS)
    if reading.generator is None:
        header.verdict(f"Not a diffusion yet: {_unread(reading)} cannot be read.", "bad")
        if reading.error is not None:
            studio_verdict.unreadable(reading.error)
        _last_good()
        return
    classification = cached.classification(reading.generator.key(), reading.generator)
    solved = _solve(reading.generator) if classification.exponentially_ergodic else None
    if solved is None:
        header.verdict(studio_words.typeset(classification.reason), "bad")
        studio_verdict.refused(reading.generator, classification)
        _last_good()
        return
    header.verdict(*studio_words.verdict(solved.value))
    studio_verdict.notes(classification)
    studio_state.remember_good()
    studio_visits.add(reading.generator, solved.value)
    studio_gap.draw(reading.generator, solved)
    studio_tabs.draw(reading.generator, solved.value)


def _solve(generator: Generator) -> Timed[Spectrum] | None:
    try:
        return cached.spectrum(generator.key(), generator)
    except NotErgodicError:
        return None


def _unread(reading: Reading) -> str:
    """Name the box; what a stranger wrote into a link is quoted beside it only, as plain text."""
    field = reading.error.field if reading.error else ""
    return {"a": "the noise a(x)", "b": "the drift b(x)"}.get(field, "the domain")


def _last_good() -> None:
    """Keep the last picture that was right, marked as old."""
    generator = studio_state.last_good()
    if generator is None:
        return
    with st.container(key="gs_old"):
        st.caption(
            f"Below is the last generator that had a gap: a = {generator.a_text}, "
            f"b = {generator.b_text} on {studio_words.domain(generator)}."
        )
        studio_gap.draw(generator, cached.spectrum(generator.key(), generator))
