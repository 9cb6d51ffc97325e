"""How fast it forgets: distances to π over time, in one dimension and in many."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer import generators
from explorer.core.errors import ExplorerError
from explorer.figures import arrival, canvas, numbers, relaxation
from explorer.ui import (
    cached,
    errors,
    frame,
    inputs,
    studio_fields,
    studio_notebook,
    studio_start,
    studio_words,
)
from explorer.ui.studio_layout import Item, give, row

if TYPE_CHECKING:
    from explorer.generators import ConvergenceTime, Generator, InitialLaw, Relaxation, Spectrum

TIMES = 60
TWO_SCALES = 30.0  # λ₂/λ₁ beyond which one linear time axis cannot show both
METRICS = ("tv", "kl", "l2", "w1", "w2")


@st.fragment
def draw(generator: Generator, solved: Spectrum) -> None:
    """Draw the start's controls and the panels that follow from it."""
    if solved.status == "metastable":
        st.info("The relaxation time is beyond the range of doubles; there is no curve to draw.")
        return
    law = studio_start.draw(solved)
    if law is None:
        return
    try:
        time = _time(generator, solved, law)
        curves = _relaxation(generator, solved, law, time)
        row(
            [
                Item("curves", lambda: _curves(solved, law, curves, time), 0.6),
                Item("content", lambda: _content(solved, law, curves), 0.4),
            ]
        )
        row(
            [
                Item("dimension", lambda: _dimension(generator, law, time)),
                Item("wrong", lambda: _wrong(generator, law, time)),
            ]
        )
    except ExplorerError as error:
        errors.beside(error)


def _time(generator: Generator, solved: Spectrum, law: InitialLaw) -> ConvergenceTime:
    eps = float(inputs.value(studio_fields.EPS))
    d = int(inputs.value(studio_fields.DIMENSION))
    spec = {"g": generator, "initial": law, "eps": eps, "dimension": d, "spectrum": solved}
    key = json.dumps([generator.key(), law.key(), eps.hex(), d])
    return cached.convergence_time(key, spec)


def _relaxation(
    generator: Generator, solved: Spectrum, law: InitialLaw, time: ConvergenceTime
) -> Relaxation:
    end = max(6.0 / solved.gap, 1.4 * time.exact if math.isfinite(time.exact) else 0.0)
    if _two_scales(solved):
        times = np.geomspace(1e-3 / solved.eigenvalues[1], end, TIMES)
    else:
        times = np.linspace(end / TIMES, end, TIMES)
    d = time.dimension
    spec = {"g": generator, "initial": law, "times": times, "dimension": d, "spectrum": solved}
    return cached.relaxation(json.dumps([generator.key(), law.key(), end.hex(), TIMES, d]), spec)


def _two_scales(solved: Spectrum) -> bool:
    values = solved.eigenvalues
    return len(values) > 1 and values[1] > TWO_SCALES * values[0]


def _curves(solved: Spectrum, law: InitialLaw, curves: Relaxation, time: ConvergenceTime) -> None:
    with frame.panel("Every distance ends at the slope of λ₁", name="curves") as panel:
        figure = relaxation.curves(
            curves, METRICS, time, frame.theme(), log_time=_two_scales(solved)
        )
        panel.chart(figure, alt=canvas.alt(figure))
        copies = f"{numbers.whole(time.dimension)} independent copies"
        panel.caption(
            "Total variation, Kullback–Leibler, L² and Wasserstein distances to π, for "
            f"{'one coordinate' if time.dimension == 1 else copies}. In the end all run parallel "
            "to the thin line, the slope of λ₁ (KL twice as steep)."
        )
        give(
            panel,
            lambda: {"t": curves.times} | {name: getattr(curves, name) for name in METRICS},
            studio_notebook.relaxation(solved.generator, law, curves.times, time.dimension),
        )
        for note in curves.notes:
            st.caption(f":material/info: {studio_words.typeset(note)}")
        panel.why(
            "χ² is a sum of squares, one per mode, so it decays at least like exp(−2λ₁t); total "
            "variation is at most half its root. If the start holds nothing of the first mode "
            "(c₁ = 0, symmetric data), the observed rate is λ₂.",
            formula=r"\chi^2(t)=\sum_{n\ge1}c_n^2e^{-2\lambda_nt},\qquad"
            r"\mathrm{TV}\le\tfrac12\sqrt{\chi^2}",
            source="spectral decomposition",
            badge="derived",
        )


