"""Long work in steps: a button starts it, a bar shows it, Stop ends it, what is done is kept.

Streamlit does not interrupt a running script for a click inside a fragment. So the work is done in
turns of half a second by a fragment that reruns itself while there is work; a click on Stop, or on
anything else, is heard in between. Finished steps lie on the shelf of `kept` for all visitors, and
a plan that was stopped goes on where it ended.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.ui import errors, turns
from explorer.ui.kept import shelf

T = TypeVar("T")
PAUSE = 0.1  # s until the next turn
PATIENT = True  # False where nothing reruns by itself: in tests without a browser


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[T]):
    """What is to be done.

    Parameters
    ----------
    name : str
        Permanent short name of the work on its page.
    key : str
        Canonical string of everything that the results depend on.
    total : int
        Number of steps.
    step : callable
        Computes step i; it should take no longer than a second or so.
    say : callable
        What step i does, for the bar: "σ = 1.24".
    """

    name: str
    key: str
    total: int
    step: Callable[[int], T]
    say: Callable[[int], str]


def gather(plan: Plan[T], *, button: str, at_once: bool = False) -> tuple[T, ...]:
    """Draw the button, or the bar with Stop; return the results that there are, in order.

    Parameters
    ----------
    plan : Plan
    button : str
        What the button says.
    at_once : bool
        Do the work now, without a button: for what takes less than a second.
    """
    if at_once and not finished(plan):
        with st.spinner("Computing …"):
            _said(lambda: _work(plan, until=math.inf))
        return results(plan)
    if not finished(plan):
        done, running = len(results(plan)), turns.running(plan.name, plan.key)
        with st.container(horizontal=True, gap="small", key=f"steps_{plan.name}"):
            if running:
                key = f"steps_{plan.name}_stop"
                st.button("Stop", key=key, on_click=turns.end, args=(plan.name,))
            else:
                label = f"Go on: {done} of {plan.total} done" if done else button
                key, asked = f"steps_{plan.name}_start", (plan.name, plan.key)
                st.button(label, key=key, type="primary", on_click=turns.begin, args=asked)
        if running:
            _advance(plan)
    return results(plan)


def results(plan: Plan[T]) -> tuple[T, ...]:
    """Return the results that there are, in order."""
    return shelf().get(_place(plan)) or ()


def finished(plan: Plan[Any]) -> bool:
    """Return whether all results are there."""
    return len(results(plan)) == plan.total


def _place(plan: Plan[Any]) -> str:
    return f"steps {plan.name} {plan.key}"


def _advance(plan: Plan[Any]) -> None:
    """Draw the bar, and do a turn of the work at each of the fragment's reruns."""
    drawn = {"page": not PATIENT}

    @st.fragment(run_every=PAUSE)
    def work() -> None:
        if not turns.running(plan.name, plan.key):
            return  # stopped: the rerun that was on its way has nothing to do
        bar = st.progress(len(results(plan)) / plan.total, text=_saying(plan))
        if not drawn["page"]:  # first let the panel around be drawn; the next rerun works
            drawn["page"] = True
            return
        if not _said(lambda: _work(plan, until=time.monotonic() + turns.TURN, bar=bar)):
            turns.end(plan.name)
        elif finished(plan):
            turns.end(plan.name)
            st.rerun()  # the panel around draws the result, and no longer this

    work()


def _said(act: Callable[[], None]) -> bool:
    """Act; say an error in words and return False if there is one."""
    try:
        act()
    except ExplorerError as error:
        errors.beside(error)
        return False
    return True


def _work(plan: Plan[Any], *, until: float, bar: Any = None) -> None:
    """Do steps until the time is over, at least one."""
    while not finished(plan):
        index = len(results(plan))
        if bar is not None:
            bar.progress(index / plan.total, text=_saying(plan))
        result = plan.step(index)
        known = results(plan)
        if len(known) == index:  # nobody else was quicker
            shelf().put(_place(plan), (*known, result))
        if time.monotonic() >= until:
            return


def _saying(plan: Plan[Any]) -> str:
    index = min(len(results(plan)), plan.total - 1)
    return f"{plan.say(index)} · step {index + 1} of {plan.total}"
