"""Everything the pages keep in memory: one function per result, `f(key, _spec)`.

The key is the canonical string of the specification and the only thing that is hashed: Streamlit
hashes nested dataclasses without their type, so two different specifications could share an entry.
Nothing is kept of a computation that failed.
"""

# ruff: noqa: ARG001  (the key is what Streamlit hashes; the body needs only the specification)

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import streamlit as st

from explorer import generators

if TYPE_CHECKING:
    from explorer.generators import (
        ChenSequence,
        Classification,
        ConvergenceTime,
        DegreeStudy,
        GapGradient,
        Generator,
        Landscape,
        Relaxation,
        Spectrum,
        Tuning,
    )

T = TypeVar("T")
GAP_STEPS = 30  # steps of Chen's iteration kept for the n slider
SETTINGS: dict[str, Any] = {"show_spinner": False}


@dataclass(frozen=True, slots=True)
class Timed(Generic[T]):
    """A result and the CPU time of this thread, in seconds, that it took when it was computed."""

    value: T
    seconds: float


@st.cache_data(max_entries=512, max_size="16mb", **SETTINGS)
def classification(key: str, _generator: Generator) -> Classification:
    """Return what the ends of the diffusion decide."""
    return generators.classify(_generator)


@st.cache_data(max_entries=256, max_size="128mb", **SETTINGS)
def spectrum(key: str, _generator: Generator) -> Timed[Spectrum]:
    """Return the spectrum with the time it took; raise NotErgodicError where there is none."""
    return _timed(lambda: generators.spectrum(_generator, k=6))


@st.cache_data(max_entries=64, max_size="128mb", **SETTINGS)
def sequence(key: str, _generator: Generator) -> Timed[ChenSequence]:
    """Return `GAP_STEPS` steps of Chen's iteration with the time they took."""
    return _timed(lambda: generators.chen_sequence(_generator, n=GAP_STEPS))


@st.cache_data(max_entries=128, max_size="4mb", **SETTINGS)
def gradient(key: str, _generator: Generator) -> GapGradient:
    """Return the derivative of the gap in every coefficient."""
    return generators.gap_gradient(_generator)


@st.cache_data(max_entries=64, max_size="64mb", **SETTINGS)
def relaxation(key: str, _spec: dict[str, Any]) -> Relaxation:
    """Return the distances to π over time; `_spec` holds the arguments of `generators.relax`."""
    return generators.relax(**_spec)


@st.cache_data(max_entries=256, max_size="4mb", **SETTINGS)
def convergence_time(key: str, _spec: dict[str, Any]) -> ConvergenceTime:
    """Return T(ε); `_spec` holds the arguments of `generators.time_to`."""
    return generators.time_to(**_spec)


@st.cache_data(max_entries=64, max_size="32mb", **SETTINGS)
def landscape(key: str, _spec: dict[str, Any]) -> Landscape:
    """Return λ₁ and Λ over two coefficients; `_spec`: arguments of `generators.landscape`."""
    return generators.landscape(**_spec)


@st.cache_data(max_entries=1, max_size="1mb", **SETTINGS)
def degree_study(key: str) -> DegreeStudy:
    """Return λ₁ and Λ of the odd powers."""
    return generators.degree_study()


@st.cache_data(max_entries=64, max_size="16mb", **SETTINGS)
def tuning(key: str, _spec: dict[str, Any]) -> Tuning:
    """Return the tuned generator and its path; `_spec`: arguments of `generators.tune`."""
    return generators.tune(**_spec)


def _timed(compute: Callable[[], T]) -> Timed[T]:
    start = time.thread_time()
    value = compute()
    return Timed(value, time.thread_time() - start)
