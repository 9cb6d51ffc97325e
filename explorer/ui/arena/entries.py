"""Who runs: a chip per sampler, and for each chosen entry its grid and its parameters.

All controls here are mirrors of one text, the field `sa_samplers`: each writes the text anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.analysis.arena import entry as arena_entry
from explorer.analysis.arena.entry import Entry
from explorer.core.errors import InputError
from explorer.figures import numbers, sampler_style
from explorer.samplers.knobs import about, knobs
from explorer.samplers.registered import REGISTRY
from explorer.schedules import grids
from explorer.ui import errors, frame, inputs, lesson
from explorer.ui.arena import fields as f
from explorer.ui.arena import heats
from explorer.ui.arena.state import chosen

if TYPE_CHECKING:
    from explorer.samplers.knobs import Knob
    from explorer.ui.arena.state import Wish

OWN_GRID = "its own"
SEGMENTS = 5  # offered where segments are switched on


def choose() -> None:
    """Draw a chip per sampler, by family, and the one text behind them."""
    if not lesson.hides_field(f.SAMPLERS):
        now = {entry.sampler for entry in _present()}
        for family, names in _families().items():
            key = f"sa_chips_{family}"
            _set(key, [name for name in names if name in now])
            st.pills(
                sampler_style.FAMILY_TITLES.get(family, family),
                names,
                selection_mode="multi",
                format_func=sampler_style.short,
                key=key,
                on_change=_take_chips,
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
    plan = heats.planned(wish, entry, wish.nfe)
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
                  on_click=_twice, args=(k,), icon=":material/content_copy:")  # fmt: skip
        st.button("Take out", key=f"sa_out_{k}", on_click=_remove, args=(k,),
                  icon=":material/close:")  # fmt: skip


def _grid(k: int, entry: Entry) -> None:
    names = [OWN_GRID, *grids.names()] + ([arena_entry.AUTO] if entry.is_rtk else [])
    key = f"sa_grid_{k}"
    _set(key, entry.grid or OWN_GRID)
    default = sampler_style.default_grid(entry)
    st.selectbox(
        "Noise levels",
        names,
        format_func=lambda name: f"its own: {default}" if name == OWN_GRID else name,
        key=key,
        on_change=_take_grid,
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
    common: dict[str, Any] = {"key": key, "help": knob.help or None, "on_change": _take_knob}
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


# --- writing the text -----------------------------------------------------------------------------


def _present() -> tuple[Entry, ...]:
    return chosen(str(inputs.value(f.SAMPLERS)), {})


def _write(entries: Iterable[Entry]) -> None:
    """Write the text of the entries, as far as it fits; for a callback."""
    kept = tuple(entries)[: arena_entry.MOST_ENTRIES]
    while len(arena_entry.write(kept)) > f.SAMPLERS.longest:
        kept = kept[:-1]
    inputs.assign({f.SAMPLERS: arena_entry.write(kept)})


def _take_chips(family: str) -> None:
    """Add what was chosen, take out what was not; the others stay as they are."""
    wanted = st.session_state[f"sa_chips_{family}"]
    names = _families()[family]
    kept = [e for e in _present() if e.sampler not in names or e.sampler in wanted]
    there = {entry.sampler for entry in kept}
    _write([*kept, *(Entry(name) for name in wanted if name not in there)])


def _take_grid(k: int) -> None:
    name = st.session_state[f"sa_grid_{k}"]
    _change(k, grid="" if name == OWN_GRID else name)


def _take_knob(k: int, name: str, key: str) -> None:
    value = st.session_state[key]
    entry = _present()[k]
    params = {key: old for key, old in entry.params if key != name}
    if value is not None:
        params[name] = value
    if name == "segments":  # the budget then buys the inner steps
        params = {key: old for key, old in params.items() if key not in {"inner", "extra"}}
    if name in {"inner", "extra"}:
        params.pop("segments", None)
    _change(k, params=tuple(sorted(params.items())))


def _change(k: int, **changes: Any) -> None:
    entries = list(_present())
    changed = replace(entries[k], **changes)
    try:
        changed = arena_entry.check(changed)
    except InputError:  # such as theta without the grid auto
        changed = Entry(changed.sampler, changed.grid)
    if changed not in entries:
        entries[k] = changed
        _write(entries)


def _twice(k: int) -> None:
    """Add the same sampler with another grid, the first that is not there yet."""
    entries = list(_present())
    for name in grids.names():
        other = replace(entries[k], grid=name)
        if other not in entries and name != sampler_style.default_grid(other):
            _write([*entries[: k + 1], other, *entries[k + 1 :]])
            return


def _remove(k: int) -> None:
    entries = _present()
    _write([*entries[:k], *entries[k + 1 :]])


def _families() -> dict[str, list[str]]:
    """Return the samplers by family, both in the order of `sampler_style`."""
    order = [name for name in sampler_style.TITLES if name in REGISTRY.names()]
    order += [name for name in REGISTRY.names() if name not in order]
    found: dict[str, list[str]] = {family: [] for family in sampler_style.FAMILY_TITLES}
    for name in order:
        family = sampler_style.FAMILIES.get(name) or about(name)["family"]
        found.setdefault(family, []).append(name)
    return {family: names for family, names in found.items() if names}


def _set(key: str, value: object) -> None:
    """Set a widget that mirrors the text; untouched if equal."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
