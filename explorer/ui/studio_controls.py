"""The left column of the studio: presets, the two polynomials, the domain, and the sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from numpy.polynomial import Polynomial

from explorer.core import polynomials
from explorer.generators import presets
from explorer.ui import (
    errors,
    frame,
    inputs,
    studio_fields,
    studio_law,
    studio_reach,
    studio_state,
    studio_words,
)

if TYPE_CHECKING:
    from explorer.generators import Generator
    from explorer.generators.presets import Preset
    from explorer.ui.studio_state import Reading

CHIPS = ("ornstein-uhlenbeck", "linear-and-cubic", "quartic", "double-well", "student", "cir",
         "jacobi")  # fmt: skip
DOMAINS = {"ℝ": ("-inf", "inf"), "[0, ∞)": ("0", "inf"), "[−1, 1]": ("-1", "1"),
           "[0, 1]": ("0", "1")}  # fmt: skip
MENUS = ("gs_more", "gs_refused")
LEAST_DEGREE = {"a": 2, "b": 3}  # sliders shown even where the coefficient is 0
MOST_DEGREE = 12
_CONVENTION = (
    "**No factor ½**: L = a ∂² + b ∂, dX = b dt + √(2a) dW. Ornstein–Uhlenbeck (a = 1, b = −x) has "
    "λ₁ = 1. The VP-SDE with β = 1 is a = ½, b = −x/2 and has λ₁ = ½."
)


def draw(reading: Reading) -> None:
    """Draw all controls for what the texts say now."""
    if frame.shown("presets"):
        _presets(reading.generator)
    inputs.text(studio_fields.A, error=reading.error, then=studio_reach.forget)
    inputs.text(studio_fields.B, error=reading.error, then=studio_reach.forget)
    shown = studio_words.sde(reading.generator) if reading.generator else r"dX = \ldots"
    st.markdown(f"${shown}$")
    _domain(reading)
    if frame.shown("sliders"):
        _sliders(reading.generator or studio_state.last_good())
    if frame.shown("inverse") and reading.generator is not None:
        studio_law.draw(reading.generator)
    st.caption(_CONVENTION)


def _presets(generator: Generator | None) -> None:
    """Chips for the usual generators, two menus for the rest."""
    present = presets.find(generator) if generator is not None else None
    name = present.name if present else None
    _set("gs_chip", name if name in CHIPS else None)
    st.pills(
        "Start from",
        CHIPS,
        format_func=lambda chip: presets.PRESETS[chip].label,
        key="gs_chip",
        on_change=_take_chip,
    )
    st.caption(f"{present.sentence}." if present else "A generator of your own.")
    with st.container(horizontal=True, gap="small"):
        with st.popover("More", key="gs_more", on_change="rerun") as more:
            if more.open:
                _menu([p for p in presets.PRESETS.values() if p.name not in CHIPS])
        with st.popover("Refused, and why", key="gs_refused", on_change="rerun") as refused:
            if refused.open:
                st.caption("None of these has a spectral gap and a fair speed. Each fails once.")
                _menu(list(presets.REFUSED.values()))


def _menu(chosen: list[Preset]) -> None:
    with st.container(gap=None):
        for preset in chosen:
            st.button(
                f"**{preset.label}.** {preset.sentence}",
                key=f"gs_take_{preset.name}",
                type="tertiary",
                on_click=_take,
                args=(preset,),
            )


def _take(preset: Preset) -> None:
    """Take a preset out of a menu and close the menu: it would cover what the preset shows."""
    for menu in MENUS:
        if menu in st.session_state:
            st.session_state[menu] = False
    studio_reach.forget()
    studio_state.take_preset(preset)


def _take_chip() -> None:
    name = st.session_state["gs_chip"]
    if name is not None:
        studio_reach.forget()
        studio_state.take_preset(presets.PRESETS[name])


def _domain(reading: Reading) -> None:
    """Two boxes for the ends, with the usual domains above them."""
    texts = tuple(str(inputs.value(f)) for f in (studio_fields.LOW, studio_fields.HIGH))
    if frame.shown("domain"):
        _set("gs_domain", next((k for k, ends in DOMAINS.items() if ends == texts), None))
        st.segmented_control("Domain", DOMAINS, key="gs_domain", on_change=_take_domain)
    left, right = st.columns(2, gap="small")
    with left:
        inputs.text(studio_fields.LOW)
    with right:
        inputs.text(studio_fields.HIGH)
    if reading.error is not None and reading.error.field == "domain":
        errors.beside(reading.error)


def _take_domain() -> None:
    name = st.session_state["gs_domain"]
    if name is not None:
        low, high = DOMAINS[name]
        inputs.assign({studio_fields.LOW: low, studio_fields.HIGH: high})


def _sliders(generator: Generator | None) -> None:
    """One slider per coefficient of b, then of a; each rewrites the text."""
    if generator is None:
        return
    for name, title, opened in (
        ("b", "Slide the drift b", True),
        ("a", "Slide the noise a", False),
    ):
        expander = st.expander(title, expanded=opened, key=f"gs_open_{name}", on_change="rerun")
        if expander.open:
            with expander:
                _column(generator, name)


def _column(generator: Generator, name: str) -> None:
    coefficients = generator.a if name == "a" else generator.b
    degree = min(MOST_DEGREE, max(len(coefficients) - 1, LEAST_DEGREE[name]))
    for power in range(degree + 1):
        value = coefficients[power] if power < len(coefficients) else 0.0
        most = studio_reach.reach(f"{name}{power}", value)
        key = f"gs_slide_{name}{power}"
        _set(key, value)
        st.slider(
            f"${_term(name, power)}$",
            -most,
            most,
            step=most / 100,
            format="%.4g",
            key=key,
            on_change=_slide,
            args=(generator, name, power),
        )


def _term(name: str, power: int) -> str:
    monomial = {0: r"\text{constant}", 1: "x"}.get(power, f"x^{{{power}}}")
    return f"{name}_{{{power}}}\\;\\;({monomial})"


def _slide(generator: Generator, name: str, power: int) -> None:
    value = float(f"{st.session_state[f'gs_slide_{name}{power}']:.12g}")  # 0.30000000000000004
    field = studio_fields.A if name == "a" else studio_fields.B
    studio_reach.keep(
        {f"{name}{power}": (studio_state.coefficient(generator, f"{name}{power}"), value)}
    )
    coefficients = list(getattr(generator, name)) + [0.0] * (power + 1)
    coefficients[power] = value
    # The text is written even where it will be refused (a = 0): the box then says why.
    text = polynomials.format(Polynomial(coefficients), max_length=field.longest)
    inputs.assign({field: text})


def _set(key: str, value: object) -> None:
    """Set a widget that mirrors the texts; untouched if equal, so that a drag is not disturbed."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
