"""The left column of the Locality Lab: data, noise level, image, pixel, threshold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui import frame, inputs, locality_load, locality_state, own_images
from explorer.ui import locality_fields as f
from explorer.ui.errors import beside
from explorer.ui.locality_data import SIZED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.errors import InputError
    from explorer.core.sets import ImageSet
    from explorer.ui.locality_state import State


@dataclass(frozen=True, slots=True)
class Arrow:
    """A button that moves by one pixel. With Shift: the bare arrows belong to the sliders."""

    name: str
    icon: str
    shortcut: str
    rows: int
    columns: int


ARROWS = (
    Arrow("left", ":material/arrow_back:", "Shift+Left", 0, -1),
    Arrow("right", ":material/arrow_forward:", "Shift+Right", 0, 1),
    Arrow("up", ":material/arrow_upward:", "Shift+Up", -1, 0),
    Arrow("down", ":material/arrow_downward:", "Shift+Down", 1, 0),
)


def draw(state: State, images: ImageSet, errors: Mapping[str, InputError]) -> None:
    """Draw all controls; each error stands below its field."""
    inputs.log_slider(f.SIGMA)
    inputs.log_slider(f.TAU)
    _pixel(state, images, errors)
    asked = inputs.choice(f.DATA)
    own_images.draw(asked, errors, locality_state.BOXES, again=locality_load.again)
    if asked in SIZED:
        inputs.choice(f.SIZE, compact=True)
        inputs.switch(f.COLOUR)
        if f.COLOUR.key in errors:
            beside(errors[f.COLOUR.key])
    inputs.choice(f.COUNT)
    if f.COUNT.key in errors:
        beside(errors[f.COUNT.key])
    left, right = st.columns(2, gap="small")
    with left:
        inputs.number(f.INDEX, error=errors.get(f.INDEX.key))
    with right:
        inputs.number(f.SEED)
    st.caption(_facts(images))


def _pixel(state: State, images: ImageSet, errors: Mapping[str, InputError]) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        inputs.number(f.ROW, error=errors.get(f.ROW.key))
    with right:
        inputs.number(f.COLUMN, error=errors.get(f.COLUMN.key))
    if frame.shown("arrows"):
        with st.container(horizontal=True, gap="small", key="ll_arrows"):
            for arrow in ARROWS:
                _button(arrow, state, images.shape)
    if images.shape[0] == len(f.CHANNELS):
        inputs.choice(f.CHANNEL, compact=True)
        inputs.choice(f.VIEW, compact=True)


def _button(arrow: Arrow, state: State, shape: tuple[int, int, int]) -> None:
    row, column = state.pixel[1] + arrow.rows, state.pixel[2] + arrow.columns
    st.button(
        "",
        icon=arrow.icon,
        key=f"ll_{arrow.name}",
        help=f"One pixel {arrow.name}",
        on_click=locality_state.take_pixel,
        args=(row, column),
        disabled=not (0 <= row < shape[1] and 0 <= column < shape[2]),
        shortcut=arrow.shortcut,
    )


def _facts(images: ImageSet) -> str:
    channels, height, width = images.shape
    kind = "in colour" if channels > 1 else "grey"
    return (
        f"{images.n:,} images of {height} × {width}, {kind}: {images.size:,} dimensions. "
        f"{plain(images.source)}. {plain(images.licence)}."
    )


def plain(text: str) -> str:
    r"""Return text, such as the name of an uploaded file, so that Markdown shows it as it is.

    Examples
    --------
    >>> print(plain("[a](b).zip"))
    \[a\]\(b\)\.zip
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
