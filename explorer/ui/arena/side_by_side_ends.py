"""Where the samples have landed: clouds over the exact law, and histograms along a direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.analysis.arena.score import level
from explorer.core.errors import InputError
from explorer.figures import arena_histogram, arena_scatter, canvas, numbers, sampler_style
from explorer.figures.arena_histogram import Lane
from explorer.figures.arena_scatter import Cloud
from explorer.ui import errors, frame, inputs, share
from explorer.ui.arena import link, side_by_side_notebook, side_by_side_views
from explorer.ui.arena import side_by_side_fields as f
from explorer.ui.arena import side_by_side_words as words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.trail import Trail
    from explorer.ui.arena.shown import Shown
    from explorer.ui.arena.side_by_side_views import Histogram

UNIT = "units of the data"
REFERENCE = 1  # number of the exact set that is drawn; the score of the first seed uses set 0


def scatter(shown: Shown) -> None:
    """Draw the samples of each entry beside exact ones, with the exact density behind."""
    with frame.panel("Where they have landed", name="side_end") as panel:
        ended, entries = side_by_side_views.ended(shown), shown.wish.entries
        exact = side_by_side_views.law(shown)
        ground = side_by_side_views.ground(exact)
        sigma = level(shown.wish.setting)
        drawn = shown.target().reference(arena_scatter.MOST, REFERENCE, sigma=sigma)[:, :2]
        clouds = [Cloud("Exact samples", drawn)]
        outside = {}
        for entry, trail in ended.items():
            title = sampler_style.label(entry, entries)
            points = trail.final[:, :2]
            clouds.append(Cloud(title, points, sampler_style.among(entry, entries)))
            outside[title] = 1.0 - float(arena_scatter.inside(points, ground).mean())
        figure = arena_scatter.figure(
            clouds, frame.theme(), ground=ground, alt=_finding(outside), axes=(f"x₁ ({UNIT})", "x₂")
        )
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "Behind the points the exact law: the bands hold 50, 90 and 99 % of its mass. "
            + _finding(outside)
            + words.missing(list(ended), entries)
        )
        _give(panel, lambda: _points(ended, drawn), shown)
        panel.why(
            "The law of any two coordinates of a Gaussian mixture is again a mixture, in closed "
            "form, here at the noise level where the samples stand. At most 400 points of each "
            "are drawn, fewer where many samplers run; all numbers are of all samples.",
            formula=r"p_\sigma(x)=\sum_k w_k\,N(x;\,m_k,\,S_k+\sigma^2 I)",
            source="the law in closed form, the points computed here",
            badge="derived",
        )


def _finding(outside: Mapping[str, float]) -> str:
    """Say who has points beyond the picture."""
    away = {title: share for title, share in outside.items() if share > 0.0}
    if not away:
        return "No sample lies outside the picture."
    told = [f"{title} {numbers.percent(share)}" for title, share in away.items()]
    return "Outside the picture: " + ", ".join(told) + "."


def _points(ended: Mapping[Entry, Trail], drawn: np.ndarray) -> dict[str, Any]:
    """Return the first two coordinates of every sample, in two columns for each entry."""
    found = {"exact x1": drawn[:, 0], "exact x2": drawn[:, 1]}
    for entry, trail in ended.items():
        found |= {f"{entry.text()} x{i + 1}": trail.final[:, i] for i in (0, 1)}
    return found


# --- histograms ---------------------------------------------------------------------------------


@st.fragment(key="sa_side_histogram")
def histogram(shown: Shown) -> None:
    """Draw the histogram of each entry along a direction, with the exact law as a thin line."""
    with frame.panel("How the mass is shared out", name="side_histogram") as panel:
        try:
            found, axis = _histogram(shown)
        except InputError as error:
            errors.beside(error)
            return
        ended, entries = side_by_side_views.ended(shown), shown.wish.entries
        titles = [sampler_style.label(entry, entries) for entry in ended]
        said_of = _shares(found)
        lanes = [
            Lane(f"{title} · {share}", density, sampler_style.among(entry, entries))
            for title, entry, density, share in zip(
                titles, ended, found.density, said_of, strict=True
            )
        ]
        said = _misplaced(found, titles)
        figure = arena_histogram.figure(
            lanes, found.edges, frame.theme(), exact=found.line, x=axis, alt=said
        )
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(_reading(shown, found) + words.missing(list(ended), entries))
        _give(panel, lambda: _bins(found, list(ended)), shown)
        panel.why(
            "Misplaced is the share of samples that would have to change their bin to make the "
            "histogram exact (total variation); bins beyond the picture count. Even exact samples "
            "have some by chance: each bin holds a random number of them.",
            formula=r"\tfrac12\sum_b|h_b-p_b|,\qquad \text{by chance}\ "
            r"\tfrac12\sum_b\sqrt{2p_b(1-p_b)/(\pi n)}",
            source="the exact law in closed form; of images, the histogram of the data",
            badge="measured",
        )


def _histogram(shown: Shown) -> tuple[Histogram, str]:
    """Draw the controls; return the histograms and the name of their axis."""
    samples = [trail.final for trail in side_by_side_views.ended(shown).values()]
    if shown.wish.target.is_image:
        sigma = level(shown.wish.setting)
        axis = f"first principal axis of the data ({UNIT})"
        return side_by_side_views.of_images(shown.target(), samples, sigma), axis
    choice = inputs.choice(f.DIRECTION, compact=True)
    exact = side_by_side_views.law(shown)
    if choice == "given":
        low, high = side_by_side_views.SLAB
        axis = f"x₂ of samples with {low} < x₁ < {high} ({UNIT})"
        return side_by_side_views.given(exact, samples), axis
    angle = {"first": 0.0, "second": 90.0}.get(choice)
    axis = {"first": "x₁", "second": "x₂"}.get(choice, "")
    if angle is None:
        angle = float(inputs.slider(f.ANGLE))
        axis = f"x₁ cos {angle:g}° + x₂ sin {angle:g}°"
    return side_by_side_views.along(exact, samples, angle), f"{axis} ({UNIT})"


def _shares(found: Histogram) -> list[str]:
    """Say of each entry which share is in wrong bins; and of how many, where that differs."""
    alike = len(set(found.sizes.tolist())) == 1
    return [
        f"{numbers.percent(float(wrong))}{'' if alike else f' of {size}'} misplaced"
        for wrong, size in zip(found.misplaced, found.sizes, strict=True)
    ]


def _misplaced(found: Histogram, titles: list[str]) -> str:
    """Say who has least and most in wrong bins, beside what chance does."""
    wrong = found.misplaced
    low, high = int(wrong.argmin()), int(wrong.argmax())
    first = f"{titles[low]} has {numbers.percent(float(wrong[low]))} in wrong bins"
    if low != high:
        first += f", {titles[high]} {numbers.percent(float(wrong[high]))}"
    return f"{first}; exact samples have {_range(found.chance)} by chance."


def _reading(shown: Shown, found: Histogram) -> str:
    line = "the histogram of the data" if shown.wish.target.is_image else "the exact density"
    least, most = (numbers.whole(int(size)) for size in (found.sizes.min(), found.sizes.max()))
    count = least if least == most else f"{least} to {most}"
    return (
        f"Bars: {count} samples of each; thin line: {line}. So many exact samples have about "
        f"{_range(found.chance)} in wrong bins by chance."
    )


def _range(shares: np.ndarray) -> str:
    """Return shares as one percentage, or from the least to the most."""
    ends = [numbers.percent(float(share)) for share in (shares.min(), shares.max())]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _bins(found: Histogram, entries: list[Entry]) -> dict[str, Any]:
    """Return the edges of each bin, its exact share and each entry's count."""
    counts = {f"{e.text()} count": found.counts[k] for k, e in enumerate(entries)}
    ends = {"bin_low": found.edges[:-1], "bin_high": found.edges[1:]}
    return ends | {"exact_share": found.exact} | counts


def _give(panel: frame.Panel, columns: Callable[[], Mapping[str, Any]], shown: Shown) -> None:
    code = side_by_side_notebook.samples(shown.wish)
    panel.take(columns, code=code, link=lambda: share.link(link.FIELDS))
