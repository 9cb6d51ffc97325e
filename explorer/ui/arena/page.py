"""The Sampler Arena: several samplers on one target at equal cost.

One fragment holds the page. The way of the data: fields -> `Wish` -> heats on the shelf, step by
step -> `Contest` and trails -> `Shown` -> figures.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.core.errors import InputError
from explorer.ui import errors, frame, inputs, turns
from explorer.ui.arena import (
    controls,
    export,
    held,
    link,
    pieces,
    progress,
    results,
    run_panel,
    state,
    tabs,
    target_state,
    targets,
    words,
)
from explorer.ui.arena import target_fields as f
from explorer.ui.arena.shown import Shown
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.ui.arena.state import Wish

TITLE = "Sampler Arena"
QUESTION = "Which sampler gets more for the same cost?"
LONGEST_TURN = 2.0  # seconds of work before Stop is heard
_GOOD = "sa_good"  # the last target that could be built


@st.fragment(key="sa_arena")
def draw() -> None:
    """Draw the whole page for the present fields, and go on with the contest if it runs."""
    began = time.monotonic()
    wish, wrong = state.read()
    refused = _refused(wish)
    if refused is not None:
        wrong[_blamed(refused)] = refused
        wish = _last_good(wish)
    with st.sidebar:
        controls.draw(wish, wrong)
    header = frame.header(TITLE, QUESTION, fields=link.FIELDS, hideable=link.GROUPS)
    if refused is not None:
        errors.note("What was asked for cannot be built. Shown is another target.", key="sa_kept")
        errors.again(refused)
    running = run_panel.running(wish)
    if not running:
        with st.spinner("A first look …", show_time=True):
            pieces.quick_look(wish)
    now = progress.of(wish)
    if now.finished:
        turns.end(run_panel.NAME)
        running = False
    aim = partial(targets.target, wish)
    shown = Shown(wish, results.table(wish), results.trails(wish), aim, running)
    header.verdict(*words.verdict(shown))
    row([Item("who", lambda: run_panel.draw(wish, now, wrong))])
    tabs.draw(shown)
    row([Item("all", lambda: export.draw(shown))])
    if running:
        drawing = min(time.monotonic() - began, LONGEST_TURN)
        turns.go(pieces.missing(wish, held.entries(wish)), least=drawing)


def _refused(wish: Wish) -> InputError | None:
    """Return why the target cannot be built, if so."""
    try:
        with st.spinner("Preparing the target …", show_time=True):
            targets.target(wish)
    except InputError as error:
        remedy = error.remedy.replace(", or name theirs with path", "")  # that is for notebooks
        return InputError(error.field, error.problem, remedy)
    st.session_state[_GOOD] = wish.target
    return None


def _last_good(wish: Wish) -> Wish:
    known = st.session_state.get(_GOOD)
    return replace(wish, target=known if known is not None else target_state.usual())


def _blamed(error: InputError) -> str:
    """Return the key of the field below which an error is said."""
    if error.field == "n":
        return f.COUNT.key
    return target_state.BOXES.blamed(str(inputs.value(f.DATA)))
