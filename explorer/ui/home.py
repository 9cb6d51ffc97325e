"""Home: each card is a question, a small picture drawn from a real result, and where it leads.

A new card is one entry in `CARDS`. A card whose page does not exist yet is not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer import generators
from explorer.figures import canvas, miniatures, numbers
from explorer.generators import presets
from explorer.ui import (
    cached,
    document,
    frame,
    home_arena,
    home_locality,
    panel,
    rooms,
    studio_fields,
)
from explorer.ui.home_card import Card

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.figures.theme import Theme
    from explorer.generators import Relaxation, Spectrum
    from explorer.generators.presets import Preset

STEPS = 8  # of Chen's iteration in the small picture
STILL = {"staticPlot": True}  # a small picture is looked at, not worked with
PULLS = {  # what a newcomer reads -> preset
    "steep pull": "linear-and-cubic",
    "linear pull": "ornstein-uhlenbeck",
    "double well": "double-well",
}
COMPARED = ("double-well", "ornstein-uhlenbeck", "quartic", "linear-and-cubic", "fast-and-loud")


QUESTION = "What would you like to understand?"
IDEA = (
    "Noise, added little by little, makes a diffusion forget the picture it started from; a "
    "diffusion model makes pictures by walking that way back. How fast the start is forgotten is "
    "one number, the **spectral gap λ₁**. What the way back needs is a **denoiser**, and where it "
    "looks follows from the data."
)
LIVE = "Every picture here is drawn from a real computation. Choose one to change it."


def draw() -> None:
    """Draw the page."""
    with st.container(key="home_hero", gap=None):
        st.caption(document.TITLE)
        st.title(QUESTION, anchor=False)
        st.markdown(IDEA)
        st.caption(LIVE)
    cards()
    starts()


def starts() -> None:
    """Draw links to known diffusions, with a gap and without."""
    if not rooms.exists("generator_studio"):
        return
    with st.container(key="home_section_known"):
        st.header("Or start from a diffusion that is known", anchor=False)
        grid = st.grid(3, min_column_width=280, gap="small", key="home_starts")
        for preset in presets.PRESETS.values():
            with grid.cell(), st.container(gap=None, key=f"start_{preset.name}"):
                link(preset, preset.label)
                st.caption(preset.sentence[0].upper() + preset.sentence[1:] + ".")
    with st.container(key="home_section_refused"):
        st.header("… or from one that goes wrong, and see why", anchor=False)
        with st.container(horizontal=True, gap="small", key="home_refused"):
            for preset in presets.REFUSED.values():
                link(preset, preset.label, help=preset.sentence)


def cards() -> None:
    """Draw the cards of all pages that exist, in a grid."""
    shown = [card for card in CARDS if rooms.exists(card.room)]
    grid = st.grid(2, min_column_width=330, key="home_cards")
    cells = [(card, grid.cell()) for card in shown]
    for card, cell in [*cells[1:], *cells[:1]]:  # the first takes longest
        with cell, st.container(border=True, height="stretch", key=f"card_{card.name}"):
            st.header(card.question, anchor=False)
            figure = card.draw(frame.theme())
            finding = canvas.alt(figure)
            config = panel.CHART | STILL
            st.plotly_chart(figure, theme=None, config=config, alt=finding, key=f"home_{card.name}")
            st.markdown(finding.replace(" = ", "\u00a0=\u00a0"))
            st.page_link(
                rooms.path(card.room),
                label=card.invitation,
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params=dict(card.query),
            )


def link(preset: Preset, label: str, *, help: str | None = None) -> None:
    """Draw a link that opens the Generator Studio with `preset`."""
    st.page_link(
        rooms.path("generator_studio"),
        label=label,
        icon=None if help else ":material/arrow_forward:",
        icon_position="right",
        help=help,
        query_params=_studio(preset),
    )


def _studio(preset: Preset, tab: str = "") -> dict[str, str]:
    """Return the parameters with which the Generator Studio opens a preset."""
    low, high = preset.ends
    state = {
        studio_fields.A: preset.a,
        studio_fields.B: preset.b,
        studio_fields.LOW: low,
        studio_fields.HIGH: high,
        studio_fields.TAB: tab or studio_fields.TAB.default,
    }
    return {field.key: field.write(value) for field, value in state.items()}


def _forgetting(theme: Theme) -> go.Figure:
    curves = {name: _relaxation(presets.PRESETS[preset]) for name, preset in PULLS.items()}
    left = {name: float(np.interp(2.0, c.times, c.tv)) for name, c in curves.items()}
    alt = (
        f"All three start at x = 1. At t = 2 the steep pull has come within "
        f"{numbers.number(left['steep pull'], 2)} of equilibrium, the double well only within "
        f"{numbers.number(left['double well'], 2)}."
    )
    return miniatures.forgetting(curves, theme, least=1e-3, alt=alt)


def _bottleneck(theme: Theme) -> go.Figure:
    spectrum = _spectrum(presets.PRESETS["double-well"])
    alt = (
        f"To forget, the double well must cross its barrier. It does so at the rate "
        f"λ₁ = {numbers.number(spectrum.gap)}: once in {numbers.number(1 / spectrum.gap, 2)} "
        f"units of time."
    )
    return miniatures.bottleneck(spectrum, theme, alt=alt)


def _funnel(theme: Theme) -> go.Figure:
    generator = presets.PRESETS["student"].generator()
    sequence = cached.sequence(generator.key(), generator).value
    gap = _spectrum(presets.PRESETS["student"]).gap
    width = float(sequence.rayleigh[STEPS - 1] - sequence.lower[STEPS - 1]) / gap
    alt = (
        f"One bound comes from below, one from above. The gap of this diffusion is exactly 6, and "
        f"after {STEPS} steps the bounds are within {numbers.percent(width)} of each other."
    )
    return miniatures.funnel(sequence, gap, theme, steps=STEPS, alt=alt)


def _fair_speed(theme: Theme) -> go.Figure:
    rows = [_speed(presets.PRESETS[name]) for name in COMPARED]
    fast = rows[-1]
    alt = (
        f"{fast.label} has λ₁ = {numbers.number(fast.gap, 3)}, but only because its noise is loud. "
        f"At equal noise power it reaches Λ = {numbers.number(fast.efficiency, 2)}, and nothing "
        "exceeds 1."
    )
    return miniatures.fair_speed(rows, theme, alt=alt)


def _relaxation(preset: Preset) -> Relaxation:
    generator, start = preset.generator(), generators.Points([1.0])
    times = np.linspace(0.0, 3.0, 61)
    spec = {"g": generator, "initial": start, "times": times}
    key = f"{generator.key()} {start.key()} home"
    return cached.relaxation(key, spec)


def _speed(preset: Preset) -> miniatures.Speed:
    spectrum = _spectrum(preset)
    if spectrum.efficiency is None:
        raise ValueError(f"{preset.name} has no Λ; choose another preset for Home.")
    return miniatures.Speed(preset.label, spectrum.gap, spectrum.efficiency)


def _spectrum(preset: Preset) -> Spectrum:
    generator = preset.generator()
    return cached.spectrum(generator.key(), generator).value


_WHY, _FORGET, _FASTER = studio_fields.TABS[:3]
CARDS = (
    Card(
        "forgetting",
        "How fast does a diffusion forget where it started?",
        "generator_studio",
        _studio(presets.PRESETS["linear-and-cubic"], _FORGET),
        "Change the start and the drift",
        _forgetting,
    ),
    Card(
        "bottleneck",
        "What holds it back?",
        "generator_studio",
        _studio(presets.PRESETS["double-well"], _WHY),
        "Move the barrier",
        _bottleneck,
    ),
    Card(
        "funnel",
        "How sure can we be of the number?",
        "generator_studio",
        _studio(presets.PRESETS["student"], _WHY),
        "Close in on another diffusion",
        _funnel,
    ),
    Card(
        "speed",
        "Is faster really faster?",
        "generator_studio",
        _studio(presets.PRESETS["fast-and-loud"], _FASTER),
        "Compare at equal noise",
        _fair_speed,
    ),
    *home_locality.CARDS,
    *home_arena.CARDS,
)
