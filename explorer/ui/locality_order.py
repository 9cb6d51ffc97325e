"""A panel of the tab *Settings*: the published softmax, and the order of the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.figures import canvas, numbers, over_noise, pixel_maps
from explorer.figures import theme as colours
from explorer.ui import frame, locality_panels, locality_trial, steps, table
from explorer.ui import locality_settings_notebook as notebook
from explorer.ui import locality_settings_words as words

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.batch_order import OrderEffect
    from explorer.ui.cached_defects import Trial
    from explorer.ui.locality_panels import Shown

CHANGES = {
    "per batch: by the order": "by_order",
    "per batch against exact": "by_softmax",
    "exact: by the order": "exact_by_order",
}


def draw(shown: Shown, trial: Trial) -> None:
    """Draw what another order of the same images changes."""
    title = "The published softmax depends on the order of the images"
    with frame.panel(title, name="order") as panel:
        st.caption(locality_trial.said(trial))
        plan = trial.order()
        found = steps.gather(
            plan, button="Try both orders", at_once=locality_trial.quick(trial, shown)
        )
        if found:
            here = found[words.nearest([e.sigma for e in found], shown.state.sigma)]
            _pictures(here, panel)
            left, right = st.columns([3, 2], gap="medium")
            with left:
                figure = _curves(found, shown.state.sigma)
                panel.chart(figure, alt=canvas.alt(figure), key="chart_order")
            with right:
                head = (f"Softmax, σ = {numbers.number(here.sigma, 3)}", "error", "by the order")
                table.draw(head, words.order_rows(here), key="order")
            panel.caption(words.order_caption(found, here))
            locality_panels.give(panel, lambda: _columns(found), notebook.order(trial, here.sigma))
        panel.why(
            "Averaging the answers of batches with equal weights is not the posterior mean: a "
            "batch without any fitting image counts as much as the one that holds the best. It "
            "agrees with eq. 9 only where all weights are nearly equal, at high noise. Flatter "
            "weights can bring a picture nearer to the clean one, but that is what a temperature "
            "is for, and it should not depend on the order of a file. One softmax over all images "
            "needs no more work: three sums are carried from batch to batch.",
            formula=r"\frac1K\sum_{k=1}^{K}\frac{\sum_{i\in k}x_i e^{\ell_i}}"
            r"{\sum_{j\in k}e^{\ell_j}}\;\ne\;\frac{\sum_i x_i e^{\ell_i}}{\sum_j e^{\ell_j}}",
            source="batch of 512, masks of the symmetric rule; " + locality_panels.PAPER,
            badge="corrected",
        )


def _pictures(here: OrderEffect, panel: frame.Panel) -> None:
    theme, at = frame.theme(), f"σ = {numbers.number(here.sigma, 3)}"
    by_order = pixel_maps.flat(here.reordered - here.published, None)
    exact = pixel_maps.flat(here.exact_reordered - here.exact, None)
    limit = pixel_maps.common_limit([by_order, exact])
    figures = {
        "one": pixel_maps.picture(
            here.published, theme, title="per batch", alt=f"Published softmax at {at}."
        ),
        "other": pixel_maps.picture(
            here.reordered, theme, title="another order", alt="The same in another order."
        ),
        "change": pixel_maps.change(
            by_order,
            theme,
            limit=limit,
            title="by the order",
            alt=f"The order changes pixels by up to {numbers.number(limit, 2)}.",
        ),
        "fixed": pixel_maps.change(
            exact,
            theme,
            limit=limit,
            title="exact: by the order",
            alt="On the same scale the exact softmax does not change.",
        ),
    }
    locality_trial.charts(figures, panel, "order")


def _curves(found: tuple[OrderEffect, ...], sigma: float) -> go.Figure:
    sigmas = np.array([e.sigma for e in found])
    lines = [
        over_noise.Line(name, np.array([getattr(e, value) for e in found]), colours.CATEGORIES[k])
        for k, (name, value) in enumerate(CHANGES.items())
    ]
    alt = words.order_caption(found, found[0]).replace("*", "")
    y = "root mean square change"
    return over_noise.figure(sigmas, lines, frame.theme(), y=y, alt=alt, mark=sigma)


def _columns(found: tuple[OrderEffect, ...]) -> dict[str, list[float]]:
    names = ("sigma", "by_order", "by_softmax", "exact_by_order")
    return {name: [float(getattr(effect, name)) for effect in found] for name in names}
