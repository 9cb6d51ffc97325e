"""The sentences of the tab *Order*: each stands only beside the number that was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.analysis.measured_order import LAWS, STEPS
from explorer.figures import numbers, order_lines, sampler_style

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.measured_order import MeasuredOrder
    from explorer.ui.arena.order_work import Found

HEAD = ("Sampler", "declared", *LAWS.values(), f"error at N = {STEPS[-1]}")
TOLD = "mixture"  # the law of the sentences: on one Gaussian leading errors may cancel
FAR = 0.35  # a measured order that is farther from the declared one is remarked upon


def rows(found: Sequence[Found]) -> list[tuple[str, ...]]:
    """Return one row for each entry: declared and measured orders, the last error."""
    entries = _entries(found)
    return [_row(entry, entries, found) for entry in entries]


def surprises(found: Sequence[Found]) -> list[str]:
    """Return the sentences that the measured samplers give reason for."""
    known = [one for one in found if one.law == TOLD and one.measured and one.measured.fit]
    said = [_said(one, known) for one in known]
    return [sentence for sentence in said if sentence]


def caption(found: Sequence[Found], grid: str) -> str:
    """Say what is seen, and who has no order."""
    entries = _entries(found)
    noisy = [one.entry for one in found if one.why == "draws noise" and one.law == TOLD]
    names = " and ".join(sampler_style.label(entry, entries) for entry in noisy)
    verb = "draws" if len(noisy) == 1 else "draw"
    left_out = f" {names} {verb} noise and do{'es' * (len(noisy) == 1)} not follow the ODE."
    return (
        f"Largest error of 32 starts from σ = 10 to 0.1 on the {grid} grid, in float64; thin lines "
        "fall as the declared orders promise. The order is the slope over the last three N; the "
        "last column is of three Gaussians." + (left_out if noisy else "")
    )


def refusals(found: Sequence[Found]) -> list[str]:
    """Return why entries could not be measured, other than for their noise."""
    return list(dict.fromkeys(one.why for one in found if one.why and one.why != "draws noise"))


def _entries(found: Sequence[Found]) -> tuple[Entry, ...]:
    return tuple(dict.fromkeys(one.entry for one in found))


def _row(entry: Entry, entries: Sequence[Entry], found: Sequence[Found]) -> tuple[str, ...]:
    by_law = {one.law: one for one in found if one.entry == entry}
    first = next(iter(by_law.values()))
    cells = [_cell(by_law[law]) if law in by_law else "" for law in LAWS]
    last = next((one.measured for one in reversed(by_law.values()) if one.measured), None)
    error = numbers.number(float(last.errors[-1]), 2) if last else "–"
    declared = str(first.declared) if first.declared is not None else "–"
    return (sampler_style.label(entry, entries), declared, *cells, error)


def _cell(one: Found) -> str:
    return order_lines.measured(one.measured) if one.measured else "–"


def _said(one: Found, known: Sequence[Found]) -> str:
    """Return the sentence that one measurement gives reason for; "" for most."""
    sampler, params = one.entry.sampler, dict(one.entry.params)
    assert one.measured is not None
    order = f"**{order_lines.measured(one.measured)}**"
    if sampler == "dpmpp-3m" and _near(one.measured, 2):
        return (
            f"Published DPM-Solver++ 3M is of order 2, not 3: measured {order}. Its second "
            f"difference is half of what order 3 needs.{_corrected(known)}"
        )
    if sampler == "ipndm" and params.get("nodes", 4) == 4 and _near(one.measured, 2):
        return (
            f"iPNDM takes four estimates and is still of order 2: measured {order}. Its weights "
            "are those of equal steps in σ, and these steps are not equal."
        )
    if sampler == "evodiff":
        return _evodiff(order, one.measured, released=params.get("special_last", True) is True)
    if sampler == "unipc" and _near(one.measured, 3) and params.get("p", 3) == 2:
        return (
            f"UniPC-2 with full order to its end is of order 3, one more than its name: "
            f"measured {order}. The corrector gains an order; the last step, if it is left to a "
            "lower one, loses it again."
        )
    if sampler == "unipc" and params.get("lower_order_final", True) and _near(one.measured, 2):
        return (
            f"UniPC as it is used ends with lower order, which holds all of it to order 2: "
            f"measured {order}."
        )
    if sampler == "deis" and params.get("nodes", 4) not in {1, 2}:
        easy = "; where that step is easy, as here, the error falls faster for a while"
        rest = "" if _near(one.measured, 2) else easy
        return (
            f"DEIS with {params.get('nodes', 4)} nodes declares order 2: measured {order}. Its "
            f"first step is Euler's, which holds the order to 2 for N large{rest}."
        )
    return ""


def _corrected(known: Sequence[Found]) -> str:
    for other in known:
        if other.entry.sampler == "dpmpp-3m-corrected" and other.measured:
            return f" The corrected form measures **{order_lines.measured(other.measured)}**."
    return ""


def _evodiff(order: str, found: MeasuredOrder, *, released: bool) -> str:
    left = numbers.number(float(found.errors[-1]), 2)
    if released and _near(found, 0):
        return (
            f"With its special last step EVODiff keeps an error of {left} however many steps it "
            f"takes: measured order {order}. That step is made for grids that end near σ = 0; here "
            "they end at 0.1."
        )
    if not released and _near(found, 1):
        return (
            "The steps of EVODiff as released, without its special last one, are of order 1: "
            f"measured {order}. Its balance factors differ from 1 by an amount of the order of the "
            "step."
        )
    return ""


def _near(found: MeasuredOrder, order: int) -> bool:
    return found.fit is not None and abs(found.fit.order - order) < FAR
