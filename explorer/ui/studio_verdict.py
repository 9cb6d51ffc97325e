"""What to say when there is no gap, and what to try instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures import canvas, coefficients
from explorer.generators import presets
from explorer.generators.verdicts import EXPONENTIAL
from explorer.ui import frame, studio_fields, studio_state, studio_words
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.generators import Classification, Generator

TITLES = {
    "gap-zero": "It settles, but slower than any exponential",
    "null-recurrent": "It comes back, but never settles",
    "transient": "It leaves for good",
    "explosive": "It reaches infinity in finite time",
    "absorbing": "It sticks at the end",
    "mass-lost": "Its mass drains into the end",
    "negative": "Noise cannot be negative",
    "root-inside": "Without noise, no way through",
}
LESSONS = {
    "gap-zero": "Far out, mass and resistance balance so badly that their product has no bound. "
    "The time to come home from x grows with x without limit.",
    "null-recurrent": "The process returns to every point, but the mass that would be its "
    "stationary law is infinite, so it spends no definite share of time anywhere.",
    "transient": "The resistance on the way out is finite, so there is a positive chance never to "
    "return.",
    "explosive": "The mean time to get out there is finite, although the way is infinitely long.",
    "absorbing": "The end can be reached and nothing pushes away from it.",
    "mass-lost": "The end is never reached, but everything drifts towards it for ever.",
    "negative": "a(x) is the strength of the noise, half a variance per time: it must be positive "
    "inside the domain.",
    "root-inside": "Where a(x) = 0 the process cannot cross both ways, so the line falls into "
    "parts that must be studied one by one.",
}
_NOTATION = (
    r"Here $C=\int b/a$, the mass is $\mu(dx)=e^{C}/a\,dx$ and the resistance $\nu(dx)=e^{-C}dx$. "
    "Decided exactly, from the leading terms of a and b; nothing is integrated."
)
_GRAMMAR = (
    "A polynomial in x: numbers, `+ - *`, division by a number, powers such as `x**3` or `x^3`, "
    "parentheses. For instance `1 + x**2` for the noise and `-x - x^3/2` for the drift."
)


def refused(generator: Generator, classification: Classification) -> None:
    """Draw what a generator without a rate does, the failing criterion, and the ways out."""
    row(
        [
            Item("reason", lambda: _reason(classification)),
            Item("coefficients", lambda: _coefficients(generator)),
        ]
    )


def unreadable(field: str) -> None:
    """Draw what can be written into the boxes; the message itself stands beside its box."""
    with frame.panel("What the boxes understand", name="grammar"):
        if field == "domain":
            st.markdown("Each end is a number, `-inf` or `inf`, the left one below the right one.")
        else:
            st.markdown(_GRAMMAR)
        _home()


def beyond() -> None:
    """Draw the way out of a generator whose numbers doubles cannot hold."""
    with frame.panel("Too far apart for double precision", name="beyond"):
        st.markdown(
            "The leading terms alone decide that it settles exponentially. Its rate needs "
            "densities whose logarithms differ by more than a floating-point number can tell."
        )
        _home()


def notes(classification: Classification) -> None:
    """Draw what a person should know although there is a gap."""
    special = classification.reason != EXPONENTIAL
    for note in ((classification.reason,) if special else ()) + classification.notes:
        st.caption(f":material/info: {studio_words.typeset(note)}")


def _reason(classification: Classification) -> None:
    title = TITLES.get(classification.verdict, "There is no gap")
    with frame.panel(title, name="reason") as panel:
        st.markdown(LESSONS.get(classification.verdict, ""))
        if classification.criterion:
            where = {"left": " at the left end", "right": " at the right end"}
            st.caption(f"The criterion that decides{where.get(classification.end or '', '')}:")
            st.latex(classification.criterion)
            if classification.verdict not in ("negative", "root-inside"):
                panel.caption(_NOTATION)
        for note in classification.notes:
            st.markdown(studio_words.typeset(note))
        with st.container(horizontal=True, gap="small"):
            _suggestions(classification)
            _home()


def _coefficients(generator: Generator) -> None:
    with frame.panel("Where the drift points", name="coefficients") as panel:
        figure = coefficients.figure(generator, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        shaded = figure.layout.shapes  # pyright: ignore[reportAttributeAccessIssue]
        negative = "; red marks where a(x) < 0" if shaded else ""
        panel.caption(f"Arrows show which way the drift pushes{negative}.")


def _suggestions(classification: Classification) -> None:
    """One button per domain on which the same coefficients make sense."""
    for index, ends in enumerate(classification.suggestions):
        low, high = (presets.end_text(end).replace("inf", "∞") for end in ends)
        opening, closing = "(" if "∞" in low else "[", ")" if "∞" in high else "]"
        st.button(
            f"Use {opening}{low}, {high}{closing}".replace("-", "−"),
            key=f"gs_use_{index}",
            on_click=studio_state.take_domain,
            args=(ends,),
        )


def _home() -> None:
    st.button(
        f"Back to {studio_fields.START.label}",
        key="gs_back",
        on_click=studio_state.take_preset,
        args=(studio_fields.START,),
    )
