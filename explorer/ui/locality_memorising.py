"""Two panels of the tab *Memory*: training against held-out pictures, over noise levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.analysis.memorisation import GROUPS, METHODS, WEIGHED
from explorer.figures import canvas, method_style, over_noise
from explorer.figures.theme import Category
from explorer.ui import cached_memory, frame, locality_panels, steps
from explorer.ui import locality_memory_notebook as notebook
from explorer.ui import locality_memory_words as words
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.analysis.memorisation import LevelErrors
    from explorer.ui.locality_panels import Shown

LEAST = 1e-3  # of the errors shown: below half a grey level all is exact


def draw(shown: Shown) -> None:
    """Draw the button or the progress, and both panels of the study."""
    if not (frame.shown("errors") or frame.shown("weights")):
        return
    state = shown.state
    wish = cached_memory.StudyWish(state.data, state.threshold, state.seed)
    if shown.images.n < 2:
        st.caption("One image alone cannot be parted into training and held-out ones.")
        return
    quick = shown.images.n * shown.images.size <= 200_000
    found = steps.gather(
        wish.plan(), button="Compare training and held-out pictures", at_once=quick
    )
    if found:
        row([Item("errors", lambda: errors(wish, found))])
        row([Item("weights", lambda: weights_over_noise(wish, found))])


def errors(wish: cached_memory.StudyWish, found: tuple[LevelErrors, ...]) -> None:
    """Draw the error of three denoisers on both groups."""
    with frame.panel("Training pictures are known by heart", name="errors") as panel:
        groups = wish.groups()
        st.caption(words.groups(groups, found[0].errors.shape[2]))
        means = np.array([level.mean for level in found])
        spread = np.array([level.standard_error for level in found])
        lines = [
            over_noise.Line(
                f"{words.TITLES[name]}, {group}",
                np.sqrt(means[:, g, m]),
                _how(name, group),
                spread=spread[:, g, m] / (2.0 * np.sqrt(np.maximum(means[:, g, m], 1e-12))),
                hollow=g == 0,
            )
            for m, name in enumerate(METHODS)
            for g, group in enumerate(GROUPS)
        ]
        caption = words.errors_caption(found)
        _curves(panel, found, lines, y="error, root mean square of 2", alt=caption)
        panel.caption(caption)
        _give(panel, wish, found)
        panel.why(
            "On the pictures it has stored the optimal denoiser cannot be beaten, and this says "
            "nothing of how it does on others. Bars are one standard error over the pictures. The "
            "squares of the errors are averaged before the root is taken.",
            formula=r"\mathrm{MSE}=\frac1d\,\mathbb E\,\lVert D(x_0+\sigma\varepsilon)-x_0"
            r"\rVert^2",
            source="our measurement; " + locality_panels.PAPER,
            badge="measured",
        )


def weights_over_noise(wish: cached_memory.StudyWish, found: tuple[LevelErrors, ...]) -> None:
    """Draw the medians of N_eff and of the largest weight."""
    with frame.panel("Masks keep many images in play", name="weights") as panel:
        st.caption("Medians over pixels and pictures.")
        caption = words.weights_caption(found)
        charts = {"effective": "images, N_eff", "largest": "largest weight"}
        for column, (name, y) in zip(st.columns(2, gap="medium"), charts.items(), strict=True):
            values = np.array([getattr(level, name) for level in found])
            lines = [
                over_noise.Line(
                    f"{words.TITLES[method]}, {group}",
                    values[:, g, m],
                    _how(method, group),
                    hollow=g == 0,
                )
                for m, method in enumerate(WEIGHED)
                for g, group in enumerate(GROUPS)
            ]
            with column:
                _curves(
                    panel, found, lines, y=y, alt=caption, key=name, logarithmic=name == "effective"
                )
        panel.caption(caption)
        _give(panel, wish, found)
        panel.why(
            "As the noise falls, the squared distance to the nearest image counts for more, and "
            "with all pixels compared one image soon outweighs the others. Under a mask the "
            "distance has few terms, and the weights stay spread: keeping only the nearest few "
            "images is harmless for the optimal denoiser and not for the masked one.",
            formula=r"p_i\propto\exp\!\left(-\frac{\lVert M_q\circ(z-x_i)\rVert^2}{2\sigma^2}"
            r"\right)",
            source="our measurement",
            badge="measured",
        )


def _how(name: str, group: str) -> Category:
    how = method_style.of(name)
    return Category(how.colour, "dot" if group == GROUPS[0] else "solid", how.marker)


def _curves(
    panel: frame.Panel,
    found: tuple[LevelErrors, ...],
    lines: list[over_noise.Line],
    *,
    y: str,
    alt: str,
    key: str = "",
    logarithmic: bool = True,
) -> None:
    sigmas = np.array([level.sigma for level in found])
    figure = over_noise.figure(
        sigmas,
        lines,
        frame.theme(),
        y=y,
        alt=alt.replace("*", ""),
        logarithmic=logarithmic,
        least=LEAST,
    )
    panel.chart(figure, alt=canvas.alt(figure), key=f"chart_{panel.name}{key and '_' + key}")


def _give(
    panel: frame.Panel, wish: cached_memory.StudyWish, found: tuple[LevelErrors, ...]
) -> None:
    groups = wish.groups()
    aside = 0 if groups.fresh else len(groups.held_out)
    code = notebook.study(
        wish,
        n=len(groups.training) + aside,
        count=found[0].errors.shape[2],
        fresh=groups.fresh,
        aside=aside,
    )
    locality_panels.give(panel, lambda: words.columns(found), code)
