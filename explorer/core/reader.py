"""The second wall: a white list over the syntax tree that Python built of a screened text.

Numbers, one variable, ``+ - *``, division by a constant, powers with a constant whole exponent.
A polynomial is a list of increasing coefficients. After every operation the coefficients must be
below 1e12, and the degree is checked before multiplying, so no text can cost more than a few
microseconds per character.
"""

from __future__ import annotations

import ast

from explorer.core.errors import InputError
from explorer.core.screening import MAX_NESTING, Box, Token

MAX_DEGREE = 12
MAX_COEFFICIENT = 1e12


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


class Reader:
    """Walks the syntax tree of one text; it knows where each token was typed.

    Parameters
    ----------
    tokens : list of Token
        Of the text, screened; ``source`` joins them for Python's parser.
    box : Box
        Where it was typed.
    """

    def __init__(self, tokens: list[Token], box: Box) -> None:
        self.box, self.variable = box, box.variable
        self.source = " ".join(token.text for token in tokens)
        self.columns: dict[int, int] = {}
        offset = 0
        for token in tokens:
            self.columns[offset] = token.column
            offset += len(token.text) + 1

    def read(self, node: ast.expr, depth: int = 0) -> list[float]:
        """Return the coefficients of a node of the tree, ``depth`` operations down."""
        if depth > MAX_NESTING:
            raise self._mistake(
                node, f"more than {MAX_NESTING} operations are nested.", "Simplify it."
            )
        if isinstance(node, ast.Constant):
            return self._checked([self._constant(node)], node)
        if isinstance(node, ast.Name) and node.id == self.variable:
            return [0.0, 1.0]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
            sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
            return [sign * c for c in self.read(node.operand, depth + 1)]
        if isinstance(node, ast.BinOp):
            left = self.read(node.left, depth + 1)
            right = self.read(node.right, depth + 1)
            return self._checked(strip(self._combine(node, left, right)), node)
        remedy = f"Use only numbers, {self.variable}, + - * / ** and parentheses."
        raise self._mistake(node, "this cannot be used in a polynomial.", remedy)

    def _constant(self, node: ast.Constant) -> float:
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return float(node.value)
        raise self._mistake(node, "only real numbers can be used.", "Write a decimal number.")

    def _combine(self, node: ast.BinOp, left: list[float], right: list[float]) -> list[float]:
        if isinstance(node.op, (ast.Add, ast.Sub)):
            sign = -1.0 if isinstance(node.op, ast.Sub) else 1.0
            return _add(left, right, sign)
        if isinstance(node.op, ast.Mult):
            self._check_degree(len(left) + len(right) - 2, node)
            return _multiply(left, right)
        if isinstance(node.op, ast.Div):
            return self._divide(node, left, right)
        if isinstance(node.op, ast.Pow):
            return self._power(node, left, right)
        remedy = "Use + - * / and ** only."
        raise self._mistake(node, "this operator cannot be used in a polynomial.", remedy)

    def _divide(self, node: ast.BinOp, left: list[float], right: list[float]) -> list[float]:
        if len(right) > 1:
            problem = f"division by an expression in {self.variable}."
            raise self._mistake(node.right, problem, "Divide by a number only.")
        if right[0] == 0.0:
            raise self._mistake(node.right, "division by 0.", "Divide by a number that is not 0.")
        return [c / right[0] for c in left]

    def _power(self, node: ast.BinOp, base: list[float], exponent: list[float]) -> list[float]:
        n = exponent[0]
        if len(exponent) > 1 or not n.is_integer() or (n < 0 and len(base) > 1):
            problem = "an exponent must be a whole number, 0 or more."
            raise self._mistake(node.right, problem, f"Write a power such as {self.variable}**2.")
        if len(base) == 1:
            return self._constant_power(node, base[0], n)
        self._check_degree((len(base) - 1) * n, node)
        result = [1.0]
        for _ in range(int(n)):
            result = self._checked(_multiply(result, base), node)
        return result

    def _constant_power(self, node: ast.BinOp, base: float, n: float) -> list[float]:
        try:
            return [base**n]
        except (OverflowError, ZeroDivisionError) as error:
            remedy = self._remedy_size()
            raise self._mistake(node, "this power is too large.", remedy) from error

    def _check_degree(self, degree: float, node: ast.expr) -> None:
        if degree > MAX_DEGREE:
            problem = f"the degree would be {degree:.0f}; at most {MAX_DEGREE} is allowed."
            raise self._mistake(node, problem, f"Use powers up to {self.variable}**{MAX_DEGREE}.")

    def _checked(self, coefficients: list[float], node: ast.expr) -> list[float]:
        if all(abs(c) < MAX_COEFFICIENT for c in coefficients):  # False for nan too
            return coefficients
        raise self._mistake(node, "a coefficient here is 1e12 or more.", self._remedy_size())

    def _remedy_size(self) -> str:
        return "Keep every coefficient below 1e12, in intermediate steps too."

    def _mistake(self, node: ast.expr, problem: str, remedy: str) -> InputError:
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
