"""What all tabs of the Locality Lab share: what is shown, the pictures, and what may be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.figures import noisy_picture
from explorer.ui import (
    frame,
    locality_link,
    locality_notebook,
    locality_state,
    locality_words,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.analysis.locality import Look
    from explorer.core.sets import ImageSet
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
        give(
            panel,
            lambda: places(shown) | {n: getattr(found, n).ravel() for n in noisy_picture.NAMES},
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


def _click(key: str) -> Callable[[], None]:
    def take() -> None:
        state: Any = st.session_state.get(key)
        points = state["selection"]["points"] if state else []
        if points:
            locality_state.take_pixel(int(points[0]["y"]), int(points[0]["x"]))

    return take


def places(shown: Shown) -> dict[str, Any]:
    """Return channel, row and column of every pixel value, as columns of a table."""
    channel, row, column = (grid.ravel() for grid in np.indices(shown.images.shape))
    return {"channel": channel, "row": row, "column": column}


def give(panel: frame.Panel, columns: Callable[[], Mapping[str, Any]], code: str) -> None:
    """Offer the numbers and notebook lines of a panel, with the link to the page's state."""
    panel.take(columns, code=code, link=lambda: share.link(locality_link.FIELDS))
