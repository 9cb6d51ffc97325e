"""Orders of convergence, measured step by step: which samplers, and what is known of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.analysis.arena.entry import Entry
from explorer.analysis.measured_order import LAWS
from explorer.core.errors import InputError
from explorer.figures import sampler_style
from explorer.ui.kept import shelf
from explorer.ui.steps import Plan

if TYPE_CHECKING:
    from explorer.analysis.measured_order import MeasuredOrder, Problem

_PLAIN_END = ("lower_order_final", False)
SURPRISES = (
    Entry("dpmpp-3m"),
    Entry("dpmpp-3m-corrected"),
    Entry("ipndm"),
    Entry("evodiff"),
    Entry("unipc", "", (_PLAIN_END, ("p", 2))),
    Entry("deis", "", (("basis", "sigma"), ("nodes", 3))),
)
NOISY = ("ddpm", "dpmpp-sde")  # and all of RTK; others draw noise only with some parameters
RELEASED = "special_last"  # of EVODiff: its last step is no step of the same method


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One entry on one law.

    Attributes
    ----------
    declared : int or None
        Order that the sampler declares; None where it declares none.
    measured : MeasuredOrder or None
        None where it cannot be measured.
    why : str
        The reason, if so.
    """

    entry: Entry
    law: str
    declared: int | None = None
    measured: MeasuredOrder | None = None
    why: str = ""


def everyone() -> tuple[Entry, ...]:
    """Return every sampler that follows the ODE, with its own parameters."""
    names = [name for name, family in sampler_style.FAMILIES.items() if family != "rtk"]
    return tuple(Entry(name) for name in names if name not in NOISY)


def chosen(who: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return whom to measure; grids aside, each only once, and EVODiff both ways.

    Examples
    --------
    >>> [e.text() for e in chosen("entries", (Entry("ddim"), Entry("ddim", "karras")))]
    ['ddim']
    >>> [e.text() for e in chosen("entries", (Entry("evodiff"),))]
    ['evodiff', 'evodiff(special_last=false)']
    """
    wanted = {"surprises": SURPRISES, "all": everyone()}.get(who, entries)
    found: dict[Entry, None] = {}
    for entry in wanted:
        plain = Entry(entry.sampler, "", entry.params)
        found[plain] = None
        if entry.sampler == "evodiff" and RELEASED not in dict(entry.params):
            params = tuple(sorted({**dict(entry.params), RELEASED: False}.items()))
            found[Entry(entry.sampler, "", params)] = None
    return tuple(found)


def plan(entries: tuple[Entry, ...], grid: str) -> Plan[Found]:
    """Return the plan: each entry on each law; what is on the shelf is not done again."""
    pairs = [(entry, law) for entry in entries for law in LAWS]

    def step(k: int) -> Found:
        entry, law = pairs[k]
        known = shelf().get(_place(entry, law, grid))
        if known is None:
            known = measure(entry, law, grid)
            shelf().put(_place(entry, law, grid), known)
        return known

    def say(k: int) -> str:
        entry, law = pairs[k]
        return f"{sampler_style.label(entry, entries)} on {LAWS[law]}"

    key = json.dumps([[entry.text() for entry in entries], grid])
    return Plan(name="order", key=key, total=len(pairs), step=step, say=say)


def known(entries: tuple[Entry, ...], grid: str) -> bool:
    """Return whether all of it has been measured before, for whomever."""
    places = [_place(entry, law, grid) for entry in entries for law in LAWS]
    return all(shelf().get(place) is not None for place in places)


def measure(entry: Entry, law: str, grid: str) -> Found:
    """Return what is found of one entry on one law; why not, where it has no order."""
    if sampler_style.FAMILIES.get(entry.sampler) == "rtk" or entry.sampler == "ddpm":
        return Found(entry, law, why="draws noise")
    from explorer import samplers
    from explorer.analysis import measured_order

    try:
        sampler = samplers.build(entry.sampler, **dict(entry.params))
        if sampler.stochastic:
            return Found(entry, law, why="draws noise")
        found = measured_order.measured_order(sampler, _problem(law), grid=grid)
    except InputError as error:
        return Found(entry, law, why=str(error))
    return Found(entry, law, sampler.order, found)


def _place(entry: Entry, law: str, grid: str) -> str:
    return json.dumps(["order of", entry.text(), law, grid])


@st.cache_resource(max_entries=2, show_spinner=False)
def _problem(key: str) -> Problem:
    from explorer.analysis import measured_order

    return measured_order.problem(key)
