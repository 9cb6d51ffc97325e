"""The boxes for a visitor's own images, on any page: a path on the server, or a file to send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.core.errors import InputError
from explorer.ui import errors, frame, inputs, uploads, visitor_paths
from explorer.ui.locality_data import FOLDER, UPLOAD

if TYPE_CHECKING:
    from explorer.ui.fields import Choice, Text

Callback = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Boxes:
    """The fields with which a page asks for own images.

    Attributes
    ----------
    data : Choice
        The choice of a data set; ``FOLDER`` and ``UPLOAD`` are among its options.
    path, file : Text
        Path of a folder, and digest of an uploaded file.
    """

    data: Choice
    path: Text
    file: Text

    def key(self, name: str) -> str:
        """Return the key of a widget, with the prefix of the page's fields."""
        return f"{self.file.key.partition('_')[0]}_{name}"

    def blamed(self, name: str) -> str:
        """Return the key of the field below which an error of the data set `name` is said."""
        return {FOLDER: self.path.key, UPLOAD: self.file.key}.get(name, self.data.key)


def place(name: str, boxes: Boxes) -> tuple[str, str]:
    """Return where the data set `name` lies, if it is the visitor's own, and the stamp of it.

    Raises
    ------
    InputError
        If a path may not be read, or no file has been uploaded.
    """
    if name == FOLDER:
        path = str(visitor_paths.allowed(str(inputs.value(boxes.path))))
        return path, visitor_paths.stamp(path)
    digest = str(inputs.value(boxes.file)) if name == UPLOAD else ""
    if name == UPLOAD and not digest:
        raise InputError("file", "No file has been uploaded yet.", "Put one into the box.")
    return digest, ""


def draw(
    name: str,
    found: Mapping[str, InputError],
    boxes: Boxes,
    *,
    again: Callback | None = None,
) -> None:
    """Draw the box that the choice `name` needs, and what was wrong with its data below it.

    `again` forgets that data were refused.
    """
    if name == FOLDER:
        inputs.text(boxes.path)
    if name == UPLOAD and frame.shown("upload"):
        st.file_uploader(
            "A zip of pictures",
            key=boxes.key("upload"),
            on_change=_take,
            args=(boxes, again),
            max_upload_size=uploads.MEGABYTES,
            help=(
                "Or a file of arrays: npy, npz, idx. It stays in this server's memory for a while; "
                "a link to this page shows it to whoever has the link."
            ),
        )
    for field in (boxes.data, boxes.path, boxes.file):
        if field.key in found:
            named = field is boxes.data or bool(inputs.value(field))
            if not named:  # a box that is still empty is no error
                errors.note(f"{found[field.key].problem} {found[field.key].remedy}", key=field.key)
                continue
            errors.beside(found[field.key])
            st.button(
                "Try again",
                key=boxes.key("again"),
                icon=":material/refresh:",
                type="tertiary",
                on_click=again,
            )


def _take(boxes: Boxes, again: Callback | None) -> None:
    """Keep the file that has just arrived, and point the page at it; for a callback."""
    sent = st.session_state.get(boxes.key("upload"))
    if sent is None:  # taken out of the box: what is shown stays
        return
    digest = uploads.store().keep(uploads.File(sent.name, sent.getvalue()))
    inputs.assign({boxes.file: digest})
    if again is not None:
        again()  # the same file may have been missing a moment ago
    st.query_params[boxes.file.key] = digest  # no widget keeps the address in step
