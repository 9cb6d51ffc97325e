"""Polynomial text: ``"1 + x**2"`` to numpy coefficients and back, without ever evaluating code.

``parse`` screens the text (``screening``), lets Python build the syntax tree, and walks the tree
with a white list: numbers, one variable, ``+ - *``, division by a constant, powers with a constant
whole exponent. A polynomial is a list of increasing coefficients. After every operation the
coefficients must be below 1e12, and the degree is checked before multiplying, so no text can cost
more than a few microseconds per character.
"""

from __future__ import annotations

import ast

from numpy.polynomial import Polynomial

from explorer.core.errors import InputError
from explorer.core.screening import MAX_LENGTH, MAX_NESTING, Box, Token, screen

MAX_DEGREE = 12
MAX_COEFFICIENT = 1e12


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
    reader = _Reader(screen(text, box), box)
    try:
        tree = ast.parse(reader.source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise box.refusal("cannot be read.") from error
    return Polynomial(strip(reader.read(tree.body, 0)))


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


def strip(coefficients: list[float]) -> list[float]:
    """Drop trailing exact zeros and the sign of zeros; at least one coefficient stays.

    Examples
    --------
    >>> strip([1.0, -0.0, 2.0, 0.0])
    [1.0, 0.0, 2.0]
    """
    length = len(coefficients)
    while length > 1 and coefficients[length - 1] == 0.0:
        length -= 1
    return [c + 0.0 for c in coefficients[:length]]


class _Reader:
    """Walks the syntax tree of one text; it knows where each token was typed."""

    def __init__(self, tokens: list[Token], box: Box) -> None:
        self.box, self.variable = box, box.variable
        self.source = " ".join(token.text for token in tokens)
        self.columns: dict[int, int] = {}
        offset = 0
        for token in tokens:
            self.columns[offset] = token.column
            offset += len(token.text) + 1

    def read(self, node: ast.expr, depth: int) -> list[float]:
        if depth > MAX_NESTING:
            raise self.mistake(
                node, f"more than {MAX_NESTING} operations are nested.", "Simplify it."
            )
        if isinstance(node, ast.Constant):
            return self.checked([self.constant(node)], node)
        if isinstance(node, ast.Name) and node.id == self.variable:
            return [0.0, 1.0]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
            sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
            return [sign * c for c in self.read(node.operand, depth + 1)]
        if isinstance(node, ast.BinOp):
            left = self.read(node.left, depth + 1)
            right = self.read(node.right, depth + 1)
            return self.checked(strip(self.combine(node, left, right)), node)
        remedy = f"Use only numbers, {self.variable}, + - * / ** and parentheses."
        raise self.mistake(node, "this cannot be used in a polynomial.", remedy)

    def constant(self, node: ast.Constant) -> float:
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return float(node.value)
        raise self.mistake(node, "only real numbers can be used.", "Write a decimal number.")

    def combine(self, node: ast.BinOp, left: list[float], right: list[float]) -> list[float]:
        if isinstance(node.op, (ast.Add, ast.Sub)):
            sign = -1.0 if isinstance(node.op, ast.Sub) else 1.0
            return _add(left, right, sign)
        if isinstance(node.op, ast.Mult):
            self.check_degree(len(left) + len(right) - 2, node)
            return _multiply(left, right)
        if isinstance(node.op, ast.Div):
            return self.divide(node, left, right)
        if isinstance(node.op, ast.Pow):
            return self.power(node, left, right)
        remedy = "Use + - * / and ** only."
        raise self.mistake(node, "this operator cannot be used in a polynomial.", remedy)

    def divide(self, node: ast.BinOp, left: list[float], right: list[float]) -> list[float]:
        if len(right) > 1:
            problem = f"division by an expression in {self.variable}."
            raise self.mistake(node.right, problem, "Divide by a number only.")
        if right[0] == 0.0:
            raise self.mistake(node.right, "division by 0.", "Divide by a number that is not 0.")
        return [c / right[0] for c in left]

    def power(self, node: ast.BinOp, base: list[float], exponent: list[float]) -> list[float]:
        n = exponent[0]
        if len(exponent) > 1 or not n.is_integer() or (n < 0 and len(base) > 1):
            problem = "an exponent must be a whole number, 0 or more."
            raise self.mistake(node.right, problem, f"Write a power such as {self.variable}**2.")
        if len(base) == 1:
            return self.constant_power(node, base[0], n)
        self.check_degree((len(base) - 1) * n, node)
        result = [1.0]
        for _ in range(int(n)):
            result = self.checked(_multiply(result, base), node)
        return result

    def constant_power(self, node: ast.BinOp, base: float, n: float) -> list[float]:
        try:
            return [base**n]
        except (OverflowError, ZeroDivisionError) as error:
            remedy = self.remedy_size()
            raise self.mistake(node, "this power is too large.", remedy) from error

    def check_degree(self, degree: float, node: ast.expr) -> None:
        if degree > MAX_DEGREE:
            problem = f"the degree would be {degree:.0f}; at most {MAX_DEGREE} is allowed."
            raise self.mistake(node, problem, f"Use powers up to {self.variable}**{MAX_DEGREE}.")

    def checked(self, coefficients: list[float], node: ast.expr) -> list[float]:
        if all(abs(c) < MAX_COEFFICIENT for c in coefficients):  # False for nan too
            return coefficients
        raise self.mistake(node, "a coefficient here is 1e12 or more.", self.remedy_size())

    def remedy_size(self) -> str:
        return "Keep every coefficient below 1e12, in intermediate steps too."

    def mistake(self, node: ast.expr, problem: str, remedy: str) -> InputError:
        column = self.columns.get(node.col_offset, 1)
        return self.box.mistake(column, problem, remedy)


def _add(left: list[float], right: list[float], sign: float) -> list[float]:
    size = max(len(left), len(right))
    left = left + [0.0] * (size - len(left))
    right = right + [0.0] * (size - len(right))
    return [u + sign * v for u, v in zip(left, right, strict=True)]


def _multiply(left: list[float], right: list[float]) -> list[float]:
    product = [0.0] * (len(left) + len(right) - 1)
    for i, u in enumerate(left):
        for j, v in enumerate(right):
            product[i + j] += u * v
    return product


__all__ = ["MAX_COEFFICIENT", "MAX_DEGREE", "MAX_LENGTH", "format", "parse", "strip"]
