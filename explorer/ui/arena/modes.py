"""Modes in the plane as one text: ``x,y,weight; x,y,weight; …``."""

from __future__ import annotations

import math
from collections.abc import Iterable

from explorer.core.errors import InputError
from explorer.figures import numbers
from explorer.ui.arena.target_fields import MODES, MOST_MODES, REACH

Mode = tuple[float, float, float]
_REMEDY = "Write x,y,weight for each, as in 1,0,1; -1,0,3."


def parse(text: str) -> tuple[Mode, ...]:
    """Return the modes in a text; a weight that is left out is 1.

    Raises
    ------
    InputError
        With field ``"sa_modes"``: no mode, too many, one outside, or a weight that is no weight.

    Examples
    --------
    >>> parse("1,0; -1, 0.5, 3;")
    ((1.0, 0.0, 1.0), (-1.0, 0.5, 3.0))
    """
    if len(text) > MODES.longest:
        problem = f"The text of the modes has {len(text):,} characters."
        raise InputError(MODES.key, problem, f"At most {MODES.longest} are read.")
    written = [part for part in text.split(";") if part.strip()]
    if not written:
        raise InputError(MODES.key, "There is no mode.", _REMEDY)
    if len(written) > MOST_MODES:
        problem = f"There are {len(written)} modes."
        raise InputError(MODES.key, problem, f"Keep at most {MOST_MODES}.")
    modes = tuple(_mode(part, k + 1) for k, part in enumerate(written))
    if len({mode[:2] for mode in modes}) < len(modes):
        raise InputError(MODES.key, "Two modes lie on the same point.", "Add up their weights.")
    return modes


def write(modes: Iterable[Mode]) -> str:
    """Return the text that `parse` reads back.

    Examples
    --------
    >>> write([(1.0, 0.0, 1.0), (-1.0, 0.5, 3.0)])
    '1,0,1; -1,0.5,3'
    """
    return "; ".join(",".join(f"{value:.4g}" for value in mode) for mode in modes)


def _mode(part: str, k: int) -> Mode:
    words = part.split(",")
    shown = part.strip()[:30]
    if len(words) not in {2, 3}:
        raise InputError(MODES.key, f"Mode {k}, “{shown}”, is not three numbers.", _REMEDY)
    try:
        x, y, weight = (float(word) for word in [*words, "1"][:3])
    except ValueError:
        problem = f"Mode {k}, “{shown}”, is not made of numbers."
        raise InputError(MODES.key, problem, _REMEDY) from None
    if not (abs(x) <= REACH and abs(y) <= REACH):  # also refuses nan
        reach = numbers.number(REACH)
        raise InputError(
            MODES.key,
            f"Mode {k}, “{shown}”, lies outside of the plane that is shown.",
            f"Keep x and y between {numbers.MINUS}{reach} and {reach}.",
        )
    if not (0.0 < weight <= 1e6 and math.isfinite(weight)):
        problem = f"Mode {k}, “{shown}”, has no weight above 0."
        raise InputError(MODES.key, problem, "Give at most 1,000,000, or leave the mode out.")
    if weight < 1e-6:
        problem = f"The weight of mode {k}, “{shown}”, is too small to be drawn."
        raise InputError(MODES.key, problem, "Give at least 0.000001.")
    return x, y, weight
