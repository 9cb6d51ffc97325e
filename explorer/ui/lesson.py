"""Teacher mode: ``?hide=b,presets`` hides named controls, whose values still come from the link.

A name is a field's key (``gs_b``), its short name (``b``), a group of fields or a panel. Unknown
names are ignored. Hiding keeps a lesson tidy; it is no access control.
"""

from __future__ import annotations

import streamlit as st

from explorer.ui.fields import AnyField

_STATE = "lesson"  # the query parameters of the lesson's link, kept while pages are switched
_LONGEST = 2000  # characters of ``hide`` that are read


def remember() -> None:
    """Keep the parameters of a link that hides something; call once at the start of a run."""
    if "hide" in st.query_params:
        st.session_state[_STATE] = dict(st.query_params)


def names() -> frozenset[str]:
    """Return the names that the lesson hides; empty outside a lesson."""
    text = st.session_state.get(_STATE, {}).get("hide", "")[:_LONGEST]
    return frozenset(name.strip() for name in text.split(",") if name.strip())


def hides(name: str) -> bool:
    """Return whether the lesson hides the group or panel `name`."""
    return name in names()


def hides_field(field: AnyField) -> bool:
    """Return whether the lesson hides the control of `field`."""
    return not names().isdisjoint({field.key, field.name, field.group} - {""})


def raw(key: str) -> str | None:
    """Return the lesson's text for a hidden field, or None if its link has none."""
    return st.session_state.get(_STATE, {}).get(key)


def keep(key: str, text: str) -> None:
    """Set the text of a hidden field, in the lesson and in the address bar."""
    st.session_state[_STATE] = st.session_state.get(_STATE, {}) | {key: text}
    st.query_params[key] = text


def end() -> None:
    """Leave the lesson: every control is shown again, with the values it has now."""
    st.session_state.pop(_STATE, None)
    if "hide" in st.query_params:
        del st.query_params["hide"]
