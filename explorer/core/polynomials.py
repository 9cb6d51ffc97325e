"""Polynomial text: ``"1 + x**2"`` to numpy coefficients and back, without ever evaluating code.

``parse`` screens the text (``screening``), lets Python build the syntax tree, and walks the tree
with a white list (``reader``).
"""

from __future__ import annotations

import ast

from numpy.polynomial import Polynomial

from explorer.core.reader import MAX_COEFFICIENT, MAX_DEGREE, Reader, strip
from explorer.core.screening import MAX_LENGTH, Box, screen


def parse(text: str, *, field: str = "a", variable: str = "x") -> Polynomial:
    """Read a polynomial with real coefficients.

    Parameters
    ----------
    text : str
        At most 200 characters: numbers, ``variable``, ``+ - * / ** ^`` and parentheses. ``^`` is
        a power. Division only by a constant; exponents are constant whole numbers.
    field : str
        Name of the input, for the message.
    variable : str
        The only name allowed.

    Returns
    -------
    numpy.polynomial.Polynomial
        Degree at most 12, coefficients finite and below 1e12, trailing zeros stripped.

    Raises
    ------
    InputError
        With the column, the rule and a remedy, for anything else.

    Examples
    --------
    >>> parse("(1 + x)^2 - x/2").coef.tolist()
    [1.0, 1.5, 1.0]
    >>> parse("sin(x)", field="b")
    Traceback (most recent call last):
    ...
    explorer.core.errors.InputError: b(x), column 1: the word 'sin' is not known. Use only \
numbers, x, + - * / ** and parentheses.
    """
    box = Box(field, variable)
    reader = Reader(screen(text, box), box)
    try:
        tree = ast.parse(reader.source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise box.refusal("cannot be read.") from error
    return Polynomial(strip(reader.read(tree.body)))


def format(poly: Polynomial, *, variable: str = "x", max_length: int | None = None) -> str:
    """Write a polynomial as text that ``parse`` reads back.

    Without ``max_length`` the text has the shortest digits that round-trip, so
    ``parse(format(p)) == p`` exactly whenever the text has at most 200 characters.

    Parameters
    ----------
    poly : numpy.polynomial.Polynomial
        In the standard basis (domain equal to window).
    variable : str
        Name of the variable.
    max_length : int or None
        If given, digits are dropped, the same number for every coefficient, until the text fits:
        a text box takes 200 characters. At least one digit is kept.

    Returns
    -------
    str

    Examples
    --------
    >>> format(Polynomial([1, 0, 1]))
    '1 + x**2'
    >>> format(Polynomial([0, -1 / 3]), max_length=10)
    '-0.33333*x'
    """
    coefficients = [float(c) for c in poly.coef]
    text = _join(coefficients, variable)
    digits = 17
    while max_length is not None and len(text) > max_length and digits > 1:
        digits -= 1
        text = _join([float(f"{c:.{digits}g}") for c in coefficients], variable)
    return text


def _join(coefficients: list[float], variable: str) -> str:
    text = ""
    for power, c in enumerate(coefficients):
        if c == 0.0:
            continue
        term = _term(abs(c), power, variable)
        if not text:
            text = f"-{term}" if c < 0 else term
        else:
            text += f" - {term}" if c < 0 else f" + {term}"
    return text or "0"


def _term(size: float, power: int, variable: str) -> str:
    number = _number(size)
    if power == 0:
        return number
    monomial = variable if power == 1 else f"{variable}**{power}"
    return monomial if number == "1" else f"{number}*{monomial}"


def _number(size: float) -> str:
    """Return the shortest exact digits, with an exponent only where that is clearly shorter."""
    plain = repr(size).removesuffix(".0")
    if "e" in plain:
        mantissa, exponent = plain.split("e")
        return f"{mantissa}e{int(exponent)}"
    if "." in plain:
        return plain
    digits = plain.rstrip("0") or "0"
    point = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    scientific = f"{point}e{len(plain) - 1}"
    return scientific if len(scientific) + 4 <= len(plain) else plain


__all__ = ["MAX_COEFFICIENT", "MAX_DEGREE", "MAX_LENGTH", "format", "parse", "strip"]
