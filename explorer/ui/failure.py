"""The last net: an error that no page foresaw becomes a calm sentence, never a stack trace.

Streamlit logs the full traceback on the server before it calls `show`.
"""

from __future__ import annotations

import streamlit as st
from streamlit.errors import FragmentHandledException

from explorer.core.errors import ExplorerError
from explorer.ui import rooms

SENTENCE = (
    "Something went wrong on our side, and the details are in the server's log. "
    "What you typed is still in the address of this page."
)


def show(error: Exception) -> bool:
    """Draw the sentence for `error` with a way back; return True: nothing else is shown."""
    if isinstance(error, FragmentHandledException):  # already shown, by the inner one
        return True
    sentence = str(error) if isinstance(error, ExplorerError) else SENTENCE
    with st.container(border=True):
        st.markdown(f"**This picture could not be drawn.** {sentence}")
        st.page_link(rooms.path("home"), label="Back to Home", icon=":material/home:")
    return True
