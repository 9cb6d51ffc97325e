"""A panel of the tab *Memory*: the held-out errors that come with the explorer."""

from __future__ import annotations

import streamlit as st

from explorer.figures import canvas, held_out
from explorer.ui import cached_memory, frame, inputs, locality_panels
from explorer.ui import locality_memory_fields as f
from explorer.ui import locality_memory_notebook as notebook


def draw() -> None:
    """Draw the held-out errors that come with the explorer."""
    title = "How each denoiser does on pictures it has never seen"
    with frame.panel(title, name="held") as panel:
        name = inputs.choice(f.TABLE, compact=True)
        found = cached_memory.shipped(name)
        if found is None:
            st.caption("This table has not been measured yet.")
            return
        figure = held_out.figure(found, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(held_out.finding(found))
        locality_panels.give(
            panel,
            lambda: {"sigma": found.sigmas} | dict(zip(found.names, found.means(), strict=True)),
            notebook.table(name),
        )
        panel.why(
            "Images of the test split with noise, denoised by each method; settings were chosen on "
            "training images set aside, never on these. Bands are two standard errors of the ratio "
            "on the same pictures. Independent work reports that no analytic denoiser beats the "
            "Wiener filter in mean squared error on held-out images, but for about one per cent on "
            "one set of faces: so it is here with the published methods on photographs, but not "
            "with the windowed mixture, and not on digits. The windowed mixture's defaults were "
            "fixed with half of these digits in view; on the other half its ratios agree to 0.04.",
            formula=r"\frac{\mathrm{MSE}_{\mathrm{method}}(\sigma)}{\mathrm{MSE}_{\mathrm{Wiener}}"
            r"(\sigma)}",
            source="our measurement, computed beforehand",
            badge="measured",
        )
