"""The tab *Draw a pattern*: plant one into all images, and see fields and masks follow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.analysis import patterns
from explorer.figures import canvas, planted, sensitivity
from explorer.ui import (
    cached_images,
    cached_pattern,
    drawing,
    errors,
    frame,
    inputs,
    locality_panels,
    locality_pattern_notebook,
    locality_pattern_state,
    locality_pattern_words,
)
from explorer.ui import locality_pattern_fields as f
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.analysis.locality import Look
    from explorer.core.errors import InputError
    from explorer.ui.cached_pattern import Drawn
    from explorer.ui.locality_panels import Shown
    from explorer.ui.locality_pattern_state import Drawing

COUNT = 4  # images shown with the pattern


@dataclass(frozen=True, slots=True)
class Pair:
    """What the panels draw: without the pattern in `shown`, with it in `after`."""

    shown: Shown
    drawn: Drawn
    after: Look
    error: InputError | None

    @property
    def drawing(self) -> Drawing:
        """The pattern."""
        return self.drawn.drawing


@st.fragment
def draw(shown: Shown) -> None:
    """Draw the tab."""
    chosen, error = locality_pattern_state.read(shown.state, shown.images.shape)
    drawn = cached_pattern.Drawn(shown.state, chosen)
    pair = Pair(shown, drawn, cached_pattern.look(drawn.look_key(), drawn), error)
    row(
        [
            Item("board", lambda: board(pair)),
            Item("examples", lambda: examples(pair), 2.0),
        ]
    )
    row([Item("pattern_field", lambda: field(pair))])
    row(
        [
            Item("pattern_mask", lambda: mask(pair), 1.3),
            Item("pattern_levels", lambda: levels(pair)),
        ]
    )


def board(pair: Pair) -> None:
    """Draw the board, the ready patterns and the strength."""
    with frame.panel("Draw what all images shall share", name="board") as panel:
        chosen = pair.drawing
        drawing.board(
            chosen.text,
            pair.shown.pictures.clean,
            frame.theme(),
            cell=chosen.cell,
            label=locality_pattern_words.board(chosen),
            take=locality_pattern_state.take,
            key="ll_board",
        )
        inputs.choice(f.SHAPE, compact=True)
        if pair.error is not None:
            errors.beside(pair.error)
        inputs.slider(f.GAIN)
        grid = patterns.read(chosen.text).shape
        st.button(
            "Clear the board",
            key="ll_clear",
            icon=":material/ink_eraser:",
            type="tertiary",
            on_click=locality_pattern_state.clear,
            args=(grid,),
        )
        panel.caption("Drag to draw, or use the arrow keys and the space bar.")


def examples(pair: Pair) -> None:
    """Draw a few images without and with the pattern."""
    with frame.panel("Far apart, yet alike", name="examples") as panel:
        state, chosen = pair.shown.state, pair.drawing
        plain = pair.shown.images.as_float(slice(COUNT))
        changed = patterns.plant(plain, chosen.pixels, gain=chosen.gain, seed=state.seed)
        figure = planted.examples(plain, changed, frame.theme(), gain=chosen.gain)
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(locality_pattern_words.EXAMPLES)
        locality_panels.give(
            panel,
            lambda: {"plain": plain.ravel(), "planted": changed.ravel()},
            locality_pattern_notebook.examples(state, chosen, len(plain)),
        )
        panel.why(
            "The random amounts are independent of the images, so the mean stays and the "
            "covariance gains one term. The construction is ours: the paper plants a W too, but "
            "how it did so is not public.",
            formula=r"x_i'=x_i+g\,z_i\,w,\qquad S'=S+g^2\,w\,w^{\mathsf T}",
            source="our construction, after " + locality_panels.PAPER,
            badge="derived",
        )


def field(pair: Pair) -> None:
    """Draw the row of W without and with the pattern, and the difference."""
    with frame.panel("The field follows the pattern", name="pattern_field") as panel:
        before, after, channel = pair.shown.look, pair.after, pair.shown.channel
        fields = {
            "without": sensitivity.flat(before.sensitivity, channel),
            "with the pattern": sensitivity.flat(after.sensitivity, channel),
            "difference": sensitivity.flat(after.sensitivity - before.sensitivity, channel),
        }
        most = max(float(np.abs(fields[name]).max()) for name in ("without", "with the pattern"))
        said = locality_pattern_words.field(before, after, pair.drawing)
        places = zip(st.columns(3, gap="small"), fields.items(), strict=True)
        for k, (column, (title, values)) in enumerate(places):
            figure = planted.field(
                values,
                title,
                frame.theme(),
                pixel=before.pixel[1:],
                most=None if title == "difference" else most,
                alt=f"{title.capitalize()}. {said}",
            )
            with column:
                panel.chart(figure, alt=canvas.alt(figure), key=f"chart_pattern_{k}")
        panel.caption(f"{said} The difference has a scale of its own.")
        rows = {"before": before.sensitivity.ravel(), "after": after.sensitivity.ravel()}
        locality_panels.give(
            panel,
            lambda: locality_panels.places(pair.shown) | rows,
            locality_pattern_notebook.look(pair.shown.state, pair.drawing),
        )
        panel.why(
            "One more term in the covariance changes the filter by one more term: nothing is "
            "decomposed anew. No convolution is asked, and still the field is as far and as oddly "
            "shaped as the correlations are.",
            formula=r"W'=W+\kappa\,v\,v^{\mathsf T},\quad v=(S+\sigma^2I)^{-1}w,\quad "
            r"\kappa=\frac{\sigma^2g^2}{1+g^2\,w^{\mathsf T}v}",
            source="Sherman and Morrison 1950",
            badge="derived",
        )


def mask(pair: Pair) -> None:
    """Draw the mask without and with the pattern."""
    with frame.panel("The mask takes it in", name="pattern_mask") as panel:
        before, after = pair.shown.look, pair.after
        plain = pair.shown.pictures.clean
        changed = plain + np.float32(pair.drawing.gain) * pair.drawing.pixels  # with z = 1
        looks = ((before, plain, "without"), (after, changed, "with the pattern"))
        places = zip(st.columns(2, gap="small"), looks, strict=True)
        for k, (column, (look, image, title)) in enumerate(places):
            figure = sensitivity.mask(
                look, image, frame.theme(), channel=pair.shown.channel, title=title
            )
            with column:
                panel.chart(figure, alt=canvas.alt(figure), key=f"chart_pattern_mask_{k}")
        panel.caption(locality_pattern_words.mask(before, after))
        locality_panels.give(
            panel,
            lambda: (
                locality_panels.places(pair.shown)
                | {
                    name: m.mask.ravel().astype(int)
                    for name, m in (("before", before), ("after", after))
                }
            ),
            locality_pattern_notebook.look(pair.shown.state, pair.drawing),
        )


def levels(pair: Pair) -> None:
    """Draw the mask size over noise levels without and with the pattern."""
    with frame.panel("At which noise it matters", name="pattern_levels") as panel:
        state, drawn = pair.shown.state, pair.drawn
        before = cached_images.scan(state.scan_key(), state)
        after = cached_pattern.scan(drawn.scan_key(), drawn)
        figure = planted.sizes(
            before, after, frame.theme(), sigma=state.sigma, size=pair.after.mask.size
        )
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(planted.growth(before, after))
        locality_panels.give(
            panel,
            lambda: {"sigma": before.sigmas, "before": before.sizes, "after": after.sizes},
            locality_pattern_notebook.scan(state, pair.drawing),
        )
