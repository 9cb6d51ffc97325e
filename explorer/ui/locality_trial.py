"""What the two panels on the published rules share: what is tried, and a row of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures import canvas, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go

    from explorer.ui import frame
    from explorer.ui.cached_defects import Trial
    from explorer.ui.locality_panels import Shown

QUICK = 200_000  # pixel values of all images, up to which ten noise levels take a second


def said(trial: Trial) -> str:
    """Say what the rules are tried on."""
    tau = numbers.number(trial.threshold, 3)
    if trial.fresh:
        return f"A test digit, {trial.n:,} training images of MNIST, τ = {tau} as published."
    one = "the picture is one of them" if trial.index < trial.n else "the picture is another"
    return f"{trial.n:,} images, τ = {tau}; {one}."


def quick(trial: Trial, shown: Shown) -> bool:
    """Return whether the ten noise levels need no button, as for the digits."""
    return trial.data == shown.state.data and trial.n * shown.images.size <= QUICK


def charts(figures: Mapping[str, go.Figure], panel: frame.Panel, name: str) -> None:
    """Draw pictures side by side."""
    columns = st.columns(len(figures), gap="small")
    for column, (key, figure) in zip(columns, figures.items(), strict=True):
        with column:
            panel.chart(figure, alt=canvas.alt(figure), key=f"chart_{name}_{key}")
