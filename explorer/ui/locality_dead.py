"""A panel of the tab *Settings*: the published masks, and pixels that hardly vary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.figures import canvas, numbers, over_noise, pixel_maps
from explorer.figures import theme as colours
from explorer.ui import frame, inputs, locality_panels, locality_trial, steps, table
from explorer.ui import locality_settings_fields as f
from explorer.ui import locality_settings_notebook as notebook
from explorer.ui import locality_settings_words as words

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.dead_pixels import DeadPixels
    from explorer.ui.cached_defects import Trial
    from explorer.ui.locality_panels import Shown


def draw(shown: Shown, trial: Trial) -> None:
    """Draw what pixels that hardly vary do to the published masks."""
    title = "One pixel that hardly varies changes the masks of all"
    with frame.panel(title, name="dead") as panel:
        st.caption(locality_trial.said(trial))
        single = inputs.switch(f.SINGLE)
        plan = trial.dead(single=single)
        found = steps.gather(
            plan, button="Try both rules", at_once=locality_trial.quick(trial, shown)
        )
        if found:
            here = found[words.nearest([e.sigma for e in found], shown.state.sigma)]
            _pictures(here, trial, panel)
            figure = _curves(found, shown.state.sigma)
            panel.chart(figure, alt=canvas.alt(figure), key="chart_dead")
            with st.expander("All noise levels as numbers"):
                table.draw(words.DEAD_HEAD, words.dead_rows(found), key="dead")
            panel.caption(words.dead_caption(found, single=single))
            locality_panels.give(
                panel,
                lambda: _columns(found),
                notebook.dead(trial, here.sigma, single=single),
            )
        panel.why(
            "A pixel with W_ii near 0 makes its ratios, and with them the one threshold of all, "
            "large. With float32 sums the covariance of such a pixel is rounding noise, and θ can "
            "pass 1; where that happens depends on the library. Here one float32 rounding per "
            "entry is drawn from a seed: our construction, which shows the same failure on any "
            "machine. The symmetric rule and exact sums have neither. Its τ is chosen at each "
            "noise level so that its masks are as large as the published ones on average: equal τ "
            "would compare masks of different sizes.",
            formula=r"\theta=\tau\max_{ij}\frac{|W_{ij}|}{W_{ii}},\qquad "
            r"\frac{|W_{ij}|}{W_{ii}}\le\sqrt{\frac{W_{jj}}{W_{ii}}}",
            source="after " + locality_panels.PAPER,
            badge="corrected",
        )


def _pictures(here: DeadPixels, trial: Trial, panel: frame.Panel) -> None:
    theme, at = frame.theme(), f"σ = {numbers.number(here.sigma, 3)}"
    clean, eps = trial.picture()
    noisy = (clean + here.sigma * eps) / np.sqrt(1.0 + here.sigma**2)
    published, symmetric = here.published, here.symmetric
    most = float(max(a.masks.sizes.max() for a in (published, symmetric)))
    figures = {
        "noisy": pixel_maps.picture(noisy, theme, title=at, alt=f"The noisy picture at {at}."),
        "published": pixel_maps.picture(
            published.image,
            theme,
            title="published",
            alt=f"Published masks: error {numbers.number(published.error, 2)}.",
        ),
        "symmetric": pixel_maps.picture(
            symmetric.image,
            theme,
            title="symmetric, same size",
            alt=f"Symmetric masks: error {numbers.number(symmetric.error, 2)}.",
        ),
        "sizes": pixel_maps.count(
            pixel_maps.flat(published.masks.sizes, None),
            theme,
            most=most,
            title="published: mask size",
            alt=f"{published.masks.empty} published masks are empty.",
            name="pixels",
        ),
    }
    locality_trial.charts(figures, panel, "dead")


def _curves(found: tuple[DeadPixels, ...], sigma: float) -> go.Figure:
    sigmas = np.array([e.sigma for e in found])
    values = [e.published for e in found]
    lines = [
        over_noise.Line(
            "max|m|", np.array([a.masks.largest for a in values]), colours.CATEGORIES[0]
        ),
        over_noise.Line(
            "θ = τ max|m|", np.array([a.masks.cut for a in values]), colours.CATEGORIES[1]
        ),
    ]
    alt = words.dead_caption(found, single=bool(inputs.value(f.SINGLE))).replace("*", "")
    bound = (1.0, "1: no pixel is in its own mask above")
    y = "ratio, dimensionless"
    return over_noise.figure(sigmas, lines, frame.theme(), y=y, alt=alt, mark=sigma, bound=bound)


def _columns(found: tuple[DeadPixels, ...]) -> dict[str, list[float]]:
    return {
        "sigma": [e.sigma for e in found],
        "largest_ratio": [e.published.masks.largest for e in found],
        "theta": [e.published.masks.cut for e in found],
        "empty": [e.published.masks.empty for e in found],
        "missing": [e.published.masks.missing for e in found],
        "error_published": [e.published.error for e in found],
        "threshold_symmetric": [e.symmetric.masks.threshold for e in found],
        "error_symmetric": [e.symmetric.error for e in found],
    }
