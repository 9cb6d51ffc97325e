"""The tab *Race*: the same noise, every denoiser its own way, and how near they stay together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.figures import numbers
from explorer.ui import (
    cached_race,
    errors,
    frame,
    inputs,
    lesson,
    locality_methods,
    locality_race_results,
    locality_race_state,
    turns,
)
from explorer.ui import locality_race_fields as f
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.ui.cached_race import Progress
    from explorer.ui.locality_panels import Shown
    from explorer.ui.locality_race_state import Wish

NAME = "race"
CHIPS = "ll_racer_chips"
SINCE = "ll_race_since"  # when the visitor pressed Run
LONGEST = 600.0  # seconds of one race
LONG = 60.0


@st.fragment(key="ll_race")
def draw(shown: Shown) -> None:
    """Draw the tab, and go on with the race if one is under way."""
    wish, _ = locality_race_state.read(shown)
    now = cached_race.progress(wish)
    if now.finished or _is_over():
        turns.end(NAME)
    row([Item("race", lambda: _race(shown, wish, now))])
    locality_race_results.draw(shown, wish, cached_race.result(wish))
    if turns.running(NAME, wish.key()):
        turns.go(cached_race.pieces(wish))


def _is_over() -> bool:
    """Return whether the visitor's race has had its time."""
    return time.monotonic() - st.session_state.get(SINCE, 0.0) > LONGEST


def _race(shown: Shown, wish: Wish, now: Progress) -> None:
    with frame.panel("From the same noise, each its own way", name="race"):
        _chips()
        _settings()
        with st.empty().container(gap="small"):  # nothing of the last drawing stays in it
            _buttons(shown, wish, now)
        for method, error in now.refused:
            st.markdown(f"**{locality_methods.title(method.name)}** does not race:")
            errors.beside(error)


# --- who races, and from where ----------------------------------------------------------------


def _chips() -> None:
    """Draw a chip per denoiser; which are chosen is one text in the link."""
    chosen, wrong = locality_race_state.racers(str(inputs.value(f.RACERS)))
    if not lesson.hides("race_chips"):
        st.session_state[CHIPS] = list(chosen)
        st.pills(
            f.RACERS.label,
            locality_race_state.menu(),
            selection_mode="multi",
            format_func=locality_methods.title,
            key=CHIPS,
            on_change=_take_chips,
        )
    for error in wrong:
        errors.beside(error)


def _take_chips() -> None:
    text = ",".join(st.session_state[CHIPS])
    inputs.assign({f.RACERS: text})
    st.query_params[f.RACERS.key] = text


def _settings() -> None:
    first, second, third, fourth = st.columns([1.4, 1.4, 0.8, 0.8], gap="small")
    with first:
        inputs.choice(f.REFERENCE)
    with second:
        inputs.choice(f.PROTOCOL, compact=True)
    with third:
        inputs.number(f.SAMPLES)
    with fourth:
        inputs.number(f.SEED)


# --- run and stop -----------------------------------------------------------------------------


def _buttons(shown: Shown, wish: Wish, now: Progress) -> None:
    """Draw Run, or the bar with Stop, and what it costs."""
    if not wish.methods:
        st.markdown("Choose at least one denoiser.")
        return
    if now.finished:
        return
    if turns.running(NAME, wish.key()):
        piece = next(iter(cached_race.pieces(wish)), None)
        label = piece.label if piece else "Measuring"
        left = cached_race.remaining(wish)
        rest = "" if left is None else f" · about {_seconds(left)} left"
        st.progress(now.done / now.total, text=f"{label}{rest}")
        st.button("Stop", key="ll_race_stop", on_click=turns.end, args=(NAME,))
        return
    refusal = locality_race_state.too_much(wish, shown.images.size) or _too_long(wish)
    label = f"Go on: {now.done} of {now.total} calls done" if now.done else "Run the race"
    st.button(
        label,
        key="ll_race_run",
        type="primary",
        on_click=_begin,
        args=(wish.key(),),
        disabled=refusal is not None,
    )
    if refusal is not None:
        errors.beside(refusal)
        return
    st.caption(_cost(wish, now))


def _begin(key: str) -> None:
    st.session_state[SINCE] = time.monotonic()
    turns.begin(NAME, key)


def _too_long(wish: Wish) -> Any:
    from explorer.core.errors import InputError

    left = cached_race.remaining(wish)
    if left is None or left <= LONGEST:
        return None
    problem = f"This race would take about {_seconds(left)}; the page stops after ten minutes."
    return InputError(f.SAMPLES.key, problem, "Choose fewer samples, denoisers or images.")


def _cost(wish: Wish, now: Progress) -> str:
    calls = f"{numbers.whole(now.total - now.done)} denoiser calls"
    left = cached_race.remaining(wish)
    if left is None:
        return (
            f"{calls} of {wish.samples} pictures each. How long they take is not known before each "
            "denoiser has been asked once; Stop is heard between any two calls."
        )
    return f"{calls}, about {_seconds(left)} by what their last calls took."


def _seconds(seconds: float) -> str:
    if seconds < LONG:
        return f"{numbers.number(max(seconds, 0.1), 2)}{numbers.THIN}s"
    return f"{numbers.number(seconds / LONG, 2)}{numbers.THIN}min"
