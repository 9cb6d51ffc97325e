"""Colour, dash and marker of each denoiser: the same in every figure."""

from __future__ import annotations

from explorer.figures.theme import CATEGORIES, Category

# Known names have fixed places; a new one is drawn like the last.
ORDER = (
    "optimal", "wiener", "locality", "kamb-ls", "niedoba", "windowed-mixture", "nearest",
    "shrunk-kernel", "gaussian-mixture", "kamb-els", "kamb-bbels", "golddiff",
)  # fmt: skip


def of(name: str) -> Category:
    """Return how a denoiser is drawn; beyond seven, colours come again with another dash.

    Examples
    --------
    >>> of("optimal").colour, of("optimal").dash
    ('#0072B2', 'solid')
    >>> of("shrunk-kernel").colour, of("shrunk-kernel").dash
    ('#0072B2', 'dashdot')
    """
    k = ORDER.index(name) if name in ORDER else len(ORDER)
    first = CATEGORIES[k % len(CATEGORIES)]
    if k < len(CATEGORIES):
        return first
    other = CATEGORIES[(k + 3) % len(CATEGORIES)]
    return Category(first.colour, other.dash, other.marker)
