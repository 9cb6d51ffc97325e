"""The sentences of the Sampler Arena, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.figures import sampler_style

if TYPE_CHECKING:
    from explorer.ui.arena.shown import Shown
    from explorer.ui.arena.state import Wish


def verdict(shown: Shown) -> tuple[str, str]:
    """Return the verdict and its tone."""
    wish = shown.wish
    if not wish.entries:
        return "Nobody runs yet: choose samplers below.", "neutral"
    return f"{_and(titles(wish))} will be compared at {wish.nfe} evaluations per sample.", "neutral"


def titles(wish: Wish) -> list[str]:
    """Return what a person reads for each entry."""
    return [sampler_style.label(entry, wish.entries) for entry in wish.entries]


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
