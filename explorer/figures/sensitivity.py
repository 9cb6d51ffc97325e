"""Row of the Wiener filter beside the row of the covariance it comes from, and the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.figures import canvas, numbers, pixels
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.locality import Look

HEIGHT = 320
QUANTITIES = {
    "sensitivity": ("W", "row of the Wiener filter"),
    "covariance": ("S", "row of the covariance"),
}


def flat(values: np.ndarray, channel: int | None) -> np.ndarray:
    """Return one channel of (C, H, W), or the sum of sizes over channels if there are several.

    Examples
    --------
    >>> flat(np.array([[[1.0]], [[-2.0]]]), None).item(), flat(np.array([[[-3.0]]]), None).item()
    (3.0, -3.0)
    """
    if channel is not None:
        return values[channel]
    return values[0] if len(values) == 1 else np.abs(values).sum(axis=0)


def field(
    look: Look, quantity: str, theme: colours.Theme, *, channel: int | None = None
) -> go.Figure:
    """Draw row q of W or of S relative to its largest value.

    Parameters
    ----------
    look : Look
    quantity : str
        ``"sensitivity"`` or ``"covariance"``.
    theme : Theme
    channel : int or None
        Which input channel; None sums the sizes of all.
    """
    symbol, title = QUANTITIES[quantity]
    values = flat(getattr(look, quantity), channel)
    shape = (int(values.shape[0]), int(values.shape[1]))
    return canvas.build(
        theme,
        [
            pixels.signed(values, theme, name=symbol),
            pixels.chosen(look.pixel[1:], theme.text),  # on a field, orange is a value
        ],
        height=HEIGHT,
        alt=finding(look) if quantity == "sensitivity" else reach(look),
        **pixels.square(shape, theme, title),
    )


def mask(
    look: Look,
    image: np.ndarray,
    theme: colours.Theme,
    *,
    channel: int | None,
    title: str = "the noisy image through the mask",
) -> go.Figure:
    """Draw an image (C, H, W) through the mask: what lies outside its line is covered.

    With several channels and none chosen, all is shown that any of them contributes.
    """
    inside = np.asarray(look.mask.any(axis=0) if channel is None else look.mask[channel])
    shape = (int(inside.shape[0]), int(inside.shape[1]))
    return canvas.build(
        theme,
        [
            pixels.photograph(image),
            pixels.covered(inside, theme),
            pixels.outline(inside, theme),
            pixels.chosen(look.pixel[1:], theme.second),
        ],
        height=HEIGHT,
        alt=f"The mask holds {size_in_words(look)}.",
        **pixels.square(shape, theme, title),
    )


def reach(look: Look) -> str:
    """Say in words how far the covariance and the filter reach."""
    far, near = (numbers.number(r, 2) for r in (look.covariance_radius, look.radius))
    return f"On average the covariance reaches {far} pixels and the filter {near}."


def size_in_words(look: Look) -> str:
    """Return "23 of 64 pixels", with a word on channels where there are several."""
    unit = "pixels" if len(look.mask) == 1 else "pixel values"
    return f"{numbers.whole(look.size)} of {numbers.whole(look.mask.size)} {unit}"


def finding(look: Look) -> str:
    """Say in words how far the pixel looks and how much it trusts itself."""
    row, column = look.pixel[1:]
    if look.dead:
        return f"Row {row}, column {column} is the same in all images: the filter looks nowhere."
    return (
        f"At σ = {numbers.number(look.sigma, 3)} the filter at row {row}, column {column} gives "
        f"its own pixel the weight {numbers.number(look.own, 2)} and looks "
        f"{numbers.number(look.radius, 2)} pixels far on average."
    )
