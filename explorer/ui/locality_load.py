"""The images that the Locality Lab shows: those asked for, or else the last ones that worked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import datasets
from explorer.core.errors import InputError
from explorer.ui import cached_images, inputs, locality_state
from explorer.ui import locality_fields as f
from explorer.ui.locality_data import FOLDER, DataSpec

if TYPE_CHECKING:
    from explorer.core.sets import ImageSet

PRESET = DataSpec(datasets.DEFAULT)
MOST_OF_A_FOLDER = 5_000  # pictures, spread evenly, unless a number is chosen: decoding takes time
_GOOD = "ll_good"  # the last data that could be read
_REFUSED = "ll_refused"  # the key of data that could not be read, and why
_SEEN = "ll_seen"  # key and shape of the data shown last


@dataclass(frozen=True, slots=True)
class Loaded:
    """The images shown, and what was wrong with those asked for, by key of the field.

    Attributes
    ----------
    refused : InputError or None
        Why these are not the images asked for.
    """

    data: DataSpec
    images: ImageSet
    errors: dict[str, InputError]
    refused: InputError | None


def load() -> Loaded:
    """Return what is shown, with an error for each field that asked for too much."""
    errors: dict[str, InputError] = {}
    refused: InputError | None = None
    try:
        wish, less = locality_state.data_spec()
        if less is not None:
            errors[less.field] = less
        data, images = _read(wish, errors)
    except InputError as error:
        remedy = error.remedy.replace(", or name theirs with path", "")  # that is for notebooks
        refused = InputError(_blamed(error), error.problem, remedy)
        errors[refused.field] = refused
        data = st.session_state.get(_GOOD, PRESET)
        images = cached_images.images(data.key(), data)
    else:
        st.session_state[_GOOD] = data
    _recentre(data, images)
    return Loaded(data, images, errors, refused)


def again() -> None:
    """Read data that were refused once more; for a callback."""
    st.session_state.pop(_REFUSED, None)


def _read(wish: DataSpec, errors: dict[str, InputError]) -> tuple[DataSpec, ImageSet]:
    """Read the data asked for; if there are fewer images than that, all of them."""
    key, refused = st.session_state.get(_REFUSED, ("", None))
    if key == wish.key():  # until the visitor changes something, or asks to try again
        raise refused
    cap = wish.name == FOLDER and wish.n is None
    data = replace(wish, n=MOST_OF_A_FOLDER) if cap else wish
    try:
        with st.spinner("Reading the images …", show_time=True):
            data = cached_images.available(data.key(), data)
            images = cached_images.images(data.key(), data)
        _check_size(images)
    except InputError as error:
        st.session_state[_REFUSED] = (wish.key(), error)
        raise
    if wish.n is not None and data.n is None:
        problem = f"There are {images.n:,} images; all of them are used."
        errors[f.COUNT.key] = InputError(f.COUNT.key, problem, "")
    return data, images


def _check_size(images: ImageSet) -> None:
    """Refuse arrays whose images, which keep their own size, are too large for the page."""
    channels, height, width = images.shape
    most = f.MOST_GREY if channels == 1 else f.MOST_COLOUR
    if channels in {1, 3} and max(height, width) <= most:
        return
    problem = f"These images have {height} × {width} pixels and {channels} channels."
    grey, colour = f"{f.MOST_GREY} × {f.MOST_GREY}", f"{f.MOST_COLOUR} × {f.MOST_COLOUR}"
    remedy = f"The page takes up to {grey} in grey and {colour} in red, green and blue."
    raise InputError("size", problem, remedy)


def _blamed(error: InputError) -> str:
    """Return the key of the field below which an error is said."""
    if error.field == "n":
        return f.COUNT.key
    return locality_state.BOXES.blamed(str(inputs.value(f.DATA)))


def _recentre(data: DataSpec, images: ImageSet) -> None:
    """Move to the first image, and to the middle of images of another size, when data change."""
    now: tuple[str, Any] = (data.key(), images.shape)
    before = st.session_state.get(_SEEN)
    st.session_state[_SEEN] = now
    if before is None or before == now:
        return
    if before[0] != now[0]:
        inputs.assign({f.INDEX: 0})
    if before[1] != now[1]:
        _, height, width = images.shape
        inputs.assign({f.ROW: height // 2, f.COLUMN: (width - 1) // 2})
