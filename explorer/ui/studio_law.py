"""The way back: choose the stationary law and the noise, and the drift is written for you."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import streamlit as st

from explorer import generators
from explorer.core import polynomials
from explorer.core.errors import InputError
from explorer.ui import errors, inputs, studio_fields, studio_reach, studio_words

if TYPE_CHECKING:
    from explorer.generators import Generator

_RULE = (
    "Without flux (aπ)′ = bπ, so b = a′ + a\u00a0(log\u00a0π)\u2060′: with the right drift every "
    "noise keeps every law. What changes is how fast."
)


def draw(generator: Generator) -> None:
    """Draw the box of log pi, the powers at finite ends, and what drift they give."""
    with st.expander("Choose the law instead", key="gs_open_law", on_change="rerun") as opened:
        if not opened.open:
            return
        drift, error = _drift(generator)
        inputs.text(studio_fields.LAW, error=error)
        _powers(generator)
        if error is not None and error.field != "law":
            errors.beside(error)
        if drift is not None:
            st.markdown(f"$b(x) = {studio_words.tex(drift.b)}$")
        st.button(
            "Write this drift",
            key="gs_law_write",
            disabled=drift is None,
            on_click=_write,
            args=(generator,),
        )
        st.caption(_RULE)


def _powers(generator: Generator) -> None:
    """Draw the exponent of the distance to each finite end."""
    for end, field in zip(generator.domain, studio_fields.POWERS, strict=True):
        if math.isfinite(end):
            inputs.number(field)


def _drift(generator: Generator) -> tuple[Generator | None, InputError | None]:
    """Return the generator with the chosen law, or what is wrong with the law."""
    powers = tuple(
        float(inputs.value(field)) if math.isfinite(end) else 0.0
        for end, field in zip(generator.domain, studio_fields.POWERS, strict=True)
    )
    text = str(inputs.value(studio_fields.LAW))
    try:
        found = generators.from_law(text, generator.a, generator.domain, powers=powers)
        polynomials.format(found.b_poly, max_length=studio_fields.B.longest)
    except InputError as error:
        field = "law" if error.field in ("log_density", "b") else error.field
        return None, InputError(field, error.problem, error.remedy, error.column)
    return found, None


def _write(generator: Generator) -> None:
    drift, _ = _drift(generator)
    if drift is not None:
        studio_reach.forget()
        longest = studio_fields.B.longest
        inputs.assign({studio_fields.B: polynomials.format(drift.b_poly, max_length=longest)})
