"""How far a race has come: what is on the shelf, what is missing, and the result so far."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from explorer import schedules
from explorer.analysis import race
from explorer.analysis.paths import Path
from explorer.core.errors import InputError
from explorer.ui import cached_images, cached_methods
from explorer.ui.kept import shelf
from explorer.ui.locality_methods import title
from explorer.ui.locality_race_state import STEPS
from explorer.ui.turns import Piece

if TYPE_CHECKING:
    from explorer.analysis.race import Race
    from explorer.ui.locality_methods import Method
    from explorer.ui.locality_race_state import Wish


@dataclass(frozen=True, slots=True)
class Progress:
    """Calls done and calls in all; methods refused, each with the error that says why."""

    done: int
    total: int
    refused: tuple[tuple[Method, InputError], ...]

    @property
    def finished(self) -> bool:
        """Whether no call is missing."""
        return self.done >= self.total


def progress(wish: Wish) -> Progress:
    """Return how many denoiser calls of the race are done."""
    refused = [(m, e) for m in wish.walkers if (e := _refusal(wish, m)) is not None]
    out = {m.key() for m, _ in refused}
    left = [m for m in wish.walkers if m.key() not in out]
    heard = [m for m in left if wish.heard(m)]
    done = sum(_walked(wish, m) for m in left) + sum(_heard(wish, m) for m in heard)
    return Progress(done, STEPS * (len(left) + len(heard)), tuple(refused))


def pieces(wish: Wish) -> Iterator[Piece]:
    """Yield the missing calls, one denoiser after the other; it looks anew before each."""
    for method in wish.walkers:
        course = wish.course(method)
        while _refusal(wish, method) is None and (k := _walked(wish, method)) < STEPS:
            label = f"{title(method.name)}, step {k + 1} of {STEPS}"
            yield Piece(label, partial(cached_methods.step, course))
        while wish.heard(method) and _is_whole(wish, method):
            k = _heard(wish, method)
            if k == STEPS or _refusal(wish, method) is not None:
                break
            label = f"{title(wish.judge.name)} asked beside, step {k + 1} of {STEPS}"
            yield Piece(label, partial(cached_methods.hear, course, wish.judge))


def remaining(wish: Wish) -> float | None:
    """Return the estimated seconds of the missing calls; None if one method's pace is unknown."""
    total = 0.0
    for method in wish.walkers:
        if _refusal(wish, method) is not None:
            continue
        parts = [(method, STEPS - _walked(wish, method))]
        if wish.heard(method):
            parts.append((wish.judge, STEPS - _heard(wish, method)))
        for caller, calls in parts:
            pace = cached_methods.pace(wish.data, caller)
            if calls and pace is None:
                return None
            total += calls * wish.samples * (pace or 0.0)
    return total


def result(wish: Wish) -> Race | None:
    """Return the race of those methods that have come to the end; None before the first."""
    ready = {m.name: m for m in wish.methods if _is_ready(wish, m)}
    if not ready:
        return None
    judge = wish.course(wish.judge).key()
    courses = [wish.course(m).key() for m in ready.values()]
    key = json.dumps(["race", wish.protocol, judge, courses])
    known = shelf().get(key)
    if known is None:
        known = race.measure(
            {name: _path(wish, m) for name, m in ready.items()},
            {name: _asked(wish, m) for name, m in ready.items()},
            data=cached_images.images(wish.data.key(), wish.data),
            reference=wish.judge.name,
            steps=schedules.published(),
            protocol=wish.protocol,
        )
        shelf().put(key, known)
    return known


def _is_ready(wish: Wish, method: Method) -> bool:
    if not _is_whole(wish, method):
        return False
    if wish.single:
        return not wish.heard(method) or _heard(wish, method) == STEPS
    return _is_whole(wish, wish.judge)


def _asked(wish: Wish, method: Method) -> tuple:
    """Return the pictures that the answers of a method are compared with."""
    if wish.heard(method):
        answers = cached_methods.echo(wish.course(method), wish.judge)
        return () if isinstance(answers, InputError) else answers
    return _path(wish, wish.judge if not wish.single else method).x0


def _path(wish: Wish, method: Method) -> Path:
    found = cached_methods.path(wish.course(method))
    return found if isinstance(found, Path) else Path(())


def _walked(wish: Wish, method: Method) -> int:
    return len(_path(wish, method).x0)


def _is_whole(wish: Wish, method: Method) -> bool:
    return _walked(wish, method) == STEPS


def _heard(wish: Wish, method: Method) -> int:
    answers = cached_methods.echo(wish.course(method), wish.judge)
    return 0 if isinstance(answers, InputError) else len(answers)


def _refusal(wish: Wish, method: Method) -> InputError | None:
    """Return why a method, or the reference beside it, cannot be asked."""
    found = cached_methods.path(wish.course(method))
    if isinstance(found, InputError):
        return found
    answers = cached_methods.echo(wish.course(method), wish.judge) if wish.heard(method) else ()
    return answers if isinstance(answers, InputError) else None
