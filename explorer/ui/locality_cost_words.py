"""The tables of the tab *Cost*, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.figures import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.analysis.cost import Timing
    from explorer.denoisers.about import About

HEAD = ("Denoiser", "arithmetic of a call", "wall", "CPU", "images used", "to prepare")
KIND_HEAD = ("Denoiser", "computes", "held beside the images", "source")
PUBLISHED_HEAD = ("Method", "exact", "approximate")
PUBLISHED = (
    ("Wiener", "$O(m^2)$", "–"),
    ("Kamb & Ganguli", "$O(n\\,p_t\\,m^2)$", "$O(n\\,p_t\\,m^2/k)$"),
    ("locality (the paper's)", "$O(n\\,p_t\\,m)$", "$O(n\\,p_t\\,m/k)$, not implemented"),
)


def rows(known: Mapping[str, About], timings: Mapping[str, Timing]) -> list[tuple[str, ...]]:
    """Return a row per denoiser; dashes where nothing has been measured yet."""
    return [(about.title, f"${about.cost}$", *_cells(timings.get(n))) for n, about in known.items()]


def _cells(timing: Timing | None) -> tuple[str, ...]:
    if timing is None:
        return ("–",) * 4
    if timing.refused:
        return ("refused", "–", "–", "–")
    whole = f"all {timing.n:,}" if timing.n == timing.total else f"first {timing.n:,}"
    return seconds(timing.wall), seconds(timing.cpu), whole, seconds(timing.prepare)


def seconds(value: float) -> str:
    """Write a duration in ms, or in s from one second on.

    Examples
    --------
    >>> seconds(0.0042) == "4.2\u202fms", seconds(2.5) == "2.5\u202fs"
    (True, True)
    """
    if value >= 0.9995:  # in ms it would be 1000
        return f"{numbers.number(value, 2)}{numbers.THIN}s"
    return numbers.milliseconds(value)


def kinds(known: Mapping[str, About]) -> list[tuple[str, ...]]:
    """Return what each denoiser computes and holds, and where it is from."""
    return [
        (
            about.title,
            f"approximate: {about.approximate}" if about.approximate else "its formula exactly",
            about.memory or "–",
            about.source,
        )
        for about in known.values()
    ]


def refusals(timings: Mapping[str, Timing], known: Mapping[str, About]) -> list[str]:
    """Return a sentence for each denoiser that refused these data."""
    return [f"{known[name].title}: {t.refused}" for name, t in timings.items() if t.refused]


def caption(timings: Mapping[str, Timing]) -> str:
    """Return the caption of what was measured."""
    done = [timing for timing in timings.values() if not timing.refused]
    if not done:
        return "Nothing has been measured yet. One call denoises the picture of this page."
    sigma, few = done[0].sigma, sum(timing.n < timing.total for timing in done)
    cut = (
        f" {few} were timed with the first images only, as many as fit into a few seconds; they "
        "are not scaled up."
        if few
        else ""
    )
    return (
        f"One call for one picture at σ = {numbers.number(sigma, 3)}, on this machine with its "
        f"present load; the quickest of up to three.{cut}"
    )
