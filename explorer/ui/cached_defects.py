"""What the panels on the published rules keep: the trial picture, the denoisers, their plans."""

# ruff: noqa: ARG001  (the key is what Streamlit hashes; the body needs only the specification)

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer import datasets, schedules
from explorer.analysis import batch_order, dead_pixels
from explorer.core import rng
from explorer.core.errors import InputError
from explorer.figures import numbers
from explorer.ui import cached_images
from explorer.ui.cached_settings import statistics
from explorer.ui.steps import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.analysis.batch_order import OrderEffect
    from explorer.analysis.dead_pixels import DeadPixels, Rules
    from explorer.ui.locality_data import DataSpec

SIGMAS = tuple(float(sigma) for sigma in schedules.published().sigmas)


@st.cache_data(max_entries=1, max_size="1mb", ttl=60, show_spinner=False)
def mnist(key: str = "mnist") -> tuple[bool, bool]:
    """Return whether MNIST's training and test images can be read on this machine."""
    return _can(lambda: datasets.load("mnist", n=1)), _can(lambda: datasets.held_out("mnist", n=1))


def _can(read: Callable[[], object]) -> bool:
    try:
        read()
    except InputError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Trial:
    """One picture that the published rules are tried on, at the ten published noise levels.

    Attributes
    ----------
    data : DataSpec
    index, seed : int
        Of the picture and its noise.
    n : int
        Images averaged over.
    threshold : float
    fresh : bool
        Whether the picture is one of the test split, which the images do not hold.
    """

    data: DataSpec
    index: int
    seed: int
    n: int
    threshold: float
    fresh: bool

    def key(self) -> str:
        """Return the canonical string."""
        what = [self.data.key(), self.index, self.seed, self.n, self.threshold.hex(), self.fresh]
        return json.dumps(what)

    def images(self) -> np.ndarray:
        """Return the images averaged over."""
        return cached_images.images(self.data.key(), self.data).images[: self.n]

    def picture(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the clean picture and its noise, (C, H, W)."""
        return _picture(self.key(), self)

    def order(self) -> Plan[OrderEffect]:
        """Return the plan of what the order of the images does, one noise level a step."""
        step = partial(_order_step, self)
        key = json.dumps(["order", self.key()])
        return Plan(name="order", key=key, total=len(SIGMAS), step=step, say=_say)

    def dead(self, *, single: bool) -> Plan[DeadPixels]:
        """Return the plan of what dead pixels do, one noise level a step."""
        step = partial(_dead_step, self, single)
        key = json.dumps(["dead", self.key(), single])
        return Plan(name="dead", key=key, total=len(SIGMAS), step=step, say=_say)


def _say(k: int) -> str:
    return f"Noise level σ = {numbers.number(SIGMAS[k], 3)}"


@st.cache_data(max_entries=32, max_size="4mb", show_spinner=False)
def _picture(key: str, _trial: Trial) -> tuple[np.ndarray, np.ndarray]:
    data = cached_images.images(_trial.data.key(), _trial.data)
    known = datasets.held_out(_trial.data.name) if _trial.fresh else data
    index = min(_trial.index, known.n - 1)
    return known.as_float(index), rng.normal(_trial.seed, [index], data.shape)[0]


def _order_step(trial: Trial, k: int) -> OrderEffect:
    clean, eps = trial.picture()
    return batch_order.order_effect(
        trial.images(),
        statistics(trial.data),
        clean=clean,
        noise=eps,
        sigma=SIGMAS[k],
        threshold=trial.threshold,
        seed=trial.seed,
    )


def _dead_step(trial: Trial, single: bool, k: int) -> DeadPixels:
    clean, eps = trial.picture()
    key = json.dumps([trial.key(), single])
    return _rules(key, (trial, single)).at(clean, eps, SIGMAS[k])


@st.cache_resource(max_entries=2, show_spinner=False)
def _rules(key: str, _spec: tuple[Trial, bool]) -> Rules:
    trial, single = _spec
    return dead_pixels.rules(
        trial.images(),
        statistics(trial.data),
        threshold=trial.threshold,
        precision="float32" if single else "float64",
    )
