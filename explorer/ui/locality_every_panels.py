"""What the tab *Every denoiser* draws: the answers as tiles, and how far each is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.core.errors import InputError
from explorer.figures import answers, canvas, numbers
from explorer.ui import (
    errors,
    frame,
    inputs,
    locality_every_notebook,
    locality_methods,
    locality_panels,
)
from explorer.ui import locality_every_fields as f

if TYPE_CHECKING:
    from explorer.ui.cached_methods import Answer
    from explorer.ui.locality_methods import Method
    from explorer.ui.locality_panels import Shown

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


def tiles(asked: Asked) -> None:
    """Draw the clean picture and every answer that is there."""
    limit = _limit(asked)
    with st.container(horizontal=True, gap="small", key="ll_tiles"):
        _tile("clean", "The clean picture", asked, limit)
        for method in asked.methods:
            if method.name in asked.found:
                _tile(method.name, locality_methods.title(method.name), asked, limit, method)


def caption(asked: Asked) -> str:
    """Say what the tiles show."""
    return _caption(_limit(asked))


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
        "The picture is one of the data: those that compare whole images (optimal, nearest) can "
        "find it again, which is memory and not skill. *Off by*: root mean square, of a range of 2."
    )


def errors_of(asked: Asked) -> None:
    """Draw the errors of all answers, the smallest at the top."""
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
        panel.why(
            "Root mean square over all pixel values, on the scale where pixels run from −1 to 1.",
            formula=r"\sqrt{\frac1d\sum_n(\hat x_{0,n}-x_{0,n})^2}",
            source="computed here from the pictures above",
            badge="measured",
        )


def columns(asked: Asked) -> dict[str, Any]:
    """Return the pixel values of all pictures."""
    pictures = asked.shown.pictures
    known = {"clean": pictures.clean.ravel(), "noisy": pictures.noisy.ravel()}
    found = {name: answer.picture.ravel() for name, answer in asked.answers.items()}
    return locality_panels.places(asked.shown) | known | found
