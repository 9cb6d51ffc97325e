"""Heats that are under way, on the shelf, until they are over and leave an `Outcome`.

A heat waits between its steps, and an RTK sampler's between its inner steps as well,
whoever asks for the next one. Two visitors may ask for the same heat; a lock lets one of them do
the step, and the other finds it done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.analysis.arena import heat, memory
from explorer.core.errors import ExplorerError, InputError
from explorer.ui.arena import cells, outcomes, targets
from explorer.ui.arena.outcomes import Outcome
from explorer.ui.kept import shelf

if TYPE_CHECKING:
    from explorer.analysis.arena.target import Target
    from explorer.analysis.arena.trail import Trail
    from explorer.ui.arena.cells import Cell
    from explorer.ui.arena.state import Wish

SHOWN = 64  # pictures, or points, whose way is kept
MOST_OF_A_TRAIL = 4 << 20  # bytes of the states that are kept of one heat


@dataclass(slots=True, eq=False)
class Heat:
    """A heat under way.

    Attributes
    ----------
    walk, recorder
        The run that waits, and what keeps its trail if it is shown.
    steps, done : int
        All steps, and those that are finished.
    inner : (int, int) or None
        (j, S): j of S inner steps of the next step are done.
    """

    walk: Any
    recorder: Any
    steps: int
    nbytes: int
    done: int = 0
    inner: tuple[int, int] | None = None
    trail: Trail | None = None
    lock: Lock = field(default_factory=Lock)


def under_way(one: Cell) -> Heat | None:
    """Return a heat that was begun and is not over."""
    return shelf().get(_running(one))


def trail(one: Cell) -> Trail | None:
    """Return the trail of a heat, as far as it has come."""
    over = outcomes.of(one)
    if over is not None:
        return over.trail
    begun = under_way(one)
    return begun.trail if begun is not None else None


def place(one: Cell) -> tuple[int, tuple[int, int] | None]:
    """Return the finished steps of a heat that is not over, and the inner steps since, (j, S)."""
    begun = under_way(one)
    return (begun.done, begun.inner) if begun is not None else (0, None)


def share(one: Cell) -> float:
    """Return the share of its steps that a heat that is not over has done, 0 to 1."""
    begun = under_way(one)
    if begun is None:
        return 0.0
    j, of = begun.inner or (0, 1)
    return (begun.done + j / of) / begun.steps


def advance(wish: Wish, one: Cell, *, shown: bool) -> None:
    """Do one step or inner step of a heat, unless somebody has done it meanwhile.

    A trail is kept if it is shown.
    """
    before = place(one)
    begun = _begun(wish, one, shown=shown)
    with begun.lock:
        if (begun.done, begun.inner) != before or outcomes.of(one) is not None:
            return
        stopped = ""
        try:
            step = next(begun.walk, None)
        except ExplorerError as error:
            step, stopped = None, str(error)
        if step is not None:
            begun.inner = step.inner
            begun.done += step.inner is None
            spent = max(1, step.nfe + step.energy)
            shelf().put(pace_key(one), begun.walk.run().seconds / spent)
            if begun.recorder is not None and step.inner is None:
                begun.recorder.add(step)
                begun.trail = begun.recorder.trail()
        if step is None or begun.done == begun.steps:
            _end(one, begun, stopped)
        else:
            shelf().put(_running(one), begun)  # again: it has grown, and was used


def pace_key(one: Cell) -> str:
    """Return where the seconds per evaluation lie that this entry took last."""
    return json.dumps(["pace", one.target.key(), one.setting.n, one.entry.text(), one.device])


def _running(one: Cell) -> str:
    return "under way " + one.key()


@st.cache_resource(max_entries=1, show_spinner=False)
def _door() -> Lock:
    """Return the lock under which heats are begun."""
    return Lock()


def _begun(wish: Wish, one: Cell, *, shown: bool) -> Heat:
    with _door():
        known = under_way(one)
        if known is None:
            known = _begin(wish, one, shown=shown)
            shelf().put(_running(one), known)
        return known


def _begin(wish: Wish, one: Cell, *, shown: bool) -> Heat:
    from explorer.analysis.arena.trail import Recorder

    aim = targets.target(wish)
    chunk = memory.fit(aim, one.entry, one.setting)
    walk = heat.begin(aim, one.entry, one.nfe, one.seed, one.setting, chunk=chunk, watch=True)
    plan = cells.planned(wish, one.entry, one.nfe)
    assert not isinstance(plan, InputError)
    state = aim.size * 8  # bytes
    k = min(SHOWN if one.target.is_image else 4 * SHOWN, one.setting.n)
    k = max(4, min(k, MOST_OF_A_TRAIL // (state * (plan.steps + 1))))
    recorder = Recorder(walk, k) if shown else None
    return Heat(walk, recorder, plan.steps, nbytes=bytes_under_way(aim, one.setting.n))


def bytes_under_way(target: Target, n: int) -> int:
    """Return the bytes of a heat of n samples that waits: state, estimate and one more."""
    return 3 * n * target.size * (8 if target.is_points else 4)


def _end(one: Cell, begun: Heat, stopped: str) -> None:
    trail = begun.trail
    if trail is not None and stopped:
        trail = replace(trail, stopped=stopped)
    run = None if stopped else begun.walk.run()
    outcomes.put(one, Outcome(run, stopped, trail))
    shelf().put(_running(one), None)
