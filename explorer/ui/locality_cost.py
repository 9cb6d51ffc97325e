"""The tab *Cost*: the arithmetic, the measured time and the memory of every denoiser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer import denoisers
from explorer.ui import frame, locality_panels, steps, table
from explorer.ui import locality_cost_words as words
from explorer.ui.cached_cost import CostWish
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.ui.locality_panels import Shown


@st.fragment
def draw(shown: Shown) -> None:
    """Draw the tab."""
    row([Item("cost", lambda: measured(shown))])
    row([Item("published_cost", published)])


def measured(shown: Shown) -> None:
    """Draw the table of every denoiser, with what has been measured."""
    with frame.panel("What a call of each denoiser costs", name="cost") as panel:
        wish = CostWish(shown.state)
        results = steps.gather(wish.plan(), button="Measure on this machine")
        timings = {timing.name: timing for timing in results}
        known = {name: denoisers.describe(name) for name in wish.names}
        table.draw(words.HEAD, words.rows(known, timings), key="cost", left=2)
        for sentence in words.refusals(timings, known):
            st.caption(sentence)
        st.caption(
            "n images, d values per image, p values in a mask or patch, k clusters or components."
        )
        with st.expander("Exact or approximate, memory, source"):
            table.draw(words.KIND_HEAD, words.kinds(known), key="kinds", left=4)
        panel.caption(words.caption(timings))
        locality_panels.give(panel, lambda: _columns(results), _code(shown))
        panel.why(
            "Wall time is what a person waits, CPU time what all cores of the server's process "
            "spent, for other visitors as well if there were any. To prepare: masks, trees, "
            "mixtures and the first answer, without mean and covariance, which the page has made "
            "before. Methods that look at part of the images unless told otherwise are told to "
            "look at all that are used. Other images and another noise level have another price.",
            source="timed by this page on request",
            badge="measured",
        )


def _columns(results: tuple) -> dict[str, list]:
    names = ("name", "sigma", "n", "total", "prepare", "wall", "cpu", "refused")
    return {name: [getattr(timing, name) for timing in results] for name in names}


def _code(shown: Shown) -> str:
    from explorer.ui.locality_settings_notebook import begin, picture

    state = shown.state
    return (
        f"{begin(state.data, 'cost')}{picture(state.index, state.seed)}"
        f"sigma = {state.sigma!r}\n"
        "for name in denoisers.names():\n"
        "    print(cost.measure(\n"
        "        name, data.images, statistics, noisy=clean + sigma * noise, sigma=sigma\n"
        "    ))"
    )


def published() -> None:
    """Draw the complexity that the paper states, with the condition it depends on."""
    title = "The paper counts a mask by its pixels, a dense product by all"
    with frame.panel(title, name="published_cost") as panel:
        table.draw(words.PUBLISHED_HEAD, words.PUBLISHED, key="published_cost", left=3)
        panel.caption(
            "Per step, with $n$ images, $m$ pixels, $p_t$ pixels in a mask or patch, $k$ clusters. "
            "Multiplying by a dense 0/1 matrix of masks costs $O(n\\,m^2)$, whatever the masks "
            "hold: only a sparse form attains $O(n\\,p_t\\,m)$."
        )
        panel.why(
            "Here neighbouring outputs have nearly equal masks, and the distance of one follows "
            "from that of another by the pixels that differ. Along a shortest tree through all "
            "masks that is a few dozen additions per output and image instead of $p_t$, with the "
            "same result up to rounding.",
            formula=r"D_q=D_{\mathrm{parent}}+\sum_{n\in M_q\setminus M_{\mathrm{parent}}}L_n"
            r"-\sum_{n\in M_{\mathrm{parent}}\setminus M_q}L_n",
            source="the authors' replies on the paper's public review page, arXiv:2509.09672",
            badge="published as",
        )
