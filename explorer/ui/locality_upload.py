"""The boxes for a visitor's own images: a path on the server, or a file to be uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui import errors, frame, inputs, locality_load, uploads
from explorer.ui import locality_fields as f
from explorer.ui.locality_data import FOLDER, UPLOAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.errors import InputError

BOX = "ll_upload"


def draw(name: str, found: Mapping[str, InputError]) -> None:
    """Draw the box that the choice `name` needs, and what was wrong with its data below it."""
    if name == FOLDER:
        inputs.text(f.PATH)
    if name == UPLOAD and frame.shown("upload"):
        st.file_uploader(
            "A zip of pictures",
            key=BOX,
            on_change=_take,
            max_upload_size=uploads.MEGABYTES,
            help=(
                "Or a file of arrays: npy, npz, idx. It stays in this server's memory for a while; "
                "a link to this page shows it to whoever has the link."
            ),
        )
    for field in (f.DATA, f.PATH, f.FILE):
        if field.key in found:
            _refused(found[field.key], named=field is f.DATA or bool(inputs.value(field)))


def _refused(error: InputError, *, named: bool) -> None:
    """Say why there are no such images; a box that is still empty is no error."""
    if not named:
        errors.note(f"{error.problem} {error.remedy}", key=error.field)
        return
    errors.beside(error)
    st.button(
        "Try again",
        key="ll_again",
        icon=":material/refresh:",
        type="tertiary",
        on_click=locality_load.again,
    )


def _take() -> None:
    """Keep the file that has just arrived, and point the page at it; for a callback."""
    sent = st.session_state.get(BOX)
    if sent is None:  # taken out of the box: what is shown stays
        return
    digest = uploads.store().keep(uploads.File(sent.name, sent.getvalue()))
    inputs.assign({f.FILE: digest})
    locality_load.again()  # the same file may have been missing a moment ago
    st.query_params[f.FILE.key] = digest  # no widget keeps the address in step