def _content(solved: Spectrum, law: InitialLaw, curves: Relaxation) -> None:
    with frame.panel("What the start is made of", name="content") as panel:
        figure = relaxation.coefficients(curves, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "|cₙ| is how much of mode n the start holds. If the first bar is missing, the process "
            "forgets at the rate of the second."
        )
        give(
            panel,
            lambda: {"c": curves.coefficients, "rate": curves.rates},
            studio_notebook.relaxation(solved.generator, law, curves.times, curves.dimension),
        )


def _dimension(generator: Generator, law: InitialLaw, time: ConvergenceTime) -> None:
    with frame.panel("More pixels, a little more time", name="dimension") as panel:
        if not arrival.has_formula(time):
            st.markdown(_no_formula(time))
            return
        figure = arrival.dimension(time, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(_agreement(time))
        give(
            panel,
            lambda: {"d": [time.dimension], "exact": [time.exact], "formula": [time.formula]},
            studio_notebook.convergence(generator, law, time.eps, time.dimension),
        )
        panel.why(
            "d independent copies differ from πᵈ by S² = d·c₁² to leading order, so the time to "
            "reach ε grows only like log(d)/(2λ₁): a cutoff, with a window of width 1/λ₁.",
            formula=r"T_d(\varepsilon)\approx\frac1{\lambda_1}\log\frac{S}{\sqrt{2\pi}\,"
            r"\varepsilon},\qquad S^2=\sum_i c_{1,i}^2",
            source="product law to leading order; compare Chen and Kumagai, arXiv:1701.06665",
            badge="derived",
        )


@st.fragment
def _wrong(generator: Generator, law: InitialLaw, time: ConvergenceTime) -> None:
    with frame.panel("A wrong λ₁ is paid in distance", name="wrong") as panel:
        if not arrival.has_formula(time):
            st.markdown(_no_formula(time))
            return
        off = inputs.slider(studio_fields.RATE_ERROR) / 100
        figure = arrival.wrong_rate(time, off, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        planned, reached = generators.wrong_rate(time, off)
        taken = f"{numbers.percent(abs(off))} too {'large' if off > 0 else 'small'}"
        instead = f"{numbers.percent(reached)} instead of {numbers.percent(time.eps)}"
        panel.caption(
            f"With λ₁ taken {taken} you stop at T = {numbers.number(planned)} and reach {instead}. "
            "In high dimension an over-estimate costs more."
        )
        give(
            panel,
            lambda: {"error": [off], "time": [planned], "reached": [reached]},
            studio_notebook.convergence(generator, law, time.eps, time.dimension)
            + f"\nprint(generators.wrong_rate(t, {off!r}))",
        )


def _agreement(time: ConvergenceTime) -> str:
    return (
        f"At d = {numbers.whole(time.dimension)} total variation {numbers.number(time.eps)} is "
        f"reached at T = {_exact(time)} (exact product law), "
        f"{numbers.number(time.formula or 0.0)} by the formula."
    )


def _exact(time: ConvergenceTime) -> str:
    """Return T with its error where the error shows."""
    error = time.exact_error / max(time.exact, 1e-300)
    if error < 1e-3 or not math.isfinite(error):
        return numbers.certain(time.exact, max(error, 1e-5))
    return f"{numbers.number(time.exact, 3)} ± {numbers.number(time.exact_error, 1)}"


def _no_formula(time: ConvergenceTime) -> str:
    text = f"Total variation {numbers.number(time.eps)} is reached at T = **{_exact(time)}**. "
    if time.prefactor is None:
        return text + "There is no slowest mode here, so there is no formula to compare with."
    return text + "The start is so close to π that the formula has nothing to say."
