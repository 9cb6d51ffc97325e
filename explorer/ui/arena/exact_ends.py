"""The exact ends of the ODE on the shelf: made once for a target, a setting and a seed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.arena import ode
from explorer.core.errors import ExplorerError
from explorer.ui.arena import targets
from explorer.ui.kept import shelf
from explorer.ui.turns import Piece

if TYPE_CHECKING:
    from explorer.analysis.arena.ode import Ends
    from explorer.ui.arena.state import Wish

FOLLOWED = ode.FOLLOWED


@dataclass(slots=True, eq=False)
class Way:
    """The ends under way."""

    courses: Any
    nbytes: int
    done: int = 0
    lock: Lock = field(default_factory=Lock)


def known(wish: Wish, seed: int) -> Ends | None:
    """Return the ends of a seed, if they are there."""
    return shelf().get(_key(wish, seed))


def pieces(wish: Wish, seed: int) -> Iterator[Piece]:
    """Yield the missing steps."""
    while known(wish, seed) is None:
        label = f"Exact ends of the ODE, seed {seed}, step {done(wish, seed) + 1} of {ode.STEPS}"
        yield Piece(label, partial(_advance, wish, seed))


def done(wish: Wish, seed: int) -> int:
    """Return how many steps of ends that are not there yet are done."""
    way = shelf().get(_under_way(wish, seed))
    return 0 if way is None else way.done


def effort(wish: Wish) -> tuple[int, int]:
    """Return the evaluations of all seeds' ends, done and in all, as if of every sample."""
    steps = 1 if wish.target.kind == "gaussian" else ode.STEPS  # there in closed form
    followed = min(FOLLOWED, wish.setting.n) / wish.setting.n
    made = [steps if known(wish, seed) is not None else done(wish, seed) for seed in wish.seeds]
    return round(6 * followed * sum(made)), round(6 * followed * steps * len(made))


def _advance(wish: Wish, seed: int) -> None:
    """Do one step, unless somebody else is at it."""
    key = _under_way(wish, seed)
    way = shelf().get(key)
    if way is None:
        aim = targets.target(wish)
        size = 8 * 8 * FOLLOWED * aim.size
        way = Way(ode.follow(aim, wish.setting, seed), nbytes=size)
        shelf().put(key, way)
    with way.lock:
        if known(wish, seed) is not None:
            return
        before = time.perf_counter()
        course = _next(way)
        way.done = course.done
        shelf().put(pace_key(wish), time.perf_counter() - before)
        if course.ends is not None:
            shelf().put(_key(wish, seed), course.ends)
            shelf().put(key, None)


def _next(way: Way) -> ode.Course:
    """Return the next course; of a denoiser that gives up, ends that nobody knows."""
    try:
        return next(way.courses)
    except ExplorerError:
        unknown = ode.Ends(np.full((FOLLOWED, 1), np.nan), np.full(FOLLOWED, np.nan), 0)
        return ode.Course(way.done + 1, way.done + 1, unknown)


def pace_key(wish: Wish) -> str:
    """Return where the seconds of a step lie."""
    return json.dumps(["pace of ends", wish.target.key(), wish.device])


def _key(wish: Wish, seed: int) -> str:
    return json.dumps(["ends", wish.target.key(), asdict(wish.setting), seed, wish.device])


def _under_way(wish: Wish, seed: int) -> str:
    return f"under way {_key(wish, seed)}"
