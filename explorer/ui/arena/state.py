"""What the fields of the Sampler Arena ask for."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.analysis.arena import entry as entries
from explorer.analysis.arena.setting import Setting
from explorer.core.errors import InputError
from explorer.ui import inputs
from explorer.ui.arena import run_fields as f
from explorer.ui.arena import target_fields as t
from explorer.ui.arena import target_state

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry
    from explorer.ui.arena.target_spec import TargetSpec

_DROPPED = "sa_dropped"  # key of a text that the link held and that cannot be read -> why


@dataclass(frozen=True, slots=True)
class Wish:
    """A contest that is asked for.

    Attributes
    ----------
    target : TargetSpec
    setting : Setting
    entries : tuple of Entry
    nfe : int
        The main budget: its heats are shown.
    ladder : tuple of int
        Budgets of the curves, increasing; the main one is among them.
    seeds : tuple of int
        The first one's heats are shown.
    device : str
        "cpu" or "cuda".
    """

    target: TargetSpec
    setting: Setting
    entries: tuple[Entry, ...]
    nfe: int
    ladder: tuple[int, ...]
    seeds: tuple[int, ...]
    device: str = "cpu"

    def key(self) -> str:
        """Return its canonical string."""
        known = [entry.text() for entry in self.entries]
        rest = [self.nfe, self.ladder, self.seeds, self.device]
        return json.dumps([self.target.key(), asdict(self.setting), known, rest])

    @property
    def main(self) -> int:
        """Where the main budget stands in the ladder."""
        return self.ladder.index(self.nfe)


def read() -> tuple[Wish, dict[str, InputError]]:
    """Return the contest of the present fields, with an error for each that could not be used."""
    wrong = _dropped()
    target = target_state.read(wrong)
    nfe, first = int(inputs.value(f.NFE)), int(inputs.value(f.SEED))
    steps = f.LADDERS[str(inputs.value(f.LADDER))]
    wish = Wish(
        target=target,
        setting=_setting(wrong),
        entries=chosen(str(inputs.value(f.SAMPLERS)), wrong),
        nfe=nfe,
        ladder=tuple(sorted({max(1, round(nfe * step)) for step in steps})),
        seeds=tuple(range(first, first + int(inputs.value(f.SEEDS)))),
        device=_device(wrong),
    )
    return wish, wrong


def _dropped() -> dict[str, InputError]:
    """Return why texts of the link were not used: their fields would fall back in silence."""
    known = st.session_state.setdefault(_DROPPED, {})
    for field in (t.MODES, t.PATH, f.SAMPLERS):
        raw = st.query_params.get(field.key)
        if raw is None or st.session_state.get(field.key) is not None:
            continue
        try:
            field.parse(raw)
        except InputError as error:
            known[field.key] = error
    return {
        field.key: known[field.key]
        for field in (t.MODES, t.PATH, f.SAMPLERS)
        if field.key in known and inputs.value(field) == field.default
    }


def chosen(text: str, wrong: dict[str, InputError]) -> tuple[Entry, ...]:
    """Return the entries in a text, each once; what cannot be read is left out and said.

    Examples
    --------
    >>> wrong = {}
    >>> [entry.sampler for entry in chosen("ddpm; gan; ddpm", wrong)], list(wrong)
    (['ddpm'], ['sa_samplers'])
    """
    found: list[Entry] = []
    refused: list[InputError] = []
    for piece in text[: f.SAMPLERS.longest].split(";"):
        if not piece.strip():
            continue
        try:
            found += [entry for entry in entries.parse(piece) if entry not in found]
        except InputError as error:
            refused.append(error)
    if len(text) > f.SAMPLERS.longest:
        problem = f"The text of the samplers has {len(text):,} characters."
        refused.append(InputError("", problem, f"At most {f.SAMPLERS.longest} are read."))
    if len(found) > entries.MOST_ENTRIES:
        problem = f"These are {len(found)} samplers."
        remedy = f"The first {entries.MOST_ENTRIES} run."
        refused.append(InputError("", problem, remedy))
    if refused:
        more = f" And {len(refused) - 1} more." if len(refused) > 1 else ""
        first = refused[0]
        key = f.SAMPLERS.key
        wrong[key] = InputError(key, first.problem, f"{first.remedy}{more}".strip())
    return tuple(found[: entries.MOST_ENTRIES])


def _setting(wrong: dict[str, InputError]) -> Setting:
    low, high = float(inputs.value(f.SIGMA_MIN)), float(inputs.value(f.SIGMA_MAX))
    if low >= high:
        problem = f"The smallest noise level, {low:g}, is not below the largest, {high:g}."
        remedy = f"{f.SIGMA_MIN.default:g} is used, or a tenth of the largest."
        wrong[f.SIGMA_MIN.key] = InputError(f.SIGMA_MIN.key, problem, remedy)
        low = min(float(f.SIGMA_MIN.default), high / 10.0)
    return Setting(
        n=int(inputs.value(f.SAMPLES)),
        sigma_min=low,
        sigma_max=high,
        end="zero" if inputs.value(f.END) == "zero" else "sigma_min",
        start="exact" if inputs.value(f.START) == "exact" else "noise",
    )


def _device(wrong: dict[str, InputError]) -> str:
    if inputs.value(f.DEVICE) != "cuda":
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    key = f.DEVICE.key
    wrong[key] = InputError(key, "This server sees no CUDA device.", "The CPU is used.")
    return "cpu"
