"""The tab *Where it looks*: the sensitivity field, the mask, and both over noise levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.figures import canvas, mask_size, sensitivity
from explorer.ui import (
    cached_images,
    film,
    frame,
    locality_notebook,
    locality_panels,
    locality_words,
)
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.ui.locality_panels import Shown


def draw(shown: Shown) -> None:
    """Draw the tab."""
    row(
        [
            Item("field", lambda: field(shown), 2.0),
            Item("mask", lambda: mask(shown)),
        ]
    )
    row([Item("film", lambda: over_noise(shown))])
    row([Item("levels", lambda: levels(shown))])


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
        locality_panels.give(
            panel, lambda: locality_panels.places(shown) | rows, locality_notebook.look(shown.state)
        )
        panel.why(
            "Row q of W says how output pixel q answers to each input pixel, whatever the picture. "
            "With little noise W is nearly the identity: the pixel trusts itself. With much noise "
            "it follows the covariance S, and looks everywhere. Trained networks have nearly the "
            "same fields, and the paper concludes that locality comes from the data, not from "
            "convolutions.",
            formula=r"\frac{\partial\hat x_{0,q}}{\partial z_n}=W_{qn},\qquad "
            r"W=S\,(S+\sigma^2 I)^{-1}",
            source=locality_panels.PAPER,
            badge="cited",
        )


def mask(shown: Shown) -> None:
    """Draw the mask as an outline over the noisy image."""
    with frame.panel("What passes the threshold", name="mask") as panel:
        look = shown.look
        figure = sensitivity.mask(look, shown.pictures.noisy, frame.theme(), channel=shown.channel)
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(locality_words.mask(look))
        locality_panels.give(
            panel,
            lambda: locality_panels.places(shown) | {"mask": look.mask.ravel().astype(int)},
            locality_notebook.look(shown.state),
        )
        panel.why(
            "Dividing by both pixels' own sensitivities makes the rule symmetric: q sees n exactly "
            "if n sees q, and no mask is empty. The published rule divides by one of them and "
            "compares with a maximum over all pixels, which nearly constant pixels inflate.",
            formula=r"M_{qn}=1\quad\text{if}\quad\frac{|W_{qn}|}{\sqrt{W_{qq}W_{nn}}}\ge\tau",
            source="after " + locality_panels.PAPER,
            badge="corrected",
        )


def over_noise(shown: Shown) -> None:
    """Draw field and mask at the published noise levels, as a row and as a film."""
    with frame.panel("From everywhere to itself", name="film") as panel:
        found = cached_images.frames(shown.state.scan_key(), shown.state)
        view = slice(None) if shown.channel is None else slice(shown.channel, shown.channel + 1)
        film.play(
            np.stack([sensitivity.flat(field, shown.channel) for field in found.rows]),
            np.asarray(found.masks[:, view].any(axis=1)),
            frame.theme(),
            labels=locality_words.labels(found),
            words=locality_words.frames(found),
            pixel=shown.state.pixel[1:],
            start=int(np.abs(np.log(found.sigmas / shown.state.sigma)).argmin()),
            key="ll_film",
        )
        panel.caption(
            "The ten noise levels of the paper's sampler. The line is the border of the mask; each "
            "field is coloured relative to its largest value."
        )
        locality_panels.give(
            panel,
            lambda: {"sigma": found.sigmas, "mask_size": found.masks.sum(axis=(1, 2, 3))},
            locality_notebook.frames(shown.state),
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
        locality_panels.give(
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
