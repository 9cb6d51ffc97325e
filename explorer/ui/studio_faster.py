"""Is it really faster? The gap against the fair speed Λ, the landscape, and the degree study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer import generators
from explorer.figures import canvas, degree, numbers, speed
from explorer.ui import (
    cached,
    frame,
    studio_map,
    studio_notebook,
    studio_state,
    studio_visits,
    studio_words,
)
from explorer.ui.studio_layout import Item, give, row

if TYPE_CHECKING:
    from explorer.generators import Generator, Spectrum

FACTORS = (0.5, 2.0, 10.0)


def draw(generator: Generator, solved: Spectrum) -> None:
    """Draw the plane, the time change, the degree study and the landscape."""
    row(
        [
            Item("plane", lambda: _plane(generator, solved), 0.6),
            Item("degrees", _degrees, 0.4),
        ]
    )
    if frame.shown("map"):
        studio_map.draw(generator)


def _plane(generator: Generator, solved: Spectrum) -> None:
    with frame.panel("A larger gap is not more speed", name="plane") as panel:
        here = studio_visits.visit(generator, solved)
        trail = studio_visits.trail_of_session()
        known = studio_visits.landmarks()
        figure = speed.plane(trail, here, frame.theme(), landmarks=known)
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "Every generator of this session: the raw gap to the right, the gap at equal variance "
            "and noise power upwards. Running time faster moves a point sideways only."
        )
        panel.why(
            "Put f = x into λ₁ = inf ∫a f′² dπ / Var_π(f): the gap is at most E[a]/Var. So Λ ≤ 1, "
            "with equality for an affine drift, Ornstein–Uhlenbeck above all. For a fixed "
            "stationary law and mean noise, the linear drift is optimal.",
            formula=r"\Lambda=\frac{\lambda_1\,\mathrm{Var}_\pi(X)}{E_\pi[a]}\;\le\;1",
            source="Jafarizadeh, arXiv:2412.20934; Brešar and Mijatović, arXiv:2408.13799",
            badge="cited",
        )
        _time_buttons(generator, solved)
        give(
            panel,
            lambda: {
                "name": [v.name for v in trail],
                "log10_gap": [v.log_gap for v in trail],
                "efficiency": [v.efficiency for v in trail],
            },
            studio_notebook.spectrum(generator),
        )


def _time_buttons(generator: Generator, solved: Spectrum) -> None:
    """Buttons that run time faster, and the three numbers that show what it changes."""
    power = "∞" if solved.noise_power is None else numbers.number(solved.noise_power)
    speed_text = "undefined" if solved.efficiency is None else numbers.number(solved.efficiency)
    st.markdown(f"λ₁ = **{studio_words.gap(solved)}**, E[a] = **{power}**, Λ = **{speed_text}**")
    with st.container(horizontal=True, gap="small"):
        for factor in FACTORS:
            st.button(
                f"Time × {numbers.number(factor)}",
                key=f"gs_time_{factor:g}",
                on_click=_change_time,
                args=(generator, factor),
            )
        st.button(
            "Forget the trail", key="gs_forget", type="tertiary", on_click=studio_visits.forget
        )


def _change_time(generator: Generator, factor: float) -> None:
    studio_state.take_generator(generators.time_change(generator, factor))


def _degrees() -> None:
    with frame.panel("A higher degree raises λ₁, not Λ", name="degrees") as panel:
        study = cached.degree_study("degrees")
        figure = degree.figure(study, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "$b=-x^q$ with $a=1$: the law narrows towards [−1, 1], so the same noise looks faster. "
            "At equal variance and noise the higher degrees are slower."
        )
        give(
            panel,
            lambda: {
                "degree": study.degrees,
                "gap": study.gaps,
                "efficiency": study.efficiencies,
            },
            studio_notebook.degrees(),
        )
