"""The Locality Lab: where a denoiser looks from one pixel, and why.

One fragment holds the page. The way of the data: fields -> `State` -> `cached_images` -> `Look`
-> figures.
"""

from __future__ import annotations

import streamlit as st

from explorer.ui import (
    cached_images,
    frame,
    locality_controls,
    locality_link,
    locality_panels,
    locality_state,
    locality_tabs,
    locality_words,
)
from explorer.ui.studio_layout import Item, row

TITLE = "Locality Lab"
QUESTION = "Where does a denoiser look?"


@st.fragment(key="ll_lab")
def draw() -> None:
    """Draw the whole page for the present fields."""
    data, error = locality_state.data_spec()
    images = cached_images.images(data.key(), data)
    state, errors = locality_state.read(data, images.n, images.shape)
    if error is not None:
        errors[error.field] = error
    with st.sidebar:
        locality_controls.draw(state, images, errors)
    header = frame.header(
        TITLE, QUESTION, fields=locality_link.FIELDS, hideable=locality_link.GROUPS
    )
    with st.spinner("Measuring mean and covariance of the images …", show_time=True):
        cached_images.wiener(data.key(), data)
    look = cached_images.look(state.look_key(), state)
    pictures = cached_images.pictures(state.picture_key(), state)
    header.verdict(*locality_words.verdict(look))
    shown = locality_panels.Shown(state, images, look, pictures)
    row([Item("picture", lambda: locality_panels.picture(shown))])
    locality_tabs.draw(shown)
