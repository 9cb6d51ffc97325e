"""Which target the fields of the Sampler Arena ask for."""

from __future__ import annotations

import streamlit as st

from explorer.core.errors import InputError
from explorer.ui import inputs, own_images
from explorer.ui.arena import modes
from explorer.ui.arena import target_fields as f
from explorer.ui.arena.target_spec import TargetSpec
from explorer.ui.locality_data import SIZED

BOXES = own_images.Boxes(f.DATA, f.PATH, f.FILE)
_GOOD = "sa_good_modes"  # the last modes that could be read


def usual() -> TargetSpec:
    """Return the target that the page opens with."""
    return TargetSpec("modes", std=float(f.STD.default), modes=modes.parse(f.MODES.default))


def read(wrong: dict[str, InputError]) -> TargetSpec:
    """Return the target; numbers that its kind does not use stay out of its key."""
    kind = str(inputs.value(f.TARGET))
    if kind == "data":
        return _images(wrong)
    if kind == "gaussian":
        dimension, decay = int(inputs.value(f.DIMENSION)), float(inputs.value(f.DECAY))
        return TargetSpec("gaussian", dimension=dimension, decay=decay)
    std = float(inputs.value(f.STD))
    if kind == "nine-modes":
        return TargetSpec("nine-modes", std=std, dimension=int(inputs.value(f.DIMENSION)))
    try:
        points = modes.parse(str(inputs.value(f.MODES)))
        st.session_state[_GOOD] = points
    except InputError as error:
        wrong[f.MODES.key] = error
        points = st.session_state.get(_GOOD) or modes.parse(f.MODES.default)
    return TargetSpec("modes", std=std, modes=points)


def _images(wrong: dict[str, InputError]) -> TargetSpec:
    name, count = str(inputs.value(f.DATA)), str(inputs.value(f.COUNT))
    n = None if count == f.COUNT.default else int(count)
    sized = name in SIZED
    place = stamp = ""
    try:
        place, stamp = own_images.place(name, BOXES)
    except InputError as error:
        key = BOXES.blamed(name)
        wrong.setdefault(key, InputError(key, error.problem, error.remedy))
        name, sized = f.DATA.default, False
    return TargetSpec(
        "data",
        data=name,
        denoiser=str(inputs.value(f.DENOISER)),
        n=n,
        size=int(inputs.value(f.SIZE)) if sized else 0,
        colour=bool(inputs.value(f.COLOUR)) if sized else False,
        place=place,
        stamp=stamp,
    )
