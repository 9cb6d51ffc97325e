"""Single coefficients of a generator: ``"b3"`` or ``("b", 3)`` is that of ``x^3`` in ``b``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from explorer.core.errors import InputError
from explorer.core.polynomials import MAX_DEGREE
from explorer.generators.generator import Generator


class Coefficient(NamedTuple):
    """One coefficient: ``which`` is ``"a"`` or ``"b"``, ``power`` that of its ``x``."""

    which: str
    power: int

    @property
    def name(self) -> str:
        """Short name, ``"b3"``."""
        return f"{self.which}{self.power}"


def named(value: Any, *, field: str) -> Coefficient:
    """Read the name of a coefficient.

    Raises
    ------
    InputError
        On ``field``, if it is none of a0 ... a12, b0 ... b12.

    Examples
    --------
    >>> named("b3", field="free"), named(("a", 0), field="free").name
    (Coefficient(which='b', power=3), 'a0')
    """
    text = value if isinstance(value, str) else "".join(map(str, value)) if _pair(value) else ""
    which, power = text[:1], text[1:]
    known = which in ("a", "b") and power.isdecimal() and power.isascii() and len(power) <= 2
    if not known or int(power) > MAX_DEGREE:
        problem = f"{str(value)[:20]!r} is not the name of a coefficient."
        raise InputError(field, problem, "Write a0 to a12 or b0 to b12, for instance b3.")
    return Coefficient(which, int(power))


def value_of(g: Generator, coefficient: Coefficient) -> float:
    """Return a coefficient, 0 beyond the degree.

    Examples
    --------
    >>> value_of(Generator("1", "-x"), Coefficient("b", 3))
    0.0
    """
    values = g.a if coefficient.which == "a" else g.b
    return values[coefficient.power] if coefficient.power < len(values) else 0.0


def with_values(g: Generator, values: Mapping[Coefficient, float]) -> Generator:
    """Return the generator with some coefficients set.

    Raises
    ------
    InputError
        If the result is malformed, for instance ``a = 0``.

    Examples
    --------
    >>> with_values(Generator("1", "-x"), {Coefficient("b", 3): -2.0}).b_text
    '-x - 2*x**3'
    """
    lists = {"a": list(g.a), "b": list(g.b)}
    for (which, power), value in values.items():
        chosen = lists[which]
        chosen.extend([0.0] * (power + 1 - len(chosen)))
        chosen[power] = float(value)
    return Generator(lists["a"], lists["b"], g.domain)


def _pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2
