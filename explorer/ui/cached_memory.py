"""What the tab *Memory* keeps: weights of one picture, training against held-out pictures."""

# ruff: noqa: ARG001  (the key is what Streamlit hashes; the body needs only the specification)

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer import datasets
from explorer.analysis import copying, held_out, memorisation
from explorer.core.errors import InputError
from explorer.core.sets import ImageSet
from explorer.figures import numbers
from explorer.ui import cached_images, cached_settings
from explorer.ui.cached_defects import SIGMAS
from explorer.ui.locality_data import FOLDER, UPLOAD
from explorer.ui.steps import Plan

if TYPE_CHECKING:
    from explorer.analysis.copying import Copying
    from explorer.analysis.held_out import Table
    from explorer.analysis.memorisation import LevelErrors, Study
    from explorer.denoisers.statistics import Statistics
    from explorer.ui.locality_data import DataSpec
    from explorer.ui.locality_state import State

PICTURES, FEW_PICTURES = 32, 8  # per group; the latter for images beyond `cached_settings.QUICK`
ASIDE = 6  # one image in so many is set aside where there is no test split


@dataclass(frozen=True, slots=True)
class CopyWish:
    """The weights behind the page's picture."""

    state: State
    n: int
    without: bool

    def plan(self) -> Plan[Copying]:
        """Return the plan, of one step."""
        threshold = self.state.threshold.hex()
        key = json.dumps([self.state.picture_key(), threshold, self.n, self.without])
        return Plan(
            name="copies", key=key, total=1, step=self._copying, say=lambda _: "Weights of all"
        )

    def _copying(self, _: int) -> Copying:
        state = self.state
        images = cached_images.images(state.data.key(), state.data).images[: self.n]
        return copying.copying(
            images,
            cached_settings.statistics(state.data),
            noisy=cached_images.pictures(state.picture_key(), state).noisy,
            sigma=state.sigma,
            threshold=state.threshold,
            leave_out=state.index if self.without else None,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Training images, held-out ones, what is known of the former, and where the latter are from.

    Attributes
    ----------
    fresh : bool
        Whether the held-out ones are a test split or fresh draws; else they were set aside.
    """

    training: np.ndarray
    held_out: np.ndarray
    statistics: Statistics
    fresh: bool


@dataclass(frozen=True, slots=True)
class StudyWish:
    """Training against held-out pictures of the page's data."""

    data: DataSpec
    threshold: float
    seed: int

    def key(self) -> str:
        """Return the canonical string."""
        return json.dumps([self.data.key(), self.threshold.hex(), self.seed])

    def groups(self) -> Groups:
        """Return both groups of images."""
        return _groups(self.data.key(), self.data)

    def plan(self) -> Plan[LevelErrors]:
        """Return the plan, one noise level a step."""
        step = partial(_level, self)
        return Plan(name="memory", key=self.key(), total=len(SIGMAS), step=step, say=_say)


def _say(k: int) -> str:
    return f"Both groups at σ = {numbers.number(SIGMAS[k], 3)}"


def _level(wish: StudyWish, k: int) -> LevelErrors:
    return _study(wish.key(), wish).at(SIGMAS[k])


@st.cache_resource(max_entries=2, show_spinner=False)
def _study(key: str, _wish: StudyWish) -> Study:
    groups = _wish.groups()
    small = groups.statistics.size <= cached_settings.QUICK
    return memorisation.study(
        groups.training,
        groups.held_out,
        groups.statistics,
        threshold=_wish.threshold,
        count=PICTURES if small else FEW_PICTURES,
        seed=_wish.seed,
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _groups(key: str, _data: DataSpec) -> Groups:
    images = cached_images.images(key, _data)
    n = cached_settings.few(images)
    try:
        fresh = _fresh(_data)
    except InputError:  # no test split, or its files are missing
        fresh = None
    if fresh is not None and fresh.shape == images.shape:
        known = cached_settings.statistics(_data)
        return Groups(images.images[:n], fresh.images, known, fresh=True)
    from explorer.denoisers import Statistics

    first = ImageSet(images.images[:n], images.name)
    training, aside = datasets.split(first, max(1, n // ASIDE))
    known = Statistics.fit(training.images, cache=None)
    return Groups(training.images, aside.images, known, fresh=False)


def _fresh(data: DataSpec) -> ImageSet | None:
    """Return held-out images of a set that has them."""
    if data.name in {FOLDER, UPLOAD} or not datasets.describe(data.name).has_held_out:
        return None
    options = {name: value for name, value in data.options.items() if name != "n"}
    return datasets.held_out(data.name, n=20 * PICTURES, **options)


@st.cache_resource(max_entries=2, show_spinner=False)
def shipped(key: str) -> Table | None:
    """Return the table of held-out errors that comes with the explorer, if there is one."""
    try:
        return held_out.shipped(key)
    except InputError:
        return None
