"""The Generator Studio: how fast a diffusion forgets where it started.

One fragment holds the page, so that an edit never reruns the frame around it; the panels inside
are fragments of their own where they have their own controls. The way of the data: texts ->
`Generator` -> `cached` -> result -> figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.core.errors import InputError, NotErgodicError
from explorer.ui import (
    cached,
    errors,
    frame,
    studio_controls,
    studio_fields,
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


# The last good picture stays where it is, paler: nothing jumps while a text is half typed.
OLD = "<style>.st-key-gs_page { opacity: 0.4; }</style>"
PRESENT = "<style>.st-key-gs_page { opacity: 1; }</style>"


@st.fragment(key=studio_state.STUDIO)
def draw() -> None:
    """Draw the whole studio for the present texts; the pictures first, then the controls."""
    reading = studio_state.read()
    try:
        _pictures(reading)
    finally:  # whatever fails there, the boxes to mend it with must stand
        with st.sidebar:
            studio_controls.draw(reading)


def _pictures(reading: Reading) -> None:
    """Draw verdict and panels; those of the last good texts where the present ones are refused."""
    header = frame.header(
        TITLE, QUESTION, fields=studio_fields.FIELDS, hideable=studio_fields.GROUPS
    )
    with st.container(key="gs_message", gap=None):
        solved = _judge(reading, header)
    if solved is not None:
        studio_state.remember_good()
        studio_visits.add(solved.value.generator, solved.value)
    shown = solved or _last_good()
    if shown is None:
        return
    st.html(OLD if solved is None else PRESENT)
    with st.container(key="gs_page"):
        generator = shown.value.generator
        studio_gap.draw(generator, shown)
        studio_tabs.draw(generator, shown.value)


def _judge(reading: Reading, header: frame.Header) -> Timed[Spectrum] | None:
    """Say the verdict on what the texts hold; return the spectrum if there is one."""
    if reading.generator is None or reading.error is not None:
        header.verdict(f"Not a diffusion yet: {_unread(reading)} cannot be read. {_kept()}", "bad")
        if reading.error is not None:
            errors.again(reading.error)
        if studio_state.last_good() is None:
            studio_verdict.unreadable(_field(reading))
        return None
    generator = reading.generator
    classification = cached.classification(generator.key(), generator)
    try:
        solved = _solve(generator) if classification.exponentially_ergodic else None
    except InputError as error:  # beyond what doubles can hold
        header.verdict(f"Ergodic, but out of reach. {error} {_kept()}", "caution")
        if studio_state.last_good() is None:
            studio_verdict.beyond()
        return None
    if solved is None:
        header.verdict(studio_words.typeset(classification.reason), "bad")
        studio_verdict.refused(generator, classification)
        return None
    header.verdict(*studio_words.verdict(solved.value))
    studio_verdict.notes(classification)
    return solved


def _solve(generator: Generator) -> Timed[Spectrum] | None:
    try:
        return cached.spectrum(generator.key(), generator)
    except NotErgodicError:
        return None


def _last_good() -> Timed[Spectrum] | None:
    """Return what the last generator with a gap gave, to be shown as old."""
    generator = studio_state.last_good()
    return _solve(generator) if generator is not None else None


def _kept() -> str:
    """Say what the paler picture below belongs to."""
    generator = studio_state.last_good()
    if generator is None:
        return ""
    where = studio_words.domain(generator)
    return (
        f"Below, paler, is the last one that worked: drift `{generator.b_text}` with noise "
        f"`{generator.a_text}` on {where}."
    )


def _unread(reading: Reading) -> str:
    """Name the box; what a stranger wrote into a link is quoted beside it only, as plain text."""
    return {"a": "the noise a(x)", "b": "the drift b(x)"}.get(_field(reading), "the domain")


def _field(reading: Reading) -> str:
    return reading.error.field if reading.error is not None else ""
