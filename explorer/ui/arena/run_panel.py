"""The panel above the tabs: who runs, what it costs, Run and Stop, and what went wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from explorer.core.errors import InputError
from explorer.figures import numbers, sampler_style
from explorer.ui import errors, frame, turns
from explorer.ui.arena import cost_of, entries, held, pieces, progress
from explorer.ui.arena import run_fields as f

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from explorer.ui.arena.progress import Progress
    from explorer.ui.arena.state import Wish

NAME = "arena"
SINCE = "sa_since"  # when the visitor pressed Run
LONGEST = 600.0  # seconds of one press
MOST_PRESSES = 6  # what would take more is refused
LONG = 60.0


def draw(wish: Wish, now: Progress, wrong: dict[str, InputError]) -> None:
    """Draw the panel."""
    with frame.panel("Who runs, and with what", name="who"):
        if frame.shown("choose"):
            with st.expander("Choose samplers", icon=":material/checklist:", key="sa_choose"):
                entries.choose()
        if f.SAMPLERS.key in wrong:  # not in the closed drawer above
            errors.beside(wrong[f.SAMPLERS.key])
        entries.draw(wish)
        with st.empty().container(gap="small"):  # nothing of the last drawing stays in it
            _buttons(wish, now)
        _failures(wish, now)


def _failures(wish: Wish, now: Progress) -> None:
    """Say which heats broke off, one sentence for each entry and budget."""
    first = {(one.entry, one.nfe): (one, why) for one, why in reversed(now.failed)}
    for k, (one, why) in enumerate(reversed(first.values())):
        title = sampler_style.label(one.entry, wish.entries)
        seeds = sum((other.entry, other.nfe) == (one.entry, one.nfe) for other, _ in now.failed)
        often = f"{seeds} of {len(wish.seeds)} seeds" if seeds > 1 else f"seed {one.seed}"
        with st.container(key=f"error_failed_{k}", gap=None):
            st.text(f"{title} with {one.nfe} evaluations, {often}: {why}")


def running(wish: Wish) -> bool:
    """Return whether the visitor's contest is under way.

    One that has had its time ends, and one of which only stopped samplers are left.
    """
    if time.monotonic() - st.session_state.get(SINCE, 0.0) > LONGEST:
        turns.end(NAME)
    if not turns.running(NAME, wish.key()):
        return False
    if next(pieces.missing(wish, held.entries(wish)), None) is None:
        turns.end(NAME)
        return False
    return True


def _buttons(wish: Wish, now: Progress) -> None:
    """Draw Run, or the bar with Stop, and what it costs."""
    if not wish.entries:
        st.markdown("Choose at least one sampler.")
        return
    if now.finished or not now.total:
        return
    if running(wish):
        _bar(wish, now)
        return
    refusal = cost_of.too_much(wish) or _too_long(wish)
    with _line("waiting"):
        st.button(
            _label(now),
            key="sa_run",
            type="primary",
            on_click=_begin,
            args=(wish.key(),),
            disabled=refusal is not None,
        )
        if refusal is None:
            st.caption(_said(wish, now))
    if refusal is not None:
        errors.beside(refusal)


def _bar(wish: Wish, now: Progress) -> None:
    """Draw Stop and how far the contest is; and where several run, a Stop for each of them."""
    waiting = held.entries(wish)
    piece = next(iter(pieces.missing(wish, waiting)), None)
    left = cost_of.seconds_left(wish)
    rest = "" if left is None else f" · about {seconds(left)} left"
    with _line("running"):
        st.button("Stop", key="sa_stop", on_click=turns.end, args=(NAME,))
        st.progress(min(now.share, 1.0), text=f"{piece.label if piece else 'Measuring'}{rest}")
    going = [one for one in wish.entries if one not in waiting and progress.goes_on(wish, one)]
    if len(going) < 2 and not waiting:
        return
    with st.container(horizontal=True, gap="small", key="sa_stop_one"):
        for entry in going:
            st.button(
                sampler_style.label(entry, wish.entries),
                key=f"sa_stop_{wish.entries.index(entry)}",
                help="Stop this one; the others go on, and what it has done is kept.",
                icon=":material/stop_circle:",
                type="tertiary",
                on_click=held.hold,
                args=(wish, entry),
            )
    if waiting:
        names = ", ".join(sampler_style.label(one, wish.entries) for one in waiting)
        st.caption(f"Stopped: {names}.")


def _line(state: str) -> DeltaGenerator:
    """Return the place of the buttons; a place of its own for each state leaves nothing behind."""
    key = f"sa_line_{state}"
    return st.container(horizontal=True, vertical_alignment="center", gap="small", key=key)


def _begin(key: str) -> None:
    st.session_state[SINCE] = time.monotonic()
    held.release()
    turns.begin(NAME, key)


def _label(now: Progress) -> str:
    if not now.spent:
        return "Run"
    if now.done < now.first or now.done == now.total:
        return "Go on"
    if now.done == now.first < now.total:
        return "Run all budgets and seeds"
    return f"Go on: {now.done} of {now.total} runs done"


def _said(wish: Wish, now: Progress) -> str:
    """Say what Run does, how long it takes and what it needs."""
    missing = now.total - now.done
    runs = f"{numbers.whole(missing)} {'more ' if now.done else ''}run{'s' * (missing != 1)}"
    why = " for the curves and error bars" if now.first <= now.done < now.total else ""
    left = cost_of.seconds_left(wish)
    lasts = "time unknown before each has begun" if left is None else f"about {seconds(left)}"
    memory = numbers.number(max(1.0, cost_of.memory(wish) / 2**20), 2)
    what = f"{runs}{why}" if missing else "All runs are done; what is left is to measure them"
    return f"{what}: {lasts}, {memory}{numbers.THIN}MB."


def _too_long(wish: Wish) -> InputError | None:
    """Return why a contest would take too long, if so."""
    left = cost_of.seconds_left(wish)
    if left is None or left <= MOST_PRESSES * LONGEST:
        return None
    problem = f"This would take about {seconds(left)}; a press of Run ends after ten minutes."
    return InputError("n", problem, "Choose fewer samples, budgets or seeds.")


def seconds(value: float) -> str:
    """Return a length of time with two digits.

    Examples
    --------
    >>> seconds(0.01), seconds(90.0)
    ('0.1\u202fs', '1.5\u202fmin')
    """
    if value < LONG:
        return f"{numbers.number(max(value, 0.1), 2)}{numbers.THIN}s"
    return f"{numbers.number(value / LONG, 2)}{numbers.THIN}min"
