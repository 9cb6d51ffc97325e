"""Where the process starts: a Gaussian, a uniform law or points, in the units of π."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer import generators
from explorer.core import polynomials
from explorer.core.errors import InputError
from explorer.generators.units import centre_and_width
from explorer.ui import errors, inputs, studio_fields
from explorer.ui.fields import quoted

if TYPE_CHECKING:
    from explorer.generators import InitialLaw, Spectrum

MOST_POINTS = 20


def draw(solved: Spectrum) -> InitialLaw | None:
    """Draw the controls of the start and return it, or None with the error beside its field."""
    with st.container(horizontal=True, vertical_alignment="top", key="gs_start_row"):
        kind = inputs.choice(studio_fields.START_LAW, compact=True)
        for field in _FIELDS[kind]:
            (inputs.text if field is studio_fields.START_POINTS else inputs.number)(field)
        inputs.log_slider(studio_fields.EPS)
        inputs.log_slider(studio_fields.DIMENSION)
    try:
        return law(solved)
    except InputError as error:
        errors.beside(error)
        return None


def law(solved: Spectrum) -> InitialLaw:
    """Return the start that the fields describe, in the units of x.

    Raises
    ------
    InputError
        If an end, a width or a point cannot be used.
    """
    centre, width = centre_and_width(solved)
    kind = inputs.value(studio_fields.START_LAW)
    if kind == "gaussian":
        mean, std = (inputs.value(f) for f in (studio_fields.START_MEAN, studio_fields.START_WIDTH))
        return generators.Gaussian(centre + mean * width, std * width)
    if kind == "uniform":
        low, high = (inputs.value(f) for f in (studio_fields.START_LOW, studio_fields.START_HIGH))
        return generators.Uniform(centre + low * width, centre + high * width)
    return generators.Points([centre + u * width for u in _points()])


def _points() -> list[float]:
    """Read the numbers between the commas, each by the same white list as the polynomials."""
    text = str(inputs.value(studio_fields.START_POINTS))
    words = [word for word in text.split(",") if word.strip()]
    if not 0 < len(words) <= MOST_POINTS:
        problem = f"{len(words)} points were given."
        remedy = f"Write 1 to {MOST_POINTS} numbers, separated by commas."
        raise InputError("points", problem, remedy)
    return [_point(word.strip()) for word in words]


def _point(word: str) -> float:
    try:
        number = polynomials.parse(word, field="points").coef
    except InputError:
        number = ()
    if len(number) != 1:
        problem = f"The point {quoted(word)} is not a number that can be read."
        raise InputError("points", problem, "Write for instance -1, 1.")
    return float(number[0])


_FIELDS = {
    "gaussian": (studio_fields.START_MEAN, studio_fields.START_WIDTH),
    "uniform": (studio_fields.START_LOW, studio_fields.START_HIGH),
    "points": (studio_fields.START_POINTS,),
}
