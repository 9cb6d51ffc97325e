"""The generator of a one-dimensional diffusion: the specification that everything starts from.

``L = a(x) d2/dx2 + b(x) d/dx`` on an interval ``(l, r)``, with polynomial ``a`` and ``b`` and no
factor 1/2: ``dX = b dt + sqrt(2 a) dW``. A ``Generator`` says what was asked for; whether that
diffusion has a stationary law and a rate is the business of ``classify``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.polynomial import Polynomial
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from explorer.core import polynomials
from explorer.core.errors import InputError

KEY_VERSION = 1
MAX_COEFFICIENT = 1e100  # for numbers given as arrays; text is held to the parser's 1e12
MIN_COEFFICIENT = 1e-100  # so that ratios and squares of coefficients stay in double range
MAX_END = 1e12
MIN_WIDTH = 1e-12
MIN_RELATIVE_WIDTH = 1e-6  # the zeros of a at the two ends must not blur into one

Coefficients = str | float | Sequence[float] | np.ndarray | Polynomial


class Generator(BaseModel):
    """A diffusion generator ``L = a d2 + b d`` with polynomial coefficients on an interval.

    Parameters
    ----------
    a, b : str, sequence of float, or numpy.polynomial.Polynomial
        Noise and drift coefficient: text as in ``"1 + x**2"``, increasing coefficients as in
        ``[1, 0, 1]``, or a Polynomial. Degree at most 12, ``a`` not the zero polynomial.
    domain : (float, float)
        The interval ``(l, r)``; ends may be infinite. A finite end where ``a > 0`` reflects.

    Raises
    ------
    InputError
        With field ``"a"``, ``"b"`` or ``"domain"``, for anything malformed. Positivity of ``a``
        and ergodicity are not checked here; see ``classify``.

    Examples
    --------
    >>> g = Generator("1 + x**2", "-6*x")
    >>> g.a, g.b, g.domain
    ((1.0, 0.0, 1.0), (0.0, -6.0), (-inf, inf))
    >>> g == Generator(a=[1, 0, 1], b=[0, -6])
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    a: tuple[float, ...]
    b: tuple[float, ...]
    domain: tuple[float, float] = (-math.inf, math.inf)

    def __init__(
        self,
        a: Coefficients | None = None,
        b: Coefficients | None = None,
        domain: Sequence[float | str] | np.ndarray = (-math.inf, math.inf),
        **foreign: Any,
    ) -> None:
        # A saved specification may be damaged: it is refused in words, not with a TypeError.
        for name in foreign:
            problem = f"'{name[:20]}' is not part of a generator."
            raise InputError("a", problem, "Give a, b and domain only.")
        super().__init__(a=a, b=b, domain=domain)

    @model_validator(mode="before")
    @classmethod
    def _named_fields(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise InputError("a", "A generator is given by a, b and domain.", "Name all three.")
        return data

    @field_validator("a", "b", mode="before")
    @classmethod
    def _read_coefficients(cls, value: Any, info: Any) -> tuple[float, ...]:
        field = info.field_name
        coefficients = _coefficients(value, field)
        if field == "a" and coefficients == (0.0,):
            problem = "a(x) is 0 everywhere: there is no noise."
            raise InputError("a", problem, "Write a positive polynomial such as 1 + x**2.")
        return coefficients

    @field_validator("domain", mode="before")
    @classmethod
    def _read_domain(cls, value: Any) -> tuple[float, float]:
        return _domain(value)

    @property
    def a_poly(self) -> Polynomial:
        """Noise coefficient as a numpy Polynomial."""
        return Polynomial(self.a)

    @property
    def b_poly(self) -> Polynomial:
        """Drift as a numpy Polynomial."""
        return Polynomial(self.b)

    @property
    def a_text(self) -> str:
        """Canonical text of ``a``, exact digits: ``"1 + x**2"``."""
        return polynomials.format(self.a_poly)

    @property
    def b_text(self) -> str:
        """Canonical text of ``b``, exact digits."""
        return polynomials.format(self.b_poly)

    def key(self) -> str:
        """Canonical string of the specification, exact to the last bit: the cache key.

        Examples
        --------
        >>> Generator("1", "-x", (0, float("inf"))).key()
        '{"a":["0x1.0000000000000p+0"],"b":["0x0.0p+0","-0x1.0000000000000p+0"],\
"domain":["0x0.0p+0","inf"],"type":"generator","version":1}'
        """
        fields = {
            "type": "generator",
            "version": KEY_VERSION,
            "a": [c.hex() for c in self.a],
            "b": [c.hex() for c in self.b],
            "domain": [end.hex() for end in self.domain],
        }
        return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def _coefficients(value: Any, field: str) -> tuple[float, ...]:
    """Increasing coefficients, trailing zeros stripped, from any accepted form."""
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


def _domain(value: Any) -> tuple[float, float]:
    """Return the ends ``l < r``, far enough apart for doubles to resolve the inside."""
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
