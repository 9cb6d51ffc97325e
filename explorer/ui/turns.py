"""Long work of a page in short turns, so that Stop is heard between any two of them.

A fragment draws its buttons, the progress and what is there so far, and at its end calls `go` with
the pieces still missing. `go` works for half a second and lets the browser ask for the next turn.
In between Streamlit takes the visitor's clicks. A press of Stop merely ends the chain: what was
done is kept by whoever did it. Nothing runs without a browser that waits for it, and no thread is
started.

The browser asks, and not `st.rerun`: a chain of reruns is one run that never ends, and only at the
end of a run does Streamlit's page let go of the pictures that were replaced (measured: one hidden
chart more at every turn).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.components.v2 import component
from streamlit.errors import StreamlitAPIException

TURN = 0.5  # seconds of work between two looks at what the visitor wants
PAUSE = 60  # milliseconds from the end of a turn to the next
BROWSER = True  # False in tests without one: there the fragment reruns itself
_SOURCE = """
export default function ({ data, setTriggerValue }) {
  const timer = setTimeout(() => setTriggerValue("turn", data.turn), data.pause)
  return () => clearTimeout(timer)
}
"""

_next_turn = component("next_turn", js=_SOURCE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of work that cannot be interrupted: what it is, and the call that does and keeps it.

    Attributes
    ----------
    label : str
        "Wiener filter, step 3 of 10".
    do : callable
    """

    label: str
    do: Callable[[], Any]


def running(name: str, key: str) -> bool:
    """Return whether the work `name` is under way for the settings `key`."""
    return st.session_state.get(_state(name)) == key


def begin(name: str, key: str) -> None:
    """Start or go on; for a callback. Other settings stop it."""
    st.session_state[_state(name)] = key


def end(name: str) -> None:
    """Stop; for a callback, or when nothing is missing."""
    st.session_state.pop(_state(name), None)


def go(pieces: Iterable[Piece], *, least: float = 0.0) -> None:
    """Do pieces for one turn and have the fragment drawn again; call it last.

    Parameters
    ----------
    pieces : iterable of Piece
        What is missing, in order; a generator may look each time.
    least : float
        Seconds that a turn lasts at least: where a drawing takes long, a longer turn keeps the
        work from being mostly drawing.
    """
    started = time.monotonic()
    for piece in pieces:
        piece.do()
        if time.monotonic() - started > max(TURN, least):
            break
    if BROWSER:
        data = {"turn": time.monotonic(), "pause": PAUSE}
        _next_turn(key="next_turn", data=data, on_turn_change=_nothing)
        return
    try:
        st.rerun(scope="fragment")
    except (StreamlitAPIException, RuntimeError):
        # The page around the fragment is drawn too, and a fragment alone cannot be asked for.
        st.rerun()


def _nothing() -> None:
    """Declare that the component asks for something; the rerun is all it is for."""


def _state(name: str) -> str:
    return f"turns_{name}"
