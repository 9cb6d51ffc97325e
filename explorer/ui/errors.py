"""Errors in words, beside the field that caused them."""

from __future__ import annotations

import streamlit as st

from explorer.core.errors import ExplorerError, InputError


def beside(error: ExplorerError) -> None:
    """Show `error` here: what is wrong, where, and what to write instead.

    Call it directly below the field; `inputs` does so for the ``error`` it is given. The text is
    shown as it stands, never as Markdown: it may quote what a stranger wrote into a link.
    """
    with st.container(key=f"error_{_slug(error)}", gap=None):
        if not isinstance(error, InputError):
            st.text(str(error))
            return
        st.text(error.problem)
        if error.remedy:
            st.text(error.remedy)


def again(error: InputError) -> None:
    """Show `error` on the page too, in narrow windows: there its field is in a closed drawer."""
    with st.container(key="error_again", gap=None):
        st.text(f"{error.problem} {error.remedy}".strip())


def note(text: str, *, key: str) -> None:
    """Show a quiet remark below the field `key`, as plain text."""
    with st.container(key=f"note_{key}", gap=None):
        st.text(text)


def belongs_to(error: ExplorerError | None, key: str) -> bool:
    """Return whether `error` is about the field with `key` (``"b"`` matches ``"gs_b"``)."""
    return isinstance(error, InputError) and error.field in {key, key.split("_", 1)[-1]}


def _slug(error: ExplorerError) -> str:
    return error.field if isinstance(error, InputError) else type(error).__name__
