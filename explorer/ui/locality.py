"""The Locality Lab: where a denoiser looks from one pixel, and why.

One fragment holds the page. The way of the data: fields -> `State` -> `cached_images` -> `Look`
-> figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui import (
    cached_images,
    errors,
    frame,
    locality_controls,
    locality_link,
    locality_load,
    locality_panels,
    locality_state,
    locality_tabs,
    locality_words,
)
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.core.errors import InputError
    from explorer.ui.locality_data import DataSpec

TITLE = "Locality Lab"
QUESTION = "Where does a denoiser look?"


@st.fragment(key="ll_lab")
def draw() -> None:
    """Draw the whole page for the present fields."""
    loaded = locality_load.load()
    data, images = loaded.data, loaded.images
    state, wrong = locality_state.read(data, images.n, images.shape)
    wrong |= loaded.errors
    with st.sidebar:
        locality_controls.draw(state, images, wrong)
    header = frame.header(
        TITLE, QUESTION, fields=locality_link.FIELDS, hideable=locality_link.GROUPS
    )
    with st.spinner("Measuring mean and covariance of the images …", show_time=True):
        cached_images.wiener(data.key(), data)
    if loaded.refused is not None:
        _still(loaded.data, loaded.refused)
    look = cached_images.look(state.look_key(), state)
    pictures = cached_images.pictures(state.picture_key(), state)
    header.verdict(*locality_words.verdict(look))
    shown = locality_panels.Shown(state, images, look, pictures)
    row([Item("picture", lambda: locality_panels.picture(shown))])
    locality_tabs.draw(shown)


def _still(data: DataSpec, refused: InputError) -> None:
    """Say that what is shown is not what was asked for, and in narrow windows why."""
    title = locality_words.title(data)
    errors.note(f"What was asked for cannot be read. Shown is still: {title}.", key="ll_kept")
    errors.again(refused)
