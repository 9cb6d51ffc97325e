"""What to say when there is no gap, and what to try instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.generators import presets
from explorer.ui import studio_state, studio_words

if TYPE_CHECKING:
    from explorer.generators import Classification


def refused(classification: Classification) -> None:
    """Draw the card of a generator without a rate: reason, failing criterion, ways out."""
    with st.container(border=True, key="gs_card"):
        where = studio_words.ends_sentence(classification)
        title = studio_words.WORDS.get(classification.verdict, "No gap")
        st.markdown(f"#### {title}{', ' + where if where else ''}")
        st.markdown(classification.reason)
        if classification.criterion:
            st.caption("The criterion that decides:")
            st.latex(classification.criterion)
        _suggestions(classification)


def notes(classification: Classification) -> None:
    """Draw what a person should know although there is a gap."""
    for note in classification.notes:
        st.caption(f":material/info: {note}")


def _suggestions(classification: Classification) -> None:
    """One button per domain on which the same coefficients make sense, and a way home."""
    with st.container(horizontal=True, gap="small"):
        for index, ends in enumerate(classification.suggestions):
            low, high = (presets.end_text(end).replace("inf", "∞") for end in ends)
            st.button(
                f"Use {'(' if '∞' in low else '['}{low}, {high}{')' if '∞' in high else ']'}",
                key=f"gs_use_{index}",
                type="primary",
                on_click=studio_state.take_domain,
                args=(ends,),
            )
        st.button(
            f"Back to {studio_state.START.label}",
            key="gs_back",
            on_click=studio_state.take_preset,
            args=(studio_state.START,),
        )
