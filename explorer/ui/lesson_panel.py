"""Prepare a lesson: tick what to hide, take the link; and the way out of a lesson."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from explorer.ui import lesson, share
from explorer.ui.fields import AnyField


@st.fragment
def button(fields: Iterable[AnyField], hideable: Mapping[str, str], *, key: str) -> None:
    """Draw the Lesson button: a popover with what may be hidden and the link that hides it.

    Parameters
    ----------
    fields : iterable of Field
        The shareable state of the page; each may be hidden by its short name.
    hideable : mapping of str to str
        Further names, of groups and panels, and what they are called.
    key : str
        Key of the popover.
    """
    fields = tuple(fields)
    names = dict(hideable) | {field.name: field.label for field in fields if field.control}
    with st.popover(
        "Lesson", icon=":material/school:", type="tertiary", key=key, on_change="rerun"
    ) as popover:
        if not popover.open:
            return
        if lesson.names():
            _inside_a_lesson(key)
        st.markdown("**Prepare a lesson.** Choose what your students should not see yet.")
        hidden = st.pills(
            "Hide",
            list(names),
            selection_mode="multi",
            default=[name for name in names if lesson.hides(name)],
            format_func=lambda name: names[name],
            key=f"{key}_hide",
            label_visibility="collapsed",
        )
        st.markdown("Give them this link. The hidden controls keep their present values.")
        st.code(share.link(fields, hide=hidden), language=None, wrap_lines=True)


def _inside_a_lesson(key: str) -> None:
    with st.container(border=True):
        st.markdown("This page was opened as a lesson: some controls are hidden.")
        if st.button("Show everything", key=f"{key}_end"):
            lesson.end()
            st.rerun()  # the whole page, not only this popover
