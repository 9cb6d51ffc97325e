"""Samplers that a visitor has stopped while the others go on; what they have done is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry
    from explorer.ui.arena.state import Wish

_HELD = "sa_held"  # key of the contest, and the texts of the entries that wait


def entries(wish: Wish) -> frozenset[Entry]:
    """Return who waits in this contest."""
    key, texts = st.session_state.get(_HELD, ("", ()))
    if key != wish.key():
        return frozenset()
    return frozenset(entry for entry in wish.entries if entry.text() in texts)


def hold(wish: Wish, entry: Entry) -> None:
    """Let an entry wait; for a callback."""
    texts = {other.text() for other in entries(wish)} | {entry.text()}
    st.session_state[_HELD] = (wish.key(), tuple(sorted(texts)))


def release() -> None:
    """Let all go on."""
    st.session_state.pop(_HELD, None)
