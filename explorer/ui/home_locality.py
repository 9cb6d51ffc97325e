"""Home's cards of the Locality Lab, from numbers that are shipped: no tensor library is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis import patterns, postcard
from explorer.figures import closing_in, numbers
from explorer.ui.home_card import Card

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.figures.theme import Theme

_, _ROW, _COLUMN = postcard.PIXEL
_SEEN = {
    "ll_data": postcard.DATA,
    "ll_size": str(postcard.SIZE),
    "ll_row": str(_ROW),
    "ll_column": str(_COLUMN),
    "ll_tau": str(postcard.THRESHOLD),
}
_PLANTED = {
    "ll_sigma": str(postcard.SIGMA),
    "ll_tab": "Draw a pattern",
    "ll_shape": postcard.SHAPE,
    "ll_gain": str(postcard.GAIN),
}


def _looking(theme: Theme) -> go.Figure:
    card = postcard.read()["looking"]
    sizes = [numbers.whole(int(size)) for size in card.masks.sum(axis=(1, 2))]
    labels = [f"σ = {numbers.number(sigma, 3)}" for sigma in postcard.SIGMAS]
    alt = (
        f"With much noise, {labels[0]}, one pixel of a photograph looks at all {sizes[0]} pixels; "
        f"with little, {labels[-1]}, at {sizes[-1]}."
    )
    return closing_in.figure(card, theme, pixel=(_ROW, _COLUMN), labels=labels, alt=alt)


def _planted(theme: Theme) -> go.Figure:
    card = postcard.read()["planted"]
    on = patterns.ready(postcard.SHAPE, card.fields.shape[1:], (_ROW, _COLUMN))
    sizes = np.abs(card.fields.astype(float))
    before, after = sizes[:, on].sum(axis=1) / sizes.sum(axis=(1, 2))
    alt = (
        "Plant a W into all images, and the best linear filter, which is no network, looks along "
        f"it: {numbers.percent(before)} of its weight lay there before, {numbers.percent(after)} "
        "after."
    )
    labels = ("as they are", "with a W planted")
    return closing_in.figure(card, theme, pixel=(_ROW, _COLUMN), labels=labels, alt=alt)


CARDS = (
    Card(
        "looking",
        "Where does a denoiser look?",
        "locality_lab",
        _SEEN | {"ll_sigma": str(postcard.SIGMAS[1])},
        "Click another pixel",
        _looking,
    ),
    Card(
        "planted",
        "Does that come from the network, or from the data?",
        "locality_lab",
        _SEEN | _PLANTED,
        "Draw a pattern of your own",
        _planted,
    ),
)
