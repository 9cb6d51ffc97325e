"""Links: the whole state of a page in one address, with every field and a schema number.

The address bar is no durable link: Streamlit leaves out what equals its default, so that a later
change of a default would change what the link means. `link` writes every field, and ``v``.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import streamlit as st

from explorer.ui import inputs
from explorer.ui.fields import AnyField

SCHEMA = 1  # the meaning of the parameters; raised when an old link would be read wrongly


def query(fields: Iterable[AnyField]) -> dict[str, str]:
    """Return the parameters of the link: ``v`` and every field, seeds included, as text."""
    state = {field.key: field.write(inputs.value(field)) for field in fields}
    return {"v": str(SCHEMA), **state}


def link(fields: Iterable[AnyField], *, hide: Iterable[str] = ()) -> str:
    """Return the address that opens this page in its present state, with `hide` hidden."""
    parameters = query(fields)
    hidden = ",".join(hide)
    if hidden:
        parameters["hide"] = hidden
    address = (st.context.url or "").split("?", 1)[0]
    return f"{address}?{urlencode(parameters)}"


@st.fragment
def button(fields: Iterable[AnyField], *, key: str = "share") -> None:
    """Draw the Share button: a popover with the link, built at the moment it is opened."""
    fields = tuple(fields)
    with st.popover(
        "Share", icon=":material/link:", type="tertiary", key=key, on_change="rerun"
    ) as popover:
        if popover.open:
            st.markdown("**This page as you see it now**, with every setting:")
            st.code(link(fields), language=None, wrap_lines=True)


def check_version() -> None:
    """Say so when the link was made by another version of the explorer."""
    version = st.query_params.get("v")
    if version is not None and version != str(SCHEMA):
        st.warning(
            "This link was made by another version of the explorer. What it holds is read as far "
            "as it fits; please check the settings.",
            icon=":material/link_off:",
        )
