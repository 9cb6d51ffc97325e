"""The tab *Every denoiser*: one noisy picture, and what each registered denoiser makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.core.errors import InputError
from explorer.figures import answers, canvas, numbers
from explorer.ui import (
    cached_methods,
    errors,
    frame,
    inputs,
    locality_every_notebook,
    locality_methods,
    locality_panels,
    turns,
)
from explorer.ui import locality_every_fields as f

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.ui.cached_methods import Answer
    from explorer.ui.locality_methods import Method
    from explorer.ui.locality_panels import Shown

NAME = "every"
LIGHT = 200_000  # pixel values of all images up to which all answers come at once
QUICK = 1.0  # seconds, if the last answers to these data took less
TILE = answers.SIDE  # px
BASE = "wiener"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is on the page: the methods, and the answers that are there."""

    shown: Shown
    methods: tuple[Method, ...]
    found: dict[str, Answer | InputError]

    @property
    def missing(self) -> tuple[Method, ...]:
        """The methods that have not answered yet."""
        return tuple(m for m in self.methods if m.name not in self.found)

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers that are pictures."""
        return {n: a for n, a in self.found.items() if not isinstance(a, InputError)}

    def error(self, name: str) -> float:
        """Return the root mean square error of an answer."""
        clean = self.shown.pictures.clean
        return float(np.sqrt(np.mean((self.answers[name].picture - clean) ** 2)))


def draw(shown: Shown) -> None:
    """Draw the tab."""
    _draw(shown)


@st.fragment(key="ll_every")
def _draw(shown: Shown) -> None:
    methods = locality_methods.every(shown.state, shown.images)
    if _is_quick(shown, methods):
        with st.spinner("Asking every denoiser …"):
            for method in _look(shown, methods).missing:
                cached_methods.ask(shown.state, method)
    asked = _look(shown, methods)
    if frame.shown("every"):
        _tiles(asked)
    if frame.shown("errors") and asked.answers:
        _errors(asked)
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
        _progress(asked)
        limit = _limit(asked)
        with st.container(horizontal=True, gap="small", key="ll_tiles"):
            _tile("clean", "The clean picture", asked, limit)
            for method in asked.methods:
                if method.name in asked.found:
                    _tile(method.name, locality_methods.title(method.name), asked, limit, method)
        panel.caption(_caption(limit))
        if asked.answers:
            locality_panels.give(
                panel,
                lambda: _columns(asked),
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


def _tile(name: str, title: str, asked: Asked, limit: float, method: Method | None = None) -> None:
    with st.container(width=TILE, gap=None, key=f"ll_tile_{name}"):
        found = asked.found.get(name)
        if isinstance(found, InputError):
            st.markdown(f"**{title}**")
            errors.beside(found)
            return
        image = asked.shown.pictures.clean if found is None else found.picture
        alt = title if method is None else f"{title}: {_off(asked, name)}"
        figure = _figure(image, asked, limit, alt=alt)
        chart = f"chart_every_{name}"
        st.plotly_chart(figure, theme=None, config=frame.CHART, alt=alt, key=chart)
        st.caption(_below(name, title, asked, method))


def _figure(image: np.ndarray, asked: Asked, limit: float, *, alt: str) -> Any:
    pixel = asked.shown.state.pixel[1:]
    if limit < 0.0:
        return answers.picture(image, pixel=pixel, alt=alt, theme=frame.theme())
    apart = image - asked.answers[BASE].picture
    return answers.difference(apart, limit=limit, pixel=pixel, alt=alt, theme=frame.theme())


def _below(name: str, title: str, asked: Asked, method: Method | None) -> str:
    if method is None:
        return f"**{title}**"
    lines = [f"**{title}**", _off(asked, name), method.settings]
    return "  \n".join(line for line in lines if line)


def _off(asked: Asked, name: str) -> str:
    return f"off by {numbers.number(asked.error(name), 2)}"


def _limit(asked: Asked) -> float:
    """Return the largest difference from Wiener's answer on show; negative to show answers."""
    if inputs.value(f.SHOW) == "answer" or BASE not in asked.answers:
        return -1.0
    base = asked.answers[BASE].picture
    pictures = [a.picture for a in asked.answers.values()] + [asked.shown.pictures.clean]
    return max(float(np.abs((p - base).mean(axis=0)).max()) for p in pictures)


def _caption(limit: float) -> str:
    if limit >= 0.0:
        return (
            "Orange is brighter than Wiener's answer, blue darker; all on one scale, whose ends "
            f"are ±{numbers.number(limit, 2)}. The ring is the chosen pixel."
        )
    return (
        "The picture is one of the data: those that compare whole images (optimal, nearest) find "
        "it again, which is memory and not skill. *Off by*: root mean square, of a range of 2."
    )


def _errors(asked: Asked) -> None:
    with frame.panel("How far each is from the clean picture", name="errors") as panel:
        names = list(asked.answers)
        values = [asked.error(name) for name in names]
        figure = answers.errors(
            names, [locality_methods.title(n) for n in names], values, frame.theme()
        )
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "One picture and one draw of the noise: another seed may order them otherwise. What "
            "they do to images they never saw is another question."
        )
        locality_panels.give(
            panel,
            lambda: {
                "method": names,
                "settings": [m.settings for m in asked.methods if m.name in names],
                "rms_error": values,
                "cpu_seconds": [asked.answers[name].seconds for name in names],
            },
            locality_every_notebook.answers(asked.shown.state, asked.methods),
        )


def _columns(asked: Asked) -> dict[str, Any]:
    pictures = asked.shown.pictures
    known = {"clean": pictures.clean.ravel(), "noisy": pictures.noisy.ravel()}
    found = {name: answer.picture.ravel() for name, answer in asked.answers.items()}
    return locality_panels.places(asked.shown) | known | found
