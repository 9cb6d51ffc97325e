"""The tab *Memory*: sources of each pixel, and who knows the training images by heart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.figures import canvas, numbers, pixel_maps
from explorer.ui import (
    cached_memory,
    cached_settings,
    frame,
    inputs,
    locality_held_out,
    locality_memorising,
    locality_panels,
    steps,
    table,
)
from explorer.ui import locality_memory_fields as f
from explorer.ui import locality_memory_notebook as notebook
from explorer.ui import locality_memory_words as words
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.analysis.copying import Copying
    from explorer.ui.locality_panels import Shown

NAMED = 6  # images with a colour of their own in the mosaic


@st.fragment
def draw(shown: Shown) -> None:
    """Draw the tab."""
    row([Item("copies", lambda: copies(shown))])
    locality_memorising.draw(shown)
    row([Item("held", locality_held_out.draw)])


def copies(shown: Shown) -> None:
    """Draw maps of N_eff, of the largest weight and of the heaviest image."""
    with frame.panel("Each pixel has sources of its own", name="copies") as panel:
        images, state = shown.images, shown.state
        n = cached_settings.few(images)
        if state.index < n:
            without = inputs.switch(f.WITHOUT)
        else:
            st.caption(words.left_out(n))
            without = False
        wish = cached_memory.CopyWish(state, n, without)
        quick = cached_settings.at_once(images, n)
        results = steps.gather(wish.plan(), button="Show the weights", at_once=quick)
        if results:
            [found] = results
            channel = state.pixel[0] if shown.channel is None else shown.channel
            _maps(found, channel, panel)
            table.draw(words.COPY_HEAD, words.copy_rows(found), key="copies")
            panel.caption(words.copy_caption(found, state.index))
            weights = found.locality
            locality_panels.give(
                panel,
                lambda: (
                    locality_panels.places(shown)
                    | {
                        name: getattr(weights, name).ravel()
                        for name in ("image", "effective", "largest", "heaviest")
                    }
                ),
                notebook.copies(wish),
            )
        panel.why(
            "Both denoisers answer with a weighted mean of training images. N_eff counts how many "
            "share in it; a pixel is copied where one image weighs more than all others together. "
            "The optimal denoiser has one set of weights for the whole picture, so that a "
            "denoised picture ends as a training image. Under a mask only its few pixels are "
            "compared, so many images fit, and the picture is put together like a mosaic.",
            formula=r"N_{\mathrm{eff}}=\frac{1}{\sum_i p_i^2}=\frac{s^2}{s_2},\qquad "
            r"p_{\max}=\max_i p_i",
            source="from the same pass over the images as the answer",
            badge="measured",
        )


def _maps(found: Copying, channel: int, panel: frame.Panel) -> None:
    theme, weights = frame.theme(), found.locality
    median = numbers.number(float(np.median(weights.effective)), 3)
    heaviest = weights.heaviest[channel]
    classes = pixel_maps.Classes.of(heaviest, most=NAMED)
    top: dict[str, Any] = {
        "effective": pixel_maps.logarithm(
            weights.effective[channel],
            theme,
            most=found.n,
            title="effective number of images",
            alt=f"Half of the pixels are made of more than {median} images.",
            name="N_eff",
        ),
        "largest": pixel_maps.count(
            weights.largest[channel],
            theme,
            most=1.0,
            title="largest weight",
            alt=f"{numbers.percent(weights.copied)} of the pixels are copied from one image.",
            name="weight",
        ),
        "heaviest": pixel_maps.classes(
            classes,
            heaviest,
            theme,
            title="whose it is",
            alt=f"The pixels come from {weights.sources} images; the {classes.others} commonest "
            "are coloured.",
        ),
    }
    below = {
        "locality": pixel_maps.picture(
            weights.image, theme, title="locality", alt="The locality denoiser's answer."
        ),
        "mosaic": pixel_maps.picture(
            found.mosaic,
            theme,
            title="only the heaviest",
            alt="Each pixel as it is in its heaviest image.",
        ),
        "optimal": pixel_maps.picture(
            found.optimal.image, theme, title="optimal", alt="The optimal denoiser's answer."
        ),
    }
    for figures in (top, below):
        for column, (name, figure) in zip(st.columns(3, gap="small"), figures.items(), strict=True):
            with column:
                panel.chart(figure, alt=canvas.alt(figure), key=f"chart_copies_{name}")
