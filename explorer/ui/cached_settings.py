"""What the tab *Settings* keeps: the picture denoised with several settings, and mask sizes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis import mask_sizes, settings
from explorer.ui import cached_images
from explorer.ui.steps import Plan

if TYPE_CHECKING:
    from explorer.analysis.mask_sizes import MaskSizes
    from explorer.analysis.settings import Settings
    from explorer.core.sets import ImageSet
    from explorer.denoisers.statistics import Statistics
    from explorer.ui.locality_data import DataSpec
    from explorer.ui.locality_state import State

FEW = 2_000  # images that are averaged over unless a visitor wants all
FEW_OF_SMALL = 10_000  # where they have at most SMALL pixels
SMALL = 256
QUICK = 1_024  # pixels up to which masks are made while one waits


def few(images: ImageSet) -> int:
    """Return how many of the images an answer within a second may use."""
    return min(images.n, FEW_OF_SMALL if images.size <= SMALL else FEW)


def at_once(images: ImageSet, n: int) -> bool:
    """Return whether an answer from n images comes within about a second, without a button."""
    return images.size <= QUICK and n <= few(images)


def statistics(data: DataSpec) -> Statistics:
    """Return mean, covariance and principal axes of a data set."""
    return cached_images.wiener(data.key(), data).statistics


@dataclass(frozen=True, slots=True)
class Wish:
    """The page's picture, denoised with several settings."""

    state: State
    compared: tuple[Settings, ...]
    n: int

    def plan(self) -> Plan[np.ndarray]:
        """Return the plan of the answers, one step each."""
        what = [self.state.picture_key(), [s.key() for s in self.compared], self.n]
        return Plan(
            name="settings",
            key=json.dumps(what),
            total=len(self.compared),
            step=self._answer,
            say=lambda k: "the picture with plain settings" if k == 0 else "with other settings",
        )

    def _answer(self, k: int) -> np.ndarray:
        state = self.state
        images = cached_images.images(state.data.key(), state.data)
        noisy = cached_images.pictures(state.picture_key(), state).noisy
        return settings.denoised(
            images.images[: self.n],
            statistics(state.data),
            self.compared[k],
            noisy=noisy,
            sigma=state.sigma,
        )


@dataclass(frozen=True, slots=True)
class SizesWish:
    """Mask sizes of both rules at the page's noise level."""

    state: State
    cutoff: float
    tail: bool
    orientation: str
    match: bool

    def key(self) -> str:
        """Return the canonical string."""
        state = self.state
        values = [state.sigma.hex(), state.threshold.hex(), self.cutoff.hex()]
        return json.dumps([state.data.key(), values, self.tail, self.orientation, self.match])

    def plan(self) -> Plan[tuple[MaskSizes, MaskSizes]]:
        """Return the plan, of one step: the sizes of the symmetric and of the published rule."""
        return Plan(
            name="sizes",
            key=self.key(),
            total=1,
            step=lambda _: self._sizes(),
            say=lambda _: "Masks of both rules",
        )

    def _sizes(self) -> tuple[MaskSizes, MaskSizes]:
        from explorer.denoisers.wiener import Wiener

        state, known = self.state, statistics(self.state.data)
        cut = known.low_rank(self.cutoff, tail=self.tail) if self.cutoff else known
        wiener, tau = Wiener(cut), state.threshold
        symmetric = mask_sizes.mask_sizes(wiener, state.sigma, threshold=tau)
        if self.match:
            tau = mask_sizes.matched(wiener, state.sigma, symmetric.mean, rule="published")
        orientation: Any = self.orientation
        published = mask_sizes.mask_sizes(
            wiener, state.sigma, threshold=tau, rule="published", orientation=orientation
        )
        return symmetric, published
