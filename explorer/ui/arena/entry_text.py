"""The one text that says who runs, and how the controls of the entries write it anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.analysis.arena import entry as arena_entry
from explorer.analysis.arena.entry import Entry
from explorer.core.errors import InputError
from explorer.figures import sampler_style
from explorer.samplers.knobs import about
from explorer.samplers.registered import REGISTRY
from explorer.schedules import grids
from explorer.ui import inputs
from explorer.ui.arena import run_fields as f
from explorer.ui.arena.state import chosen

OWN_GRID = "its own"


def present() -> tuple[Entry, ...]:
    """Return the entries that the text names now."""
    return chosen(str(inputs.value(f.SAMPLERS)), {})


def write(entries: Iterable[Entry]) -> None:
    """Write the text of the entries, as far as it fits; for a callback."""
    kept = tuple(entries)[: arena_entry.MOST_ENTRIES]
    while len(arena_entry.write(kept)) > f.SAMPLERS.longest:
        kept = kept[:-1]
    inputs.assign({f.SAMPLERS: arena_entry.write(kept)})


def take_chips(family: str) -> None:
    """Add what was chosen, take out what was not; the others stay. For a callback."""
    wanted = st.session_state[f"sa_chips_{family}"]
    names = families()[family]
    kept = [e for e in present() if e.sampler not in names or e.sampler in wanted]
    there = {entry.sampler for entry in kept}
    write([*kept, *(Entry(name) for name in wanted if name not in there)])


def take_grid(k: int) -> None:
    """Give entry k the chosen grid; for a callback."""
    name = st.session_state[f"sa_grid_{k}"]
    _change(k, grid="" if name == OWN_GRID else name)


def take_knob(k: int, name: str, key: str) -> None:
    """Give a parameter of entry k the value of the widget `key`; for a callback."""
    value = st.session_state[key]
    entry = present()[k]
    params = {key: old for key, old in entry.params if key != name}
    if value is not None:
        params[name] = value
    if name == "segments":  # the budget then buys the inner steps
        params = {key: old for key, old in params.items() if key not in {"inner", "extra"}}
    if name in {"inner", "extra"}:
        params.pop("segments", None)
    _change(k, params=tuple(sorted(params.items())))


def _change(k: int, **changes: Any) -> None:
    entries = list(present())
    changed = replace(entries[k], **changes)
    try:
        changed = arena_entry.check(changed)
    except InputError:  # such as theta without the grid auto
        changed = Entry(changed.sampler, changed.grid)
    if changed not in entries:
        entries[k] = changed
        write(entries)


def twice(k: int) -> None:
    """Add the same sampler with another grid, the first that is not there; for a callback."""
    entries = list(present())
    for name in grids.names():
        other = replace(entries[k], grid=name)
        if other not in entries and name != sampler_style.default_grid(other):
            write([*entries[: k + 1], other, *entries[k + 1 :]])
            return


def remove(k: int) -> None:
    """Take entry k out; for a callback."""
    entries = present()
    write([*entries[:k], *entries[k + 1 :]])


def families() -> dict[str, list[str]]:
    """Return the samplers by family, both in the order of `sampler_style`."""
    order = [name for name in sampler_style.TITLES if name in REGISTRY.names()]
    order += [name for name in REGISTRY.names() if name not in order]
    found: dict[str, list[str]] = {family: [] for family in sampler_style.FAMILY_TITLES}
    for name in order:
        family = sampler_style.FAMILIES.get(name) or about(name)["family"]
        found.setdefault(family, []).append(name)
    return {family: names for family, names in found.items() if names}
