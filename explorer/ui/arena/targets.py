"""Built targets: the exact mixtures, and denoisers of images, kept for all visitors."""

# ruff: noqa: ARG001  (the key is what Streamlit hashes; the body needs only the specification)

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.core.errors import InputError
from explorer.ui import cached_images
from explorer.ui.arena.target_spec import TargetSpec
from explorer.ui.locality_data import FOLDER

if TYPE_CHECKING:
    from explorer.analysis.arena.target import Target
    from explorer.core.sets import ImageSet
    from explorer.ui.arena.state import Wish

MOST_VALUES = 3 * 32 * 32  # of one picture
MOST_OF_A_FOLDER = 5_000  # pictures, unless a number is chosen: decoding takes time


def target(wish: Wish) -> Target:
    """Return the target of a contest.

    Raises
    ------
    InputError
        If its data cannot be read, or its denoiser cannot be built of them.
    """
    return build(wish.target, wish.device)


def build(spec: TargetSpec, device: str = "cpu") -> Target:
    """Return a target on a device; errors as in `target`."""
    return _built(f"{spec.key()} {device}", (spec, device))


@st.cache_resource(max_entries=8, show_spinner=False)
def _built(key: str, _spec: tuple[TargetSpec, str]) -> Target:
    from explorer.analysis.arena import target as make

    spec, device = _spec
    if spec.kind == "nine-modes":
        return make.nine_modes(std=spec.std, dimension=spec.dimension, device=device)
    if spec.kind == "modes":
        rows = np.array(spec.modes)
        return make.modes(rows[:, :2], spec.std, rows[:, 2], device=device)
    if spec.kind == "gaussian":
        return make.gaussian(spec.dimension, spec.decay, device=device)
    return make.of_data(images(spec), spec.denoiser, device=device)


def images(spec: TargetSpec) -> ImageSet:
    """Return the data of a target; fewer images than were asked for are all of them.

    Raises
    ------
    InputError
        If they cannot be read, or are too large for the page.
    """
    cap = spec.data == FOLDER and spec.n is None
    data = replace(spec.source, n=MOST_OF_A_FOLDER) if cap else spec.source
    data = cached_images.available(data.key(), data)
    found = cached_images.images(data.key(), data)
    if found.size > MOST_VALUES:
        channels, height, width = found.shape
        problem = f"These images have {channels} × {height} × {width} values."
        raise InputError("data", problem, "The arena takes up to 3 × 32 × 32.")
    return found
