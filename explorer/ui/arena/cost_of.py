"""What a contest will need: seconds, from the pace so far, and memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from explorer.core.errors import InputError
from explorer.ui.arena import heats, work
from explorer.ui.kept import MOST, shelf

if TYPE_CHECKING:
    from explorer.ui.arena.heats import Cell
    from explorer.ui.arena.state import Wish

VALUE = 8  # bytes
PER_VALUE = 1e-7  # seconds per evaluation of one value of a point (measured, one core)
QUICK = 1.0  # seconds; what takes less is done at once


def memory(wish: Wish) -> int:
    """Return the bytes that the largest heat and what is kept of all need, roughly."""
    size = work.size(wish)
    one = 6 * wish.setting.n * size * VALUE
    shown = heats.MOST_OF_A_TRAIL + wish.setting.n * size * VALUE
    return one + len(wish.entries) * shown


def too_much(wish: Wish) -> InputError | None:
    """Return why a contest does not fit, if so."""
    need = memory(wish)
    if need <= 8 * MOST:
        return None
    problem = f"This needs about {need >> 20:,} MB; the page takes at most {8 * MOST >> 20:,} MB."
    return InputError("n", problem, "Choose fewer samples or samplers.")


def seconds_left(wish: Wish) -> float | None:
    """Return the estimated seconds of what is missing; None if one pace is unknown."""
    return _seconds(wish, [*work.first_cells(wish), *work.other_cells(wish)])


def first_look(wish: Wish) -> float | None:
    """Return the estimated seconds until the first view is there; None if that is unknown."""
    return _seconds(wish, work.first_cells(wish))


def _seconds(wish: Wish, cells: list[Cell]) -> float | None:
    total = 0.0
    for one in cells:
        if heats.outcome(one) is None:
            pace = pace_of(wish, one)
            if pace is None:
                return None
            total += pace * work.price(wish, one)
    return total


def pace_of(wish: Wish, one: Cell) -> float | None:
    """Return seconds per evaluation: of this entry's heats if there were any, else a guess."""
    known = shelf().get(pace_key(wish, one))
    if known is not None:
        return known
    if wish.target.is_image:
        return None
    return PER_VALUE * wish.setting.n * work.size(wish) * max(1, len(wish.target.modes)) / 2


def pace_key(wish: Wish, one: Cell) -> str:
    """Return where the pace of an entry on this target lies."""
    what = ["pace", wish.target.key(), wish.setting.n, one.entry.sampler, wish.device]
    return json.dumps(what)
