"""The generator of a one-dimensional diffusion: the specification that everything starts from.

``L = a(x) d2/dx2 + b(x) d/dx`` on an interval ``(l, r)``, with polynomial ``a`` and ``b`` and no
factor 1/2: ``dX = b dt + sqrt(2 a) dW``. A ``Generator`` says what was asked for; whether that
diffusion has a stationary law and a rate is the business of ``classify``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.polynomial import Polynomial
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from explorer.core import polynomials
from explorer.core.errors import InputError
from explorer.generators.forms import read_coefficients, read_domain

KEY_VERSION = 1

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
        coefficients = read_coefficients(value, field)
        if field == "a" and coefficients == (0.0,):
            problem = "a(x) is 0 everywhere: there is no noise."
            raise InputError("a", problem, "Write a positive polynomial such as 1 + x**2.")
        return coefficients

    @field_validator("domain", mode="before")
    @classmethod
    def _read_domain(cls, value: Any) -> tuple[float, float]:
        return read_domain(value)

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
