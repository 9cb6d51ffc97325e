"""Who runs: a chip per sampler, and for each chosen entry its grid and its parameters.

All controls here are mirrors of one text, the field `sa_samplers`: each writes the text anew.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.analysis.arena import entry as arena_entry
from explorer.analysis.arena.entry import Entry
from explorer.core.errors import InputError
from explorer.figures import numbers, sampler_style
from explorer.samplers.knobs import about, knobs
from explorer.schedules import grids
from explorer.ui import errors, frame, inputs, lesson
from explorer.ui.arena import cells, entry_text
from explorer.ui.arena import run_fields as f

if TYPE_CHECKING:
    from explorer.samplers.knobs import Knob
    from explorer.ui.arena.state import Wish


def choose() -> None:
    """Draw a chip per sampler, by family, and the one text behind them."""
    if not lesson.hides_field(f.SAMPLERS):
        now = {entry.sampler for entry in entry_text.present()}
        for family, names in entry_text.families().items():
            key = f"sa_chips_{family}"
            _set(key, [name for name in names if name in now])
            st.pills(
                sampler_style.FAMILY_TITLES.get(family, family),
                names,
                selection_mode="multi",
                format_func=sampler_style.short,
                key=key,
                on_change=entry_text.take_chips,
                args=(family,),
            )
    inputs.text(f.SAMPLERS)


def draw(wish: Wish) -> None:
    """Draw a line per entry, with what it spends or why it cannot run; its controls inside."""
    for first in range(0, len(wish.entries), 2):
        columns = st.columns(2, gap="small")
        for k, entry in enumerate(wish.entries[first : first + 2], start=first):
            with columns[k - first]:
                _entry(wish, k, entry)


def _entry(wish: Wish, k: int, entry: Entry) -> None:
    plan = cells.planned(wish, entry, wish.nfe)
    key = f"sa_entry_{k}"
    if key in st.session_state:  # with another label it would be another one, and closed
        st.session_state[key] = st.session_state[key]
    with st.expander(_line(wish, entry, plan), key=key, on_change="rerun") as box:
        if box.open and frame.shown("entries"):
            _inside(k, entry, plan)
    if isinstance(plan, InputError):
        errors.beside(InputError(f"entry_{k}", plan.problem, plan.remedy))


def _line(wish: Wish, entry: Entry, plan: Any) -> str:
    title = f"**{sampler_style.label(entry, wish.entries)}**"
    if isinstance(plan, InputError):
        return f"{title} does not run"
    energy = f" + {numbers.whole(plan.energy)} log densities" if plan.energy else ""
    steps = f"{numbers.whole(plan.steps)} {'steps' if plan.steps > 1 else 'step'}"
    grid = entry.grid or plan.sampler.default_grid
    spent = f"{numbers.whole(plan.nfe)} evaluation{'s' * (plan.nfe > 1)}"
    return f"{title} · {spent}{energy}, {steps}, {grid}"


def _inside(k: int, entry: Entry, plan: Any) -> None:
    _grid(k, entry)
    both = (*_own_knobs(entry), *knobs(entry.sampler))
    for first in range(0, len(both), 2):
        columns = st.columns(2, gap="small", vertical_alignment="bottom")
        for column, knob in zip(columns, both[first : first + 2], strict=False):
            with column:
                _knob(k, entry, knob)
    said = about(entry.sampler)
    note = f" {said['note']}" if said.get("note") else ""
    more = "" if isinstance(plan, InputError) or not plan.note else f" {plan.note}"
    st.caption(f"{said['source']}.{note}{more}")
    with st.container(horizontal=True, gap="small"):
        st.button("Once more", key=f"sa_twice_{k}", help="The same sampler, to be changed.",
                  on_click=entry_text.twice, args=(k,), icon=":material/content_copy:")  # fmt: skip
        st.button("Take out", key=f"sa_out_{k}", on_click=entry_text.remove, args=(k,),
                  icon=":material/close:")  # fmt: skip


def _grid(k: int, entry: Entry) -> None:
    names = [entry_text.OWN_GRID, *grids.names()] + ([arena_entry.AUTO] if entry.is_rtk else [])
    key = f"sa_grid_{k}"
    _set(key, entry.grid or entry_text.OWN_GRID)
    default = sampler_style.default_grid(entry)
    st.selectbox(
        "Noise levels",
        names,
        format_func=lambda name: f"its own: {default}" if name == entry_text.OWN_GRID else name,
        key=key,
        on_change=entry_text.take_grid,
        args=(k,),
    )


def _own_knobs(entry: Entry) -> tuple[Knob, ...]:
    """Return the parameters that are the arena's own."""
    from explorer.samplers.knobs import Knob

    if not entry.is_rtk:
        return ()
    text = "The noise range is cut into so many parts; the budget then buys inner steps."
    segments = Knob("segments", "optional", None, 1, arena_entry.MOST_SEGMENTS, (), text)
    if entry.grid != arena_entry.AUTO:
        return (segments,)
    text = "Segments are as long as the log-concavity meter stays below this."
    return (segments, Knob("theta", "number", arena_entry.THETA, 0.05, 2.0, (), text))


def _knob(k: int, entry: Entry, knob: Knob) -> None:
    """Draw the control of one parameter."""
    value = dict(entry.params).get(knob.name, knob.default)
    key = f"sa_knob_{k}_{entry.sampler}_{knob.name}"
    label = knob.name.replace("_", " ")
    common: dict[str, Any] = {
        "key": key,
        "help": knob.help or None,
        "on_change": entry_text.take_knob,
    }
    common["args"] = (k, knob.name, key)
    bought = entry.grid == arena_entry.AUTO or "segments" in dict(entry.params)
    common["disabled"] = bought and knob.name in {"inner", "extra"}  # the budget buys them
    if knob.kind == "switch":
        _set(key, bool(value))
        st.toggle(label, **common)
    elif knob.kind == "choice":
        _set(key, value)
        st.selectbox(label, knob.options, **common)
    else:
        _number(value, knob, label, common)


def _number(value: Any, knob: Knob, label: str, common: dict[str, Any]) -> None:
    """Draw a box for a number; an empty one leaves an optional parameter out."""
    whole = knob.kind == "whole" or knob.name == "segments"
    given = None if value is None or math.isinf(value) else (int(value) if whole else float(value))
    low, high = _limits(knob, given)
    _set(common["key"], given)
    st.number_input(
        label,
        min_value=int(low) if whole else low,
        max_value=int(high) if whole else high,
        step=1 if whole else None,
        format=None if whole else "%.6g",
        placeholder="not set" if knob.kind == "optional" else None,
        **common,
    )


def _limits(knob: Knob, given: float | None) -> tuple[float, float]:
    """Return what the box admits: the knob's range, and the value that a link has brought."""
    low = float(knob.low) if knob.low is not None else 0.0
    high = float(knob.high) if knob.high is not None else 1e6
    return (low, high) if given is None else (min(low, given), max(high, given))


def _set(key: str, value: object) -> None:
    """Set a widget that mirrors the text; untouched if equal."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
