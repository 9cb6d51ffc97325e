"""The first wall before Python's parser: length, characters, words and the order of tokens.

A text that passes consists of numbers, the one variable, ``+ - * / **`` and balanced parentheses,
in an order that Python's grammar accepts. So ``ast.parse`` meets no string, name, comment, null
byte or deep nesting, and raises no warning; and a person gets the column of the first mistake
and a remedy in words.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from explorer.core.errors import InputError

MAX_LENGTH = 200
MAX_NESTING = 40

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<operator>\*\*|[-+*/^()])"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_ALIKE = {
    **dict.fromkeys("\u2212\u2013\u2014\uff0d", "-"),
    **dict.fromkeys("\u00d7\u00b7\u22c5\u2217\u2219", "*"),
    **dict.fromkeys("\u00f7\u2215\u2044\u2236:", "/"),
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    ",": ".",
}


class Box(NamedTuple):
    """The text box that is read: its field name, and the only word allowed in it."""

    field: str
    variable: str

    @property
    def name(self) -> str:
        """What the text defines: ``a(x)``."""
        return f"{self.field}({self.variable})"

    def mistake(self, column: int, problem: str, remedy: str) -> InputError:
        """Return the error of a mistake at a column of the text."""
        return InputError(self.field, f"{self.name}, column {column}: {problem}", remedy, column)

    def refusal(self, problem: str, column: int | None = None) -> InputError:
        """Return the error of a text that is wrong as a whole."""
        remedy = f"Write a polynomial such as 1 + {self.variable}**2."
        return InputError(self.field, f"{self.name} {problem}", remedy, column)


class Token(NamedTuple):
    """A piece of the text: its kind, its text in Python's notation and its column from 1."""

    kind: str
    text: str
    column: int


def screen(text: object, box: Box) -> list[Token]:
    """Return the tokens of a text that may go to Python's parser.

    Parameters
    ----------
    text : object
        What was typed; anything but a string of at most 200 characters is refused.
    box : Box
        Where it was typed.

    Returns
    -------
    list of Token
        Without spaces; ``^`` is written ``**``.

    Raises
    ------
    InputError
        With the column of the first mistake and a remedy.

    Examples
    --------
    >>> [token.text for token in screen("1 + x^2", Box("a", "x"))]
    ['1', '+', 'x', '**', '2']
    """
    if not isinstance(text, str):
        raise box.refusal(f"must be text, not {type(text).__name__}.")
    if len(text) > MAX_LENGTH:  # before anything looks at the characters
        problem = f"has {len(text)} characters; at most {MAX_LENGTH} are read."
        raise box.refusal(problem, MAX_LENGTH + 1)
    tokens = _tokens(text, box)
    if not tokens:
        raise box.refusal("is empty.")
    _check_order(tokens, box)
    return tokens


def _tokens(text: str, box: Box) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _bad_character(text[position], box, position + 1)
        kind, piece = match.lastgroup or "", match.group()
        if kind == "word" and piece != box.variable:
            raise _bad_word(piece, box, position + 1)
        if kind == "number":
            _check_number(piece, box, position + 1)
        if kind != "space":
            tokens.append(Token(kind, "**" if piece == "^" else piece, position + 1))
        position = match.end()
    return tokens


def _bad_character(char: str, box: Box, column: int) -> InputError:
    if char.translate(_SUPERSCRIPTS) != char:
        remedy = f"Write {box.variable}**{char.translate(_SUPERSCRIPTS)} for a power."
    elif char in _ALIKE:
        remedy = f"Write {_ALIKE[char]} in its place."
    else:
        remedy = f"Use only numbers, {box.variable}, + - * / ** and parentheses."
    # A lone surrogate or a control character must not reach the page.
    shown = f"'{char}'" if char.isprintable() else unicodedata.name(char, "a control character")
    problem = f"{shown} (U+{ord(char):04X}) cannot be used here."
    return box.mistake(column, problem, remedy)


def _bad_word(word: str, box: Box, column: int) -> InputError:
    shown = word if len(word) <= 20 else word[:20] + "..."
    remedy = f"Use only numbers, {box.variable}, + - * / ** and parentheses."
    power = word.removeprefix(box.variable)
    if power != word and power.isdigit() and len(power) <= 2:
        remedy = (
            f"Write {box.variable}**{power} for a power, {power}*{box.variable} for a multiple."
        )
    elif word == box.variable.upper():
        remedy = f"Write a small {box.variable}."
    return box.mistake(column, f"the word '{shown}' is not known.", remedy)


def _check_number(number: str, box: Box, column: int) -> None:
    mantissa = re.split("[eE]", number)[0]
    if re.fullmatch("0[0-9]+", mantissa) and mantissa.strip("0"):
        raise box.mistake(column, "a number starts with 0.", "Leave the leading zeros out.")
    if float(number) == 0.0 and mantissa.strip("0."):
        problem = "the number is too small for double precision."
        raise box.mistake(column, problem, "Write 0, or a number above 1e-300.")


def _check_order(tokens: list[Token], box: Box) -> None:
    """Operands and operators must alternate, parentheses must close: a two-state machine."""
    opened: list[int] = []
    wants_operand = True
    last = tokens[0]
    for token in tokens:
        kind = token.text if token.text in ("(", ")") else token.kind
        if wants_operand:
            _check_operand(kind, token, last, box)
        elif kind not in ("operator", ")"):
            problem = f"an operator is missing before '{token.text[:20]}'."
            raise box.mistake(token.column, problem, f"Write * to multiply: 2*{box.variable}.")
        if kind == "(":
            opened.append(token.column)
        elif kind == ")":
            if not opened:
                problem = "this ) closes nothing."
                raise box.mistake(token.column, problem, "Remove it, or add a ( before.")
            opened.pop()
        if len(opened) > MAX_NESTING:
            problem = f"more than {MAX_NESTING} parentheses are open."
            raise box.mistake(token.column, problem, "Multiply the expression out.")
        wants_operand = kind in ("operator", "(")
        last = token
    if wants_operand:
        problem = f"the text ends after '{last.text}'."
        raise box.mistake(last.column, problem, f"Add a number or {box.variable} after it.")
    if opened:
        raise box.mistake(opened[-1], "this ( is never closed.", "Add a ) at the end.")


def _check_operand(kind: str, token: Token, last: Token, box: Box) -> None:
    if kind == ")" or (kind == "operator" and token.text not in "+-"):
        before = f"between '{last.text}' and" if last is not token else "before"
        problem = f"a number or {box.variable} is missing {before} '{token.text}'."
        raise box.mistake(token.column, problem, f"Add a number or {box.variable} there.")
