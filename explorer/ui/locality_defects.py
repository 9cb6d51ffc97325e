"""Two panels of the tab *Settings*: where the published rules fail, and the fix beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui import (
    cached_defects,
    cached_settings,
    frame,
    inputs,
    locality_dead,
    locality_order,
)
from explorer.ui import locality_settings_fields as f
from explorer.ui.cached_defects import Trial
from explorer.ui.locality_data import DataSpec
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.ui.locality_panels import Shown

PUBLISHED_TAU = 0.005  # of MNIST
ABSENT = (
    "MNIST is not on this machine, so the two panels below use the images of this page. With its "
    "files in the folder that EXPLORER_DATA names, they offer it."
)


def draw(shown: Shown) -> None:
    """Draw the choice of images and both panels."""
    if not (frame.shown("order") or frame.shown("dead")):
        return
    trained, tested = cached_defects.mnist()
    if trained:
        left, right = st.columns(2, gap="medium")
        with left:
            inputs.choice(f.FAULTY, compact=True)
        with right:
            if inputs.value(f.FAULTY) == "mnist":
                inputs.choice(f.HOW_MANY, compact=True)
    else:
        st.caption(ABSENT)
    trial = _trial(shown, mnist=trained, fresh=tested)
    row([Item("order", lambda: locality_order.draw(shown, trial))])
    row([Item("dead", lambda: locality_dead.draw(shown, trial))])


def _trial(shown: Shown, *, mnist: bool, fresh: bool) -> Trial:
    state = shown.state
    if mnist and inputs.value(f.FAULTY) == "mnist":
        n = int(inputs.value(f.HOW_MANY))
        data = DataSpec("mnist", n=n)
        return Trial(data, state.index, state.seed, n, PUBLISHED_TAU, fresh)
    n = cached_settings.few(shown.images)
    return Trial(state.data, state.index, state.seed, n, state.threshold, fresh=False)
