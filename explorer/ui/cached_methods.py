"""What the Locality Lab's comparisons keep: built denoisers, answers, paths, and their pace.

Answers and paths lie on the shelf of `kept`, where one can see whether they are there. An
`InputError` of a method is kept like an answer: the same question would only raise it again.
"""

# ruff: noqa: ARG001  (the key is what Streamlit hashes; the body needs only the specification)

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer import schedules
from explorer.analysis import paths
from explorer.core.errors import InputError
from explorer.ui import cached_images
from explorer.ui.kept import shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.analysis.paths import Path
    from explorer.core.types import Denoiser
    from explorer.ui.locality_data import DataSpec
    from explorer.ui.locality_methods import Method
    from explorer.ui.locality_state import State


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a method makes of the page's noisy picture: float32 (C, H, W), and its CPU seconds."""

    picture: np.ndarray
    seconds: float


@dataclass(frozen=True, slots=True)
class Course:
    """The path of one method: data, method, samples and seed of the noise."""

    data: DataSpec
    method: Method
    samples: int
    seed: int

    def key(self) -> str:
        """Return its canonical string."""
        what = ["path", self.data.key(), self.method.key(), self.samples, self.seed]
        return json.dumps(what)


def denoiser(data: DataSpec, method: Method) -> Denoiser:
    """Return a built denoiser; raise the InputError of one that these data do not allow."""
    return _built(json.dumps([data.key(), method.key()]), (data, method))


@st.cache_resource(max_entries=16, show_spinner=False)
def _built(key: str, _spec: tuple[DataSpec, Method]) -> Denoiser:
    from explorer import denoisers

    data, method = _spec
    options = dict(method.options)
    if "statistics" in denoisers.options(method.name):
        options["statistics"] = cached_images.wiener(data.key(), data).statistics
    return denoisers.build(method.name, cached_images.images(data.key(), data), **options)


# --- one picture ------------------------------------------------------------------------------


def answer_key(state: State, method: Method) -> str:
    """Return the canonical string of picture, noise and method."""
    return json.dumps(["answer", state.picture_key(), method.key()])


def answer(state: State, method: Method) -> Answer | InputError | None:
    """Return what the method makes of the noisy picture, if it has been asked."""
    return shelf().get(answer_key(state, method))


def ask(state: State, method: Method) -> Answer | InputError:
    """Ask the method about the noisy picture; keep what it says."""
    import torch

    noisy = cached_images.pictures(state.picture_key(), state).noisy
    batch = torch.from_numpy(noisy.astype(np.float64)[None])

    def compute() -> Answer:
        before = time.process_time()
        found = denoiser(state.data, method)(batch, state.sigma)[0].numpy()
        return Answer(found.astype(np.float32), time.process_time() - before)

    return _kept(answer_key(state, method), compute, ("once", state.data, method), samples=1)


# --- ten steps --------------------------------------------------------------------------------


def path(course: Course) -> Path | InputError | None:
    """Return how far the path has come, if it was begun."""
    return shelf().get(course.key())


def step(course: Course) -> Path | InputError:
    """Take the path one denoiser call further."""
    data = course.data

    def compute() -> Path:
        shape = cached_images.images(data.key(), data).shape
        begun = path(course)
        if not isinstance(begun, paths.Path):
            begun = paths.start(shape, course.samples, course.seed)
        return paths.advance(begun, denoiser(data, course.method), schedules.published())

    return _kept(course.key(), compute, ("step", data, course.method), samples=course.samples)


def echo(course: Course, judge: Method) -> tuple[np.ndarray, ...] | InputError:
    """Return the reference's answers at the latents of a path, as many as there are."""
    known = shelf().get(_echo_key(course, judge))
    return () if known is None else known


def hear(course: Course, judge: Method) -> tuple[np.ndarray, ...] | InputError:
    """Ask the reference at the next latent of a finished path."""
    known, walked = echo(course, judge), path(course)

    def compute() -> tuple[np.ndarray, ...]:
        assert isinstance(walked, paths.Path)
        assert isinstance(known, tuple)
        k, steps = len(known), schedules.published()
        model = denoiser(course.data, judge)
        return (*known, paths.answer(model, walked.latents[k], k, steps))

    key = _echo_key(course, judge)
    return _kept(key, compute, ("step", course.data, judge), samples=course.samples)


def _echo_key(course: Course, judge: Method) -> str:
    return json.dumps(["echo", course.key(), judge.key()])


# --- pace -------------------------------------------------------------------------------------


def pace(data: DataSpec, method: Method, kind: str = "step") -> float | None:
    """Return the mean seconds per picture of the last calls; None while that is unknown.

    The first step of a path does not count: it may hold a fit that is never made again.
    """
    known = shelf().get(_pace_key(kind, data, method)) or ()
    counted = known[1:] if kind == "step" else known
    return sum(counted) / len(counted) if counted else None


def _kept(
    key: str, compute: Callable[[], Any], timed: tuple[str, DataSpec, Method], *, samples: int
) -> Any:
    """Compute, keep and return; keep the wall time as well."""
    kind, data, method = timed
    before = time.perf_counter()
    try:
        value = compute()
    except InputError as error:
        value = error
    seconds = (time.perf_counter() - before) / samples
    where = _pace_key(kind, data, method)
    shelf().put(where, (*(shelf().get(where) or ()), seconds)[-10:])
    shelf().put(key, value)
    return value


def _pace_key(kind: str, data: DataSpec, method: Method) -> str:
    return json.dumps(["pace", kind, data.key(), method.key()])
