"""What the pages that show images keep in memory: data, filters, pictures, fields.

As in `cached`: one function per result, ``f(key, _spec)``, and the key is all that is hashed.
Torch is loaded here when the first filter is asked for, and by no other page.
"""

# ruff: noqa: ARG001  (the key is what Streamlit hashes; the body needs only the specification)

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer import datasets
from explorer.analysis import locality
from explorer.core import rng
from explorer.core.errors import InputError
from explorer.ui import locality_fields, uploads
from explorer.ui.locality_data import UPLOAD

if TYPE_CHECKING:
    from explorer.analysis.locality import Frames, Look, Scan
    from explorer.core.sets import ImageSet
    from explorer.denoisers.wiener import Wiener
    from explorer.ui.locality_state import DataSpec, State

SETTINGS: dict[str, Any] = {"show_spinner": False}
LEVELS = np.geomspace(60.8, 0.01, 41)
PUBLISHED = np.array(locality_fields.PUBLISHED)  # the ten steps of the paper's sampler


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """One image clean, noisy (``x0 + sigma eps``) and filtered, each float32 (C, H, W)."""

    clean: np.ndarray
    noisy: np.ndarray
    filtered: np.ndarray


@st.cache_resource(max_entries=8, **SETTINGS)
def images(key: str, _data: DataSpec) -> ImageSet:
    """Return a data set; raise the InputError of what cannot be read."""
    if _data.name == UPLOAD:
        found = uploads.decoded(key, _data)
        if isinstance(found, InputError):
            raise found
        return found
    return datasets.load(_data.name, **_data.options)


@st.cache_resource(max_entries=64, **SETTINGS)
def available(key: str, _data: DataSpec) -> DataSpec:
    """Return the specification with all images, if it asks for more than there are."""
    try:
        images(key, _data)
    except InputError as error:
        if _data.n is None or error.field != "n":
            raise
        return replace(_data, n=None)
    return _data


@st.cache_resource(max_entries=4, **SETTINGS)
def wiener(key: str, _data: DataSpec) -> Wiener:
    """Return the Wiener filter of a data set."""
    from explorer import denoisers

    built: Any = denoisers.build("wiener", images(key, _data))
    return built


@st.cache_resource(max_entries=8, **SETTINGS)
def diagonals(key: str, _data: DataSpec) -> np.ndarray:
    """Return the diagonal of W at `LEVELS`, (K, d)."""
    return locality.diagonals(wiener(key, _data), LEVELS)


@st.cache_data(max_entries=256, max_size="16mb", **SETTINGS)
def pictures(key: str, _state: State) -> Pictures:
    """Return the image with its noise, and what the Wiener filter makes of it."""
    import torch

    data = _state.data
    found = images(data.key(), data)
    clean = found.as_float(_state.index)
    noise = rng.normal(_state.seed, [_state.index], found.shape)[0]
    noisy = clean + np.float32(_state.sigma) * noise
    batch = torch.from_numpy(noisy.astype(np.float64)[None])
    filtered = wiener(data.key(), data)(batch, _state.sigma)[0].numpy().astype(np.float32)
    return Pictures(clean, noisy, filtered)


@st.cache_data(max_entries=512, max_size="32mb", **SETTINGS)
def look(key: str, _state: State) -> Look:
    """Return what the chosen pixel looks at."""
    filter_ = wiener(_state.data.key(), _state.data)
    return locality.look(filter_, _state.pixel, _state.sigma, threshold=_state.threshold)


@st.cache_data(max_entries=512, max_size="4mb", **SETTINGS)
def scan(key: str, _state: State) -> Scan:
    """Return mask size and degrees of freedom over `LEVELS`."""
    known = diagonals(_state.data.key(), _state.data)
    filter_ = wiener(_state.data.key(), _state.data)
    return locality.scan(
        filter_, _state.pixel, LEVELS, threshold=_state.threshold, diagonals_known=known
    )


@st.cache_resource(max_entries=8, **SETTINGS)
def _film_diagonals(key: str, _data: DataSpec) -> np.ndarray:
    return locality.diagonals(wiener(key, _data), PUBLISHED)


@st.cache_data(max_entries=128, max_size="64mb", **SETTINGS)
def frames(key: str, _state: State) -> Frames:
    """Return field and mask at the `PUBLISHED` noise levels."""
    known = _film_diagonals(_state.data.key(), _state.data)
    filter_ = wiener(_state.data.key(), _state.data)
    return locality.frames(
        filter_, _state.pixel, PUBLISHED, threshold=_state.threshold, diagonals_known=known
    )
