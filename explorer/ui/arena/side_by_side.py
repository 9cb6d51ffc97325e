"""The tab *Side by side*: from one noise, each sampler its own way, where they end, and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.figures import arena_pictures, canvas
from explorer.figures.arena_pictures import Lane
from explorer.ui import frame, inputs, share
from explorer.ui.arena import (
    flight,
    link,
    side_by_side_ends,
    side_by_side_notebook,
    side_by_side_table,
    side_by_side_views,
)
from explorer.ui.arena import side_by_side_fields as f
from explorer.ui.arena import side_by_side_words as words
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.trail import Trail
    from explorer.ui.arena.shown import Shown

TITLE = "From the same noise, each its own way"
MANY = 8  # pictures of the noise before anything has run


def draw(shown: Shown) -> None:
    """Draw the tab."""
    if not shown.wish.entries:
        st.markdown("Nobody runs. Choose at least one sampler above.")
        return
    way = Item("side_way", lambda: _way(shown))
    histogram = Item("side_histogram", lambda: side_by_side_ends.histogram(shown))
    ended = bool(side_by_side_views.ended(shown))
    if shown.wish.target.is_image:
        row([way, histogram] if ended else [way])
    else:
        row([way])
        if ended:
            row([Item("side_end", lambda: side_by_side_ends.scatter(shown)), histogram])
    row([Item("side_table", lambda: side_by_side_table.draw(shown))])


def _way(shown: Shown) -> None:
    if not shown.trails and not shown.wish.target.is_image:
        with frame.panel(TITLE, name="side_way"):
            st.markdown(
                "Nothing has run yet. Press *Run* above: all samplers start from the same points "
                "and this panel shows their ways to the data."
            )
    elif shown.wish.target.is_image:
        _pictures(shown)
    else:
        _flight(shown)


# --- points -------------------------------------------------------------------------------------


def _flight(shown: Shown) -> None:
    """Draw all samplers in flight, under one scrubber; of many coordinates the first two."""
    with frame.panel(TITLE, name="side_way") as panel:
        exact = side_by_side_views.law(shown)
        runs = _runs(shown)
        modes = side_by_side_views.round_modes(exact)
        ends = side_by_side_views.ground(exact)
        limits = max(abs(value) for both in (ends.x, ends.y) for value in both)
        density: Any = (
            flight.Mixture(*modes)
            if modes is not None
            else side_by_side_views.square(exact, limits)
        )
        titles = [words.spent(e, shown.wish.entries, trail) for e, trail in runs.items()]
        flights = side_by_side_views.flights(shown, titles)
        said = (
            f"{len(flights)} samplers move the same {flights[0].x.shape[1]} points from noise to "
            "data. " + ". ".join(titles)
        )
        flight.play(
            flights, frame.theme(), words=said, key="sa_flight", density=density, limits=limits
        )
        several = exact.means.shape[1] > 2
        plane = " Shown are the first two coordinates." if several else ""
        panel.caption(
            "Drag the noise level from right to left: every sampler shows where its points are at "
            f"that level, with the exact law behind.{plane}"
        )
        _give(panel, lambda: _states(runs), shown)
        panel.why(
            "An ODE sampler moves each point along one smooth path; between its steps we draw a "
            "straight line in ln σ. A sampler that draws noise shakes each point on the way, so "
            "that its end is no function of its start.",
            formula=r"\mathrm dx=\frac{x-D(x,\sigma)}{\sigma}\,\mathrm d\sigma",
            source="Song et al. 2021, arXiv:2011.13456; the density behind is exact",
            badge="measured",
        )


def _states(runs: Mapping[Entry, Trail]) -> dict[str, Any]:
    """Return a line for each sampler, noise level and point."""
    names, sigmas, points, first, second = [], [], [], [], []
    for entry, trail in runs.items():
        done, k = trail.x.shape[:2]
        names += [entry.text()] * (done * k)
        sigmas.append(np.repeat(trail.sigmas[:done], k))
        points.append(np.tile(np.arange(k), done))
        first.append(trail.x[:, :, 0].ravel())
        second.append(trail.x[:, :, 1].ravel())
    joined = [np.concatenate(parts) for parts in (sigmas, points, first, second)]
    return dict(zip(("sampler", "sigma", "point", "x1", "x2"), (names, *joined), strict=True))


# --- pictures -----------------------------------------------------------------------------------


@st.fragment(key="sa_side_pictures")
def _pictures(shown: Shown) -> None:
    """Draw the pictures that all make of the same noise, or the steps of one of them."""
    with frame.panel(TITLE, name="side_way") as panel:
        runs = _runs(shown)
        steps = False
        if runs:
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                steps = inputs.choice(f.VIEW, compact=True) == "steps"
                if steps:
                    inputs.number(f.SAMPLE)
        if not runs:
            _only_noise(shown, panel)
        elif steps:
            _steps(shown, panel)
        else:
            _finals(shown, panel)
        _give(panel, lambda: _pixels(runs), shown)
        panel.why(
            "All samplers start from the same numbers, multiplied by σ_max. Samplers of the same "
            "ODE make nearly the same picture of it, the better the more they spend; samplers "
            "that draw noise on the way make others of the same kind.",
            formula=r"x_{\sigma_{\max}}=\sigma_{\max}\,\varepsilon,\qquad \varepsilon\sim N(0,I)",
            source="computed here from the data that are shown",
            badge="measured",
        )


def _only_noise(shown: Shown, panel: frame.Panel) -> None:
    wish = shown.wish
    start = shown.target().start(MANY, wish.seeds[0], wish.setting).cpu().numpy()
    sigmas = np.array([wish.setting.sigma_max, 0.0])
    none = np.empty((0, *start.shape), np.float32)
    lane = Lane("All begin with this noise", sigmas, start[None], none)
    alt = f"The noise that all begin with: {len(start)} samples."
    figure = arena_pictures.finals([lane], frame.theme(), alt=alt)
    panel.chart(figure, alt=canvas.alt(figure))
    panel.caption("The noise that all begin with. Press *Run* above to see what becomes of it.")


def _finals(shown: Shown, panel: frame.Panel) -> None:
    lanes, runs = _lanes(shown), _runs(shown)
    begin = arena_pictures.noise(lanes[0].x[0], float(lanes[0].sigmas[0]))
    alt = f"{len(lanes)} rows of pictures from the same noise. " + "; ".join(
        lane.title for lane in lanes
    )
    figure = arena_pictures.finals(lanes, frame.theme(), alt=alt, begin=begin)
    panel.chart(figure, alt=canvas.alt(figure))
    on_the_way = not all(trail.finished for trail in runs.values())
    guess = " A run on its way shows its present guess of the clean picture." if on_the_way else ""
    panel.caption(
        "The same place in every row is the same noise; beside each name stands what the sampler "
        f"has spent.{guess}"
    )


def _steps(shown: Shown, panel: frame.Panel) -> None:
    lanes = _lanes(shown)
    sample = min(int(inputs.value(f.SAMPLE)), min(lane.x.shape[1] for lane in lanes) - 1)
    alt = f"Guesses of sample {sample} at falling noise, one row for each sampler."
    figure = arena_pictures.steps(lanes, frame.theme(), sample=sample, alt=alt)
    panel.chart(figure, alt=canvas.alt(figure))
    panel.caption(
        f"Sample {sample}: above each column a noise level σ, in it the last guess of the clean "
        "picture that a sampler made before its noise fell below. What is not there yet is grey."
    )


def _lanes(shown: Shown) -> list[Lane]:
    entries = shown.wish.entries
    return [
        Lane(
            words.spent(entry, entries, trail) + words.progress(trail),
            trail.sigmas,
            trail.x,
            trail.x0,
        )
        for entry, trail in _runs(shown).items()
    ]


def _pixels(runs: Mapping[Entry, Trail]) -> dict[str, Any]:
    """Return a column of pixel values for each sampler and sample, as far as it has come."""
    return {
        f"{entry.text()} sample {i}": picture.ravel()
        for entry, trail in runs.items()
        for i, picture in enumerate(trail.x[-1])
    }


def _runs(shown: Shown) -> dict[Entry, Trail]:
    """Return the trails in the order of the entries."""
    return {e: shown.trails[e] for e in shown.wish.entries if e in shown.trails}


def _give(panel: frame.Panel, columns: Any, shown: Shown) -> None:
    code = side_by_side_notebook.samples(shown.wish)
    panel.take(columns, code=code, link=lambda: share.link(link.FIELDS))
