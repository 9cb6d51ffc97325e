"""The checks that every data set makes of its options; refusals name the value and the rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core.errors import InputError

MAX_SHOWN = 80


def shown(text: object, most: int = MAX_SHOWN) -> str:
    r"""Return a foreign text such as a file name, short and printable, for a message.

    Examples
    --------
    >>> shown("a\x1b[2J.png")
    'a?[2J.png'
    """
    name = "".join(c if c.isprintable() else "?" for c in str(text)[: 4 * most])
    return name if len(name) <= most else f"{name[:20]}...{name[-50:]}"


def whole(value: Any, field: str, low: int, high: int) -> int:
    """Return a whole number in [low, high]."""
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_whole or not low <= int(value) <= high:
        problem = f"{field} = {shown(value)} is not a whole number from {low} to {high}."
        raise InputError(field, problem, f"Choose for instance {_between(low, high)}.")
    return int(value)


def number(value: Any, field: str, low: float, high: float) -> float:
    """Return a finite number in [low, high]."""
    is_number = isinstance(value, (int, float, np.integer, np.floating))
    if not is_number or isinstance(value, bool) or not low <= float(value) <= high:
        problem = f"{field} = {shown(value)} is not a number from {low:g} to {high:g}."
        raise InputError(field, problem, f"Choose for instance {min(max(1.0, low), high):g}.")
    return float(value)


def flag(value: object, field: str) -> bool:
    """Return True or False."""
    if not isinstance(value, (bool, np.bool_)):
        problem = f"{field} = {shown(value)} is neither True nor False."
        raise InputError(field, problem, "Choose one of the two.")
    return bool(value)


def choice(value: object, field: str, options: Sequence[str]) -> str:
    """Return one of the options."""
    if not isinstance(value, str) or value not in options:
        problem = f"{field} = {shown(value)!r} is not known."
        raise InputError(field, problem, f"Choose one of {', '.join(options)}.")
    return value


def count(n: int | None, available: int, name: str) -> int:
    """Return how many of the stored images are wanted; None means all."""
    if n is None:
        return available
    is_whole = isinstance(n, (int, np.integer)) and not isinstance(n, bool)
    if not is_whole or not 1 <= n <= available:
        problem = f"n = {shown(n)} is not a whole number from 1 to the {available} of {name}."
        raise InputError("n", problem, "Leave n out to take all.")
    return int(n)


def existing(path: str | Path) -> Path:
    """Return the path of a file or folder that exists."""
    if not isinstance(path, (str, Path)) or not str(path).strip():
        problem = f"path = {shown(repr(path))} is not the name of a file or folder."
        raise InputError("path", problem, "Give it as text.")
    try:
        found = Path(path).expanduser()
        if found.exists():
            return found
    except (OSError, ValueError, RuntimeError):  # too long, a zero byte, an unknown home
        pass
    problem = f"There is no file or folder {shown(path)}."
    raise InputError("path", problem, "Check the spelling, or give the full path.")


def _between(low: int, high: int) -> int:
    return round(math.sqrt(max(low, 1) * max(high, 1)))
