"""One image three times: as it is, with noise, and as the Wiener filter makes it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.figures import canvas, numbers, pixels
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 320
NAMES = ("clean", "noisy", "filtered")


def figure(
    image: np.ndarray,
    name: str,
    *,
    pixel: tuple[int, int],
    alt: str,
    theme: colours.Theme,
) -> go.Figure:
    """Draw one of the three pictures with the chosen pixel; a click in it chooses another.

    Parameters
    ----------
    image : numpy.ndarray, shape (C, H, W)
        In [-1, 1]; what lies outside is cut.
    name : str
        Its heading.
    pixel : (int, int)
        Row and column.
    alt : str
    theme : Theme
    """
    shape = (int(image.shape[1]), int(image.shape[2]))
    return canvas.build(
        theme,
        [
            pixels.photograph(image),
            pixels.chosen(pixel, theme.second),
            pixels.targets(shape, side=HEIGHT - 40),
        ],
        height=HEIGHT,
        alt=alt,
        **pixels.square(shape, theme, name),
        clickmode="event+select",
    )


def scaled(noisy: np.ndarray, sigma: float) -> np.ndarray:
    """Return ``z / sqrt(1 + sigma^2)``, which stays in sight at any noise level."""
    return noisy / np.sqrt(1.0 + sigma**2)


def finding(clean: np.ndarray, filtered: np.ndarray, pixel: tuple[int, int], sigma: float) -> str:
    """Say in words how near the filter comes."""
    error = float(np.sqrt(np.mean((filtered - clean) ** 2)))
    return (
        f"The image clean, with noise of σ = {numbers.number(sigma, 3)}, and filtered: "
        f"{numbers.number(error, 2)} from the clean one (root mean square, of a range of 2). "
        f"Chosen is row {pixel[0]}, column {pixel[1]}."
    )
