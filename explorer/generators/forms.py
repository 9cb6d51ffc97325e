"""What a generator may be given as: every accepted form of a polynomial and of a domain.

Text goes through the polynomial parser. Arrays are looked at only after their size is known to be
small. Everything else is refused in words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.polynomial import Polynomial

from explorer.core import polynomials
from explorer.core.errors import InputError

MAX_COEFFICIENT = 1e100  # for numbers given as arrays; text is held to the parser's 1e12
MIN_COEFFICIENT = 1e-100  # so that ratios and squares of coefficients stay in double range
MAX_END = 1e12
MIN_WIDTH = 1e-12
MIN_RELATIVE_WIDTH = 1e-6  # the zeros of a at the two ends must not blur into one


def read_coefficients(value: Any, field: str) -> tuple[float, ...]:
    """Return increasing coefficients, trailing zeros stripped, from any accepted form.

    Examples
    --------
    >>> read_coefficients("1 + x^2", "a"), read_coefficients([0, -1, 0], "b")
    ((1.0, 0.0, 1.0), (0.0, -1.0))
    """
    if isinstance(value, str):
        value = polynomials.parse(value, field=field)
    numbers = [_number(c, field) for c in _sequence(value, field)]
    for c in numbers:
        if c != 0.0 and not MIN_COEFFICIENT < abs(c) < MAX_COEFFICIENT:  # also true of nan
            problem = f"A coefficient of {field}(x) is {c:g}."
            raise InputError(field, problem, "Its size must be 0 or between 1e-100 and 1e100.")
    stripped = polynomials.strip(numbers)
    if len(stripped) > polynomials.MAX_DEGREE + 1:
        problem = f"{field}(x) has degree {len(stripped) - 1}; at most 12 is allowed."
        raise InputError(field, problem, "Give at most 13 coefficients, constant first.")
    return tuple(stripped)


def _sequence(value: Any, field: str) -> Sequence[Any]:
    """Return the numbers inside ``value``; they are looked at only once their count is small."""
    if value is None:
        raise InputError(field, f"{field}(x) is missing.", "Write a polynomial such as 1 + x**2.")
    if isinstance(value, Polynomial):
        if not np.array_equal(value.domain, value.window):
            with np.errstate(all="ignore"):
                value = value.convert(domain=value.window)
        value = value.coef
    if isinstance(value, np.ndarray):
        if value.ndim == 1 and 0 < value.size <= 1000:
            return value.tolist()
    elif isinstance(value, Real) and not isinstance(value, bool):
        return [value]
    elif _is_short_list(value):
        return value
    problem = f"{field}(x) cannot be read from {type(value).__name__}."
    remedy = "Give text such as '1 + x**2' or 1 to 13 increasing coefficients."
    raise InputError(field, problem, remedy)


def _is_short_list(value: Any) -> bool:
    """Tell a sequence of at most 1000 items, bytes excepted, from everything else."""
    is_list = isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview))
    return is_list and 0 < len(value) <= 1000


def _number(value: Any, field: str) -> float:
    """Return a real number as a float; booleans, complex numbers and text are not numbers here."""
    if isinstance(value, Real) and not isinstance(value, (bool, np.bool_)):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    problem = f"{type(value).__name__} is not a number that {field} can hold."
    raise InputError(field, problem, "Give real numbers.")


def read_domain(value: Any) -> tuple[float, float]:
    """Return the ends ``l < r``, far enough apart for doubles to resolve the inside.

    Examples
    --------
    >>> read_domain(("-inf", "1/2"))
    (-inf, 0.5)
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise InputError("domain", "The domain must be a pair.", "Give (left, right).")
    left, right = (_end(end) for end in value)
    shown = f"({left:g}, {right:g})"
    if not left < right:
        problem = f"The domain {shown} is empty: its left end must be below its right end."
        raise InputError("domain", problem, "Give (left, right), for instance (-inf, inf).")
    width = right - left  # inf passes below: the sizes of its ends do not matter
    narrow = max(MIN_WIDTH, MIN_RELATIVE_WIDTH * max(abs(left), abs(right)))
    if width < math.inf and width < narrow:
        problem = f"The domain {shown} is too narrow for double precision."
        raise InputError("domain", problem, "Rescale x so that the interval is wider.")
    return left, right


def _end(value: Any) -> float:
    """One end of the domain: a number, or text such as ``"-inf"`` or ``"1/3"``."""
    if isinstance(value, str):
        word = value[:20].strip().lower().replace("\u2212", "-").removeprefix("+")
        if word in ("inf", "infinity", "oo", "\u221e"):
            return math.inf
        if word in ("-inf", "-infinity", "-oo", "-\u221e"):
            return -math.inf
        coefficients = polynomials.parse(value, field="domain").coef
        if len(coefficients) > 1:
            problem = f"The end '{value}' of the domain is not a number."
            raise InputError("domain", problem, "Give a number, inf or -inf.")
        value = float(coefficients[0])
    end = _number(value, "domain") + 0.0
    if math.isnan(end) or (math.isfinite(end) and abs(end) >= MAX_END):
        problem = f"An end of the domain is {end:g}."
        raise InputError("domain", problem, "Ends must be below 1e12 in size, or infinite.")
    if 0.0 < abs(end) < MIN_COEFFICIENT:
        raise InputError("domain", f"An end of the domain is {end:g}.", "Use 0 instead.")
    return end
