"""The panels of the Locality Lab: the picture, the sensitivity field, the mask, the levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.figures import canvas, mask_size, noisy_picture, sensitivity
from explorer.ui import (
    cached_images,
    frame,
    locality_fields,
    locality_notebook,
    locality_state,
    locality_words,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.analysis.locality import Look
    from explorer.core.types import ImageSet
    from explorer.ui.cached_images import Pictures
    from explorer.ui.locality_state import State

PAPER = "Lukoianov et al. 2025, arXiv:2509.09672"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panels draw."""

    state: State
    images: ImageSet
    look: Look
    pictures: Pictures

    @property
    def channel(self) -> int | None:
        """The input channel looked at; None for all."""
        return locality_state.viewed(self.images.shape)


def picture(shown: Shown) -> None:
    """Draw the image clean, noisy and filtered; a click chooses the pixel."""
    with frame.panel("One picture, three times", name="picture") as panel:
        found = shown.pictures
        state, pixel = shown.state, shown.state.pixel[1:]
        alt = noisy_picture.finding(found.clean, found.filtered, pixel, state.sigma)
        images = (found.clean, noisy_picture.scaled(found.noisy, state.sigma), found.filtered)
        charts = zip(st.columns(3, gap="small"), noisy_picture.NAMES, images, strict=True)
        for column, name, image in charts:
            figure = noisy_picture.figure(image, name, pixel=pixel, alt=alt, theme=frame.theme())
            key = f"chart_{name}"
            with column:
                panel.chart(
                    figure,
                    alt=f"{name.title()}. {alt}",
                    key=key,
                    on_select=_click(key),
                    selection_mode="points",
                )
        panel.caption(locality_words.picture(found))
        _give(
            panel,
            lambda: _places(shown) | {n: getattr(found, n).ravel() for n in noisy_picture.NAMES},
            locality_notebook.picture(shown.state),
        )
        panel.why(
            "The best linear guess of the clean image: take what is typical of the data, μ, and "
            "let through of the rest what varies more in the data than in the noise. No other "
            "linear map has a smaller mean squared error.",
            formula=r"\hat x_0=\mu+W(z-\mu),\qquad z=x_0+\sigma\varepsilon",
            source="Wiener 1949; " + PAPER,
            badge="cited",
        )


def field(shown: Shown) -> None:
    """Draw the row of W beside the row of the covariance."""
    with frame.panel("Where the Wiener filter looks", name="field") as panel:
        look = shown.look
        columns = st.columns(2, gap="small")
        # The filter last: the picture that *Take it* saves.
        for place, quantity in ((1, "covariance"), (0, "sensitivity")):
            figure = sensitivity.field(look, quantity, frame.theme(), channel=shown.channel)
            with columns[place]:
                panel.chart(figure, alt=canvas.alt(figure), key=f"chart_{quantity}")
        panel.caption(locality_words.field(look))
        rows = {"sensitivity": look.sensitivity.ravel(), "covariance": look.covariance.ravel()}
        _give(panel, lambda: _places(shown) | rows, locality_notebook.look(shown.state))
        panel.why(
            "Row q of W says how output pixel q answers to each input pixel, whatever the picture. "
            "With little noise W is nearly the identity: the pixel trusts itself. With much noise "
            "it follows the covariance S, and looks everywhere. Trained networks have nearly the "
            "same fields, and the paper concludes that locality comes from the data, not from "
            "convolutions.",
            formula=r"\frac{\partial\hat x_{0,q}}{\partial z_n}=W_{qn},\qquad "
            r"W=S\,(S+\sigma^2 I)^{-1}",
            source=PAPER,
            badge="cited",
        )


def mask(shown: Shown) -> None:
    """Draw the mask as an outline over the noisy image."""
    with frame.panel("What passes the threshold", name="mask") as panel:
        look = shown.look
        figure = sensitivity.mask(look, shown.pictures.noisy, frame.theme(), channel=shown.channel)
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(locality_words.mask(look))
        _give(
            panel,
            lambda: _places(shown) | {"mask": look.mask.ravel().astype(int)},
            locality_notebook.look(shown.state),
        )
        panel.why(
            "Dividing by both pixels' own sensitivities makes the rule symmetric: q sees n exactly "
            "if n sees q, and no mask is empty. The published rule divides by one of them and "
            "compares with a maximum over all pixels, which nearly constant pixels inflate.",
            formula=r"M_{qn}=1\quad\text{if}\quad\frac{|W_{qn}|}{\sqrt{W_{qq}W_{nn}}}\ge\tau",
            source="after " + PAPER,
            badge="corrected",
        )


def levels(shown: Shown) -> None:
    """Draw mask size and degrees of freedom over noise levels."""
    with frame.panel("Locality grows as the noise falls", name="levels") as panel:
        scan = cached_images.scan(shown.state.scan_key(), shown.state)
        figure = mask_size.figure(scan, shown.look, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "Sampling runs from left to right. Each direction of the data counts once it rises "
            "above the noise; with all of them up, a pixel needs no other to know itself."
        )
        _give(
            panel,
            lambda: {"sigma": scan.sigmas, "mask_size": scan.sizes, "freedom": scan.freedom},
            locality_notebook.scan(shown.state),
        )
        panel.why(
            "λₖ are the variances of the data along its principal axes. A direction passes by half "
            "where λₖ = σ².",
            formula=r"\mathrm{df}(\sigma)=\mathrm{tr}\,W=\sum_k\frac{\lambda_k}{\lambda_k+\sigma^2}",
            source="trace of the Wiener filter",
            badge="derived",
        )


def _click(key: str) -> Callable[[], None]:
    def take() -> None:
        state: Any = st.session_state.get(key)
        points = state["selection"]["points"] if state else []
        if points:
            locality_state.take_pixel(int(points[0]["y"]), int(points[0]["x"]))

    return take


def _places(shown: Shown) -> dict[str, Any]:
    channel, row, column = (grid.ravel() for grid in np.indices(shown.images.shape))
    return {"channel": channel, "row": row, "column": column}


def _give(panel: frame.Panel, columns: Callable[[], Mapping[str, Any]], code: str) -> None:
    panel.take(columns, code=code, link=share.link(locality_fields.FIELDS))
