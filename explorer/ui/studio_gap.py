"""The hero of the studio: the gap between its bounds, and how many steps an accuracy takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.figures import canvas, number_line, numbers, sequence
from explorer.ui import (
    cached,
    frame,
    inputs,
    studio_fields,
    studio_notebook,
    studio_state,
    studio_words,
)
from explorer.ui.studio_layout import Item, give, row

if TYPE_CHECKING:
    from explorer.generators import ChenSequence, Generator, Spectrum
    from explorer.ui.cached import Timed

LN10 = math.log(10)


def draw(generator: Generator, solved: Timed[Spectrum]) -> None:
    """Draw the number line, and beside it the answer to "how large must n be"."""
    steps = chen(generator, solved.value)
    row(
        [
            Item("gap", lambda: _line(solved, steps), 0.66),
            Item("accuracy", lambda: _accuracy(solved.value, steps), 0.34),
        ]
    )


def chen(generator: Generator, spectrum: Spectrum) -> Timed[ChenSequence] | None:
    """Return Chen's iteration, or None where it has no eigenfunction to converge to."""
    if not len(spectrum.eigenvalues):  # a continuum, or known through logarithms alone
        return None
    return cached.sequence(generator.key(), generator)


@st.fragment
def _line(solved: Timed[Spectrum], steps: Timed[ChenSequence] | None) -> None:
    spectrum = solved.value
    with frame.panel("The gap lies between bounds that anyone can check", name="gap") as panel:
        n = int(inputs.slider(studio_fields.STEPS, then=_steps_changed)) if steps else 1
        figure = number_line.figure(spectrum, steps.value if steps else None, n, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        known = studio_words.reference(spectrum)
        if known:
            st.caption(f":material/verified: {known}")
        panel.caption(_caption(solved, steps))
        give(
            panel,
            lambda: _columns(spectrum, steps.value if steps else None),
            studio_notebook.sequence(spectrum.generator, n)
            if steps
            else studio_notebook.spectrum(spectrum.generator),
        )
        panel.why(
            "Mass on both sides of a bottleneck divided by the resistance between them gives κ, "
            "and λ₁ is within a factor of 4 of 1/κ. Chen's iteration starts from the square root "
            "of the resistance and applies the inverse of −L again and again; the smallest and "
            "the largest ratio of successive fluxes enclose λ₁ at every step.",
            formula=r"\begin{gathered}"
            r"\frac1{4\kappa}\;\le\;\lambda_1\;\le\;\frac1\kappa\\[0.6em]"
            r"\min_x\frac{\varphi_n}{\varphi_{n+1}}\;\le\;\lambda_1\;\le\;"
            r"\max_x\frac{\varphi_n}{\varphi_{n+1}}\end{gathered}",
            source="Chen 2012 (basic estimates); Chen and Wang 1997 (quotient)",
            badge="cited",
        )


def _steps_changed() -> None:
    """Draw the quotient of the first tab anew: it shows the same step."""
    if inputs.value(studio_fields.TAB) == studio_fields.TABS[0]:
        studio_state.redraw()


@st.fragment
def _accuracy(spectrum: Spectrum, steps: Timed[ChenSequence] | None) -> None:
    with frame.panel("How large must n be?", name="accuracy") as panel:
        if steps is None:
            st.markdown(_no_steps(spectrum))
            return
        tolerance = float(inputs.log_slider(studio_fields.TOLERANCE))
        st.markdown(_needs(spectrum, steps.value, tolerance))
        figure = sequence.figure(spectrum, steps.value, tolerance, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(_cost(steps))
        give(
            panel,
            lambda: _columns(spectrum, steps.value),
            studio_notebook.sequence(spectrum.generator, cached.GAP_STEPS),
        )


def _columns(spectrum: Spectrum, steps: ChenSequence | None) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "log_gap": [spectrum.log_gap],
        "log_chen_bounds": spectrum.log_chen_bounds,
        "enclosure": spectrum.enclosure,
    }
    if steps is not None:
        n = range(1, len(steps.lower) + 1)
        values = {"lower": steps.lower, "rayleigh": steps.rayleigh, "upper": steps.upper}
        columns |= {"n": n} | values
    return columns


def _caption(solved: Timed[Spectrum], steps: Timed[ChenSequence] | None) -> str:
    spectrum = solved.value
    low, high = spectrum.enclosure
    most = min(numbers.MAX_DIGITS, 1 + numbers.certain_digits(spectrum.relative_error))
    if spectrum.status == "metastable":
        proof = "λ₁ lies below the range of double precision; only its bounds are computed"
    elif not spectrum.is_eigenvalue:
        proof = f"The gap is {numbers.number(spectrum.gap, most)} in closed form"
    else:
        proof = f"λ₁ ∈ [{numbers.number(low, most + 1)}, {numbers.number(high, most + 1)}]"
        proof += f" by {_method(spectrum)}, a floating-point enclosure"
    took = f"computed in {numbers.milliseconds(solved.seconds)}"
    return f"{proof}. Spectrum {took}" + (
        f", {cached.GAP_STEPS} steps of the iteration in {numbers.milliseconds(steps.seconds)}."
        if steps
        else "."
    )


def _method(spectrum: Spectrum) -> str:
    return {
        "temple-lehmann": "Temple–Lehmann",
        "chen-wang": "Chen–Wang",
        "chen": "Chen's basic estimate",
    }.get(spectrum.enclosure_method, spectrum.enclosure_method)


def _needs(spectrum: Spectrum, steps: ChenSequence, tolerance: float) -> str:
    found = {name: steps.first(tolerance, name) for name in sequence.NAMES}
    words = {name: str(n) if n else f"> {len(steps.lower)}" for name, n in found.items()}
    text = f"Rayleigh **n = {words['rayleigh']}**, lower **{words['lower']}**, "
    text += f"upper **{words['upper']}**."
    rule = sequence.rule(spectrum, tolerance)
    if rule is not None:
        text += (
            f" Rule: log(tol) / log(λ₁/λ₂) ≈ {numbers.number(rule, 2)} at most, half for Rayleigh."
        )
    return text


def _cost(steps: Timed[ChenSequence]) -> str:
    n = len(steps.value.lower)
    return (
        f"All {n} steps took {numbers.milliseconds(steps.seconds)} (*measured* on this server), as "
        f"cumulative sums over {numbers.whole(steps.value.nodes.size)} nodes. Written out as "
        "integrals inside integrals, each further step would multiply the work."
    )


def _no_steps(spectrum: Spectrum) -> str:
    if spectrum.status == "metastable":
        return (
            "Here λ₁ is below the range of doubles. κ is computed in logarithms, and in so deep "
            "a well 1/\u2060κ is the gap itself to a fraction of a percent (an Eyring–Kramers "
            "formula)."
        )
    return (
        "There is no eigenfunction for the iteration to find: the gap is where the continuous "
        f"spectrum begins, {studio_words.gap(spectrum)}, in closed form from the leading terms."
    )
