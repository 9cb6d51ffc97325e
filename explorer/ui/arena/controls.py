"""The left column of the Sampler Arena: presets, target, budget, noise range, seeds, device."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui import errors, frame, inputs, own_images
from explorer.ui.arena import board, presets, target_state
from explorer.ui.arena import run_fields as f
from explorer.ui.arena import target_fields as t
from explorer.ui.locality_data import SIZED

if TYPE_CHECKING:
    from explorer.core.errors import InputError
    from explorer.ui.arena.state import Wish
    from explorer.ui.fields import AnyField

CHIPS = "sa_presets"
Errors = Mapping[str, "InputError"]


def draw(wish: Wish, wrong: Errors) -> None:
    """Draw all controls; each error stands below its field."""
    if frame.shown("presets"):
        _presets()
    kind = inputs.choice(t.TARGET)
    _target(kind, wish, wrong)
    inputs.log_slider(f.NFE)
    inputs.log_slider(f.SAMPLES)
    with st.expander("Noise, start, seeds", key="sa_more"):
        _setting(wrong)
    st.caption(_terms(wish))


def _presets() -> None:
    """Draw a chip per preset; the one that the fields are at is chosen."""
    now = presets.present()
    if st.session_state.get(CHIPS) != now:
        st.session_state[CHIPS] = now
    st.pills(
        "Start from",
        tuple(presets.PRESETS),
        format_func=lambda name: presets.PRESETS[name].label,
        key=CHIPS,
        on_change=_take,
    )
    said = presets.PRESETS[now].sentence if now else "a contest of your own"
    st.caption(f"{said[0].upper()}{said[1:]}{'' if said.endswith('?') else '.'}")


def _take() -> None:
    name = st.session_state[CHIPS]
    if name is not None:
        presets.take(name)


def _target(kind: str, wish: Wish, wrong: Errors) -> None:
    """Draw what this kind of target has to be told."""
    if kind == "data":
        _images(wrong)
        return
    if kind == "modes":
        if frame.shown("board"):
            board.draw(wish.target)
        inputs.text(t.MODES)
        _error(t.MODES, wrong)
    if kind in {"nine-modes", "gaussian"}:
        inputs.number(t.DIMENSION)
    if kind == "gaussian":
        inputs.slider(t.DECAY)
    else:
        inputs.log_slider(t.STD)


def _images(wrong: Errors) -> None:
    name = inputs.choice(t.DATA)
    own_images.draw(name, wrong, target_state.BOXES)
    if name in SIZED:
        inputs.choice(t.SIZE, compact=True)
        inputs.switch(t.COLOUR)
    inputs.choice(t.COUNT)
    _error(t.COUNT, wrong)
    inputs.choice(t.DENOISER)
    _error(t.DENOISER, wrong)


def _setting(wrong: Errors) -> None:
    inputs.log_slider(f.SIGMA_MAX)
    inputs.log_slider(f.SIGMA_MIN)
    _error(f.SIGMA_MIN, wrong)
    inputs.choice(f.END, compact=True)
    inputs.choice(f.START, compact=True)
    inputs.choice(f.LADDER, compact=True)
    left, right = st.columns(2, gap="small")
    with left:
        inputs.number(f.SEEDS)
    with right:
        inputs.number(f.SEED)
    if _sees_cuda() or inputs.value(f.DEVICE) != f.DEVICE.default:
        inputs.choice(f.DEVICE, compact=True)
    _error(f.DEVICE, wrong)


def _sees_cuda() -> bool:
    """Return whether a loaded tensor library sees a CUDA device; it is not loaded to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and torch.cuda.is_available()


def _error(field: AnyField, wrong: Errors) -> None:
    if field.key in wrong:
        errors.beside(wrong[field.key])


def _terms(wish: Wish) -> str:
    """Say what all entries share."""
    setting = wish.setting
    start = "pure noise" if setting.start == "noise" else "exact law"
    last = " then 0" if setting.end == "zero" else ""
    return (
        f"All start from the same {start} at σ = {setting.sigma_max:g} and go down to "
        f"{setting.sigma_min:g}{last}; {setting.n:,} samples from each of "
        f"{len(wish.seeds)} {'seeds' if len(wish.seeds) > 1 else 'seed'}."
    )
