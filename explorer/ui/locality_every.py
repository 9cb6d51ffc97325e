"""The tab *Every denoiser*: one noisy picture, and what each registered denoiser makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures import numbers
from explorer.ui import (
    cached_methods,
    frame,
    inputs,
    locality_every_notebook,
    locality_methods,
    locality_panels,
    turns,
)
from explorer.ui import locality_every_fields as f
from explorer.ui import locality_every_panels as panels
from explorer.ui.locality_every_panels import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.ui.locality_methods import Method
    from explorer.ui.locality_panels import Shown

NAME = "every"
LIGHT = 200_000  # pixel values of all images up to which all answers come at once
QUICK = 1.0  # seconds, if the last answers to these data took less


@st.fragment(key="ll_every")
def draw(shown: Shown) -> None:
    """Draw the tab; where many images are asked, go on with what the visitor has begun."""
    methods = locality_methods.every(shown.state, shown.images)
    if _is_quick(shown, methods):
        with st.spinner("Asking every denoiser …"):
            for method in _look(shown, methods).missing:
                cached_methods.ask(shown.state, method)
    asked = _look(shown, methods)
    if frame.shown("every"):
        _tiles(asked)
    if frame.shown("errors") and asked.answers:
        panels.errors_of(asked)
    if asked.missing and turns.running(NAME, _key(shown)):
        turns.go(_pieces(asked))
    turns.end(NAME)


def _look(shown: Shown, methods: tuple[Method, ...]) -> Asked:
    found = {m.name: cached_methods.answer(shown.state, m) for m in methods}
    return Asked(shown, methods, {n: a for n, a in found.items() if a is not None})


def _is_quick(shown: Shown, methods: tuple[Method, ...]) -> bool:
    """Return whether all answers may be computed without asking the visitor."""
    if shown.images.n * shown.images.size <= LIGHT:
        return True
    known = [cached_methods.pace(shown.state.data, m, "once") for m in methods]
    return all(s is not None for s in known) and sum(s or 0.0 for s in known) < QUICK


def _pieces(asked: Asked) -> Iterator[turns.Piece]:
    for method in asked.missing:
        yield turns.Piece(method.name, lambda m=method: cached_methods.ask(asked.shown.state, m))


def _key(shown: Shown) -> str:
    return f"{shown.state.picture_key()} {shown.state.threshold.hex()}"


# --- what is drawn ----------------------------------------------------------------------------


def _tiles(asked: Asked) -> None:
    with frame.panel("The same noise, every denoiser", name="every") as panel:
        inputs.choice(f.SHOW, compact=True)
        with st.empty().container(gap="small"):  # nothing of the last drawing stays in it
            _progress(asked)
        panels.tiles(asked)
        panel.caption(panels.caption(asked))
        if asked.answers:
            locality_panels.give(
                panel,
                lambda: panels.columns(asked),
                locality_every_notebook.answers(asked.shown.state, asked.methods),
            )
        panel.why(
            "Each formula gets the same noisy picture z and the same noise level, and says what "
            "the clean picture was. They differ in what they take from the data: mean and "
            "covariance (Wiener), whole images (optimal, nearest), parts of images near each pixel "
            "(masks, patches), or a few Gaussians.",
            formula=r"z=x_0+\sigma\varepsilon,\qquad \hat x_0=D(z,\sigma)",
            source="computed here from the data that are shown",
            badge="measured",
        )


def _progress(asked: Asked) -> None:
    """Draw the button, or the bar with Stop."""
    if not asked.missing:
        return
    done, total = len(asked.found), len(asked.methods)
    key = _key(asked.shown)
    if turns.running(NAME, key):
        st.progress(
            done / total,
            text=f"{locality_methods.title(asked.missing[0].name)} · {done} of {total} done",
        )
        st.button("Stop", key="ll_every_stop", on_click=turns.end, args=(NAME,))
        return
    label = f"Go on: {done} of {total} have answered" if done else "Ask every denoiser"
    st.button(label, key="ll_every_go", type="primary", on_click=turns.begin, args=(NAME, key))
    st.caption(_cost(asked))


def _cost(asked: Asked) -> str:
    known = [cached_methods.pace(asked.shown.state.data, m, "once") for m in asked.missing]
    if any(seconds is None for seconds in known):
        return (
            f"{len(known)} denoisers of {numbers.whole(asked.shown.images.n)} images. How long it "
            "takes is not known before the first answers; it can be stopped after each."
        )
    total = numbers.number(sum(s or 0.0 for s in known), 2)
    return f"About {total}{numbers.THIN}s, as measured when they last answered."
