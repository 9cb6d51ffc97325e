"""What the Generator Studio's texts say, and how buttons change them.

The four texts a(x), b(x) and the two ends are the source of truth. Presets, sliders, clicks on a
landscape and the optimiser all rewrite the texts, so that one link holds everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer import generators
from explorer.core import polynomials
from explorer.core.errors import InputError
from explorer.generators import presets
from explorer.ui import inputs
from explorer.ui.studio_fields import HIGH, LOW, TEXTS, A, B

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from explorer.generators import Generator
    from explorer.generators.presets import Preset

STUDIO = "gs_studio"  # the fragment that holds the page
_GOOD = "gs_good"  # the four texts that last made a generator with a gap


@dataclass(frozen=True, slots=True)
class Reading:
    """What the four texts say: a generator, or the error that names the field to blame."""

    generator: Generator | None
    error: InputError | None


def read() -> Reading:
    """Read the four texts as they stand, whether their boxes are drawn or hidden."""
    try:
        return Reading(_generator(tuple(str(inputs.value(field)) for field in TEXTS)), None)
    except InputError as error:
        return Reading(None, error)


def remember_good() -> None:
    """Keep the present texts: they are shown, marked as old, while new ones are refused."""
    st.session_state[_GOOD] = tuple(str(inputs.value(field)) for field in TEXTS)


def last_good() -> Generator | None:
    """Return the last generator that had a gap in this session."""
    texts = st.session_state.get(_GOOD)
    return _generator(texts) if texts else None


def redraw() -> None:
    """Draw the whole studio; for a callback of a widget in a fragment inside it."""
    st.rerun(STUDIO)


def take_preset(preset: Preset) -> None:
    """Write a preset into the texts; for a callback."""
    low, high = preset.ends
    inputs.assign({A: preset.a, B: preset.b, LOW: low, HIGH: high})


def take_domain(ends: Sequence[float]) -> None:
    """Write a domain into its two texts; for a callback."""
    low, high = (presets.end_text(end) for end in ends)
    inputs.assign({LOW: low, HIGH: high})


def take_generator(generator: Generator) -> None:
    """Write a generator into the texts; for a callback."""
    longest = A.longest
    texts = [
        polynomials.format(poly, max_length=longest)
        for poly in (generator.a_poly, generator.b_poly)
    ]
    inputs.assign({A: texts[0], B: texts[1]})
    take_domain(generator.domain)


def with_coefficients(generator: Generator, values: Mapping[str, float]) -> Generator:
    """Return `generator` with the named coefficients replaced.

    Raises
    ------
    InputError
        If nothing is left of a(x).

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> with_coefficients(Generator("1", "-x"), {"b3": -1.0}).b_text
    '-x - x**3'
    """
    coefficients = {"a": list(generator.a), "b": list(generator.b)}
    for name, value in values.items():
        chosen, power = coefficients[name[0]], int(name[1:])
        chosen += [0.0] * (power + 1 - len(chosen))
        chosen[power] = value
    return generators.Generator(domain=generator.domain, **coefficients)


def coefficient(generator: Generator, name: str) -> float:
    """Return one coefficient by its name, 0 beyond the degree.

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> coefficient(Generator("1", "-x"), "b1"), coefficient(Generator("1", "-x"), "b3")
    (-1.0, 0.0)
    """
    values = getattr(generator, name[0])
    power = int(name[1:])
    return values[power] if power < len(values) else 0.0


def _generator(texts: tuple[str, ...]) -> Generator:
    a, b, low, high = texts
    return generators.Generator(a=a, b=b, domain=(low, high))
