"""Tune: move chosen coefficients until the fair speed Λ is what was asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import streamlit as st

from explorer.core.errors import ExplorerError, InputError
from explorer.figures import canvas, numbers, speed
from explorer.ui import (
    cached,
    errors,
    frame,
    inputs,
    studio_fields,
    studio_map,
    studio_notebook,
    studio_state,
    studio_words,
)
from explorer.ui.studio_layout import give

if TYPE_CHECKING:
    from explorer.generators import Generator, Spectrum, Tuning

_ASKED = "gs_tune"  # the request whose result is shown


@st.fragment
def draw(generator: Generator, solved: Spectrum) -> None:
    """Draw the wish, the button, and what came of it."""
    if not frame.shown("tune"):
        return
    with frame.panel("Ask for a speed, get the coefficients", name="tune") as panel:
        if solved.efficiency is None:
            st.markdown(
                f"Λ is undefined here: {studio_words.fair(solved)} Tuning needs a finite variance "
                "and noise power."
            )
            return
        left, right = st.columns(2, gap="medium")
        with left:
            target = float(inputs.slider(studio_fields.TARGET))
        with right:
            inputs.text(studio_fields.FREE)
        try:
            free = _free()
        except InputError as error:
            errors.beside(error)
            return
        st.markdown(f"Now Λ = **{numbers.number(solved.efficiency)}**.")
        key = json.dumps([generator.key(), target.hex(), *free])
        arguments = (key, generator, target, free)
        st.button("Tune", key="gs_tune_go", type="primary", on_click=_ask, args=arguments)
        _result(panel)
        panel.why(
            "Scaling x and running time faster change variance and noise power without changing "
            "the shape, so a wish for λ₁ at fixed Var and E[a] is a wish for Λ, and Λ cannot "
            "exceed 1. The optimiser follows the exact derivative of log Λ in each coefficient and "
            "halves its step where a generator would be refused.",
            formula=r"d\log\Lambda=\frac{d\lambda_1}{\lambda_1}"
            r"+\frac{d\,\mathrm{Var}}{\mathrm{Var}}-\frac{d\,E[a]}{E[a]}",
            source="product rule for Λ = λ₁·Var/E[a]",
            badge="derived",
        )


def _free() -> tuple[str, ...]:
    """Read the names of the free coefficients."""
    text = str(inputs.value(studio_fields.FREE)).replace(",", " ")
    names = tuple(dict.fromkeys(text.split()))
    wrong = [name for name in names if name not in studio_fields.COEFFICIENTS]
    if wrong or not names:
        problem = f"“{wrong[0][:20]}” is no coefficient." if wrong else "No coefficient is named."
        raise InputError("free", problem, "Write names such as a0 b1 b3.")
    return names


def _ask(key: str, generator: Generator, target: float, free: tuple[str, ...]) -> None:
    st.session_state[_ASKED] = (key, generator, target, free)


def _result(panel: frame.Panel) -> None:
    """Draw the path and the result of the last request, and offer to take it."""
    if _ASKED not in st.session_state:
        return
    key, start, target, free = st.session_state[_ASKED]
    try:
        with st.spinner("Tuning …"):
            result = cached.tuning(key, {"g": start, "target": target, "free": free})
    except ExplorerError as error:
        errors.beside(error)
        return
    st.markdown(_sentence(result, target))
    figure = speed.path(result, target, frame.theme())
    panel.chart(figure, alt=canvas.alt(figure))
    if len(free) == 2 and studio_map.surface(start, free, name="tune", path=result.path):
        st.caption("The ring is the start; the white line is the way the optimiser took.")
    text = f"a = {result.generator.a_text}\nb = {result.generator.b_text}"
    st.code(text, language=None, wrap_lines=True)
    with st.container(horizontal=True, gap="small"):
        for label, name, generator in (
            ("Take this generator", "as_is", result.generator),
            ("Take it at the old variance and noise", "fixed", result.at_fixed_moments),
        ):
            st.button(label, key=f"gs_tune_{name}", on_click=_take, args=(generator,))
    give(
        panel,
        lambda: (
            {"Lambda": result.efficiencies, "gap": result.gaps}
            | {name: result.path[:, k] for k, name in enumerate(result.free)}
        ),
        studio_notebook.tuning(start, target, free),
    )


def _take(generator: Generator) -> None:
    studio_state.take_generator(generator)
    studio_state.redraw()


def _sentence(result: Tuning, target: float) -> str:
    reached = numbers.number(float(result.efficiencies[-1]), 6)
    steps = len(result.efficiencies) - 1
    if result.converged:
        return f"Reached Λ = **{reached}** in {steps} steps."
    return f"Stopped at Λ = **{reached}** instead of {numbers.number(target)}: {result.message}"
