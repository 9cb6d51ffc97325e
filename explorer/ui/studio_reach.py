"""How far each slider goes, and with it each axis of the landscape.

A new value gets ends that suit it. While one slides or clicks, the ends stay where they are:
nothing jumps. What then no longer follows from the values is kept in a field of the page, so that
a link shows the same sliders and the same map.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import streamlit as st

from explorer.ui import inputs
from explorer.ui.studio_fields import REACH

USUAL = 3.0
STOPS = (1.0, 2.0, 3.0, 5.0, 10.0)  # a slider reaches one of these times a power of ten
LARGEST = 1e13  # coefficients stay below 1e12
_ENTRY = re.compile(r"([ab]\d{1,2}):(\d[\de.+-]{0,9})")


def reach(name: str, value: float) -> float:
    """Return how far the slider of the coefficient `name` goes each way, at this `value`."""
    known = _known().get(name)
    return suited(value) if known is None or known < abs(value) else known


def suited(value: float) -> float:
    """Return the ends that suit a value which has just been typed.

    Examples
    --------
    >>> suited(-1.0), suited(2.9), suited(0.01)
    (3.0, 10.0, 0.02)
    """
    usual = value == 0 or 0.05 <= abs(value) <= 0.8 * USUAL
    return USUAL if usual else nice_above(2 * abs(value))


def nice_above(size: float) -> float:
    """Return the smallest 1, 2, 3 or 5 times a power of ten that is at least `size`.

    Examples
    --------
    >>> nice_above(0.04), nice_above(6.0), nice_above(120.0)
    (0.05, 10.0, 200.0)
    """
    decade = 10.0 ** math.floor(math.log10(size))
    return float(f"{next(s * decade for s in STOPS if s * decade >= size * (1 - 1e-12)):.6g}")


def keep(moves: Mapping[str, tuple[float, float]]) -> None:
    """Keep the ends while coefficients move from an old to a new value; for a callback."""
    known = _known()
    for name, (old, new) in moves.items():
        ends = reach(name, old)
        known.pop(name, None)
        if abs(new) <= ends != suited(new):
            known[name] = ends
    _write(known)


def forget() -> None:
    """Let all ends follow from the values; for the callback of a newly typed text."""
    _write({})


def _known() -> dict[str, float]:
    """Read the field; what a link holds beside well-formed entries is passed over."""
    found = _ENTRY.findall(str(inputs.value(REACH)))
    values = {name: _number(text) for name, text in found}
    return {name: value for name, value in values.items() if 0 < value <= LARGEST}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _write(known: Mapping[str, float]) -> None:
    text = " ".join(f"{name}:{ends:g}" for name, ends in sorted(known.items()))
    if text == inputs.value(REACH):
        return
    inputs.assign({REACH: text})
    if REACH.key in st.query_params:  # no widget keeps the address in step
        st.query_params[REACH.key] = text
