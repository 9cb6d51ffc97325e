"""Who enters: a sampler, its grid and its parameters, as one short text.

    rtk-mala@ou(c=0.5,segments=5); ddpm@karras; dpmpp-2m

No tensor library is loaded here: a page reads its link with this.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.samplers.knobs import Knob

Value = bool | int | float | str

LONGEST, MOST_ENTRIES, MOST_PARAMS = 400, 8, 8  # characters, entries, parameters of an entry
MOST_SEGMENTS = 200
AUTO = "auto"  # the grid of an RTK sampler whose segments the log-concavity meter chooses
THETA = 0.5  # the meter that a segment may have; the grid auto's default
LEAST_THETA, MOST_THETA = 0.01, 100.0  # less makes so many segments that the search takes long
OWN = ("segments", "theta")  # parameters of the arena itself, for RTK samplers
_SHAPE = re.compile(r"([^@()]*)(?:@([^@()]*))?(?:\(([^()]*)\))?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A sampler in the arena.

    Attributes
    ----------
    sampler : str
        Registered name.
    grid : str
        Registered name of the noise grid; "" for the sampler's own default, "auto" for segments
        that the log-concavity meter chooses.
    params : tuple of (str, value)
        What differs from the defaults, sorted by name.

    Examples
    --------
    >>> Entry("heun", "karras", (("s_churn", 40.0),)).text()
    'heun@karras(s_churn=40.0)'
    """

    sampler: str
    grid: str = ""
    params: tuple[tuple[str, Value], ...] = ()

    def text(self) -> str:
        """Return the text that `parse` reads back."""
        inside = ",".join(f"{name}={_written(value)}" for name, value in self.params)
        grid = f"@{self.grid}" if self.grid else ""
        return f"{self.sampler}{grid}" + (f"({inside})" if inside else "")

    @property
    def is_rtk(self) -> bool:
        """Whether the sampler is one of the RTK family."""
        from explorer.samplers.knobs import about

        return about(self.sampler)["family"] == "rtk"


def parse(text: str) -> tuple[Entry, ...]:
    """Return the entries that a text names.

    Parameters
    ----------
    text : str
        ``sampler@grid(name=value,...)``, entries separated by ";"; grid and parameters may be left
        out. Values are true, false, whole numbers, decimals and words.

    Raises
    ------
    InputError
        With field ``"samplers"``: the piece that cannot be read, the rule, and what to write.

    Examples
    --------
    >>> parse("dpmpp-2m; heun@karras(s_churn=40)")[1].params
    (('s_churn', 40.0),)
    """
    if len(text) > LONGEST:
        raise _refusal(f"The list has {len(text)} characters.", f"Use at most {LONGEST}.")
    pieces = [piece.strip() for piece in text.split(";")]
    if len(pieces) > MOST_ENTRIES:
        raise _refusal(f"The list names {len(pieces)} samplers.", f"Use at most {MOST_ENTRIES}.")
    return tuple(_entry(piece) for piece in pieces)


def write(entries: Iterable[Entry]) -> str:
    """Return the text that `parse` reads back.

    Examples
    --------
    >>> write([Entry("dpmpp-2m"), Entry("ddpm", "karras")])
    'dpmpp-2m;ddpm@karras'
    """
    return ";".join(entry.text() for entry in entries)


def check(entry: Entry) -> Entry:
    """Return the entry in its one spelling: params sorted, typed, without defaults.

    Raises
    ------
    InputError
        With field ``"samplers"``, for an unknown name or a value of the wrong kind.

    Examples
    --------
    >>> check(Entry("ddim", "", (("eta", 1),)))
    Entry(sampler='ddim', grid='', params=(('eta', 1.0),))
    """
    from explorer.samplers import knobs
    from explorer.samplers.registered import REGISTRY
    from explorer.schedules import grids

    where = f"In {entry.text()!r}: "
    _known(entry.sampler, REGISTRY.names(), "sampler", where)
    own = entry.is_rtk
    if entry.grid:
        _known(entry.grid, (*grids.names(), AUTO) if own else grids.names(), "grid", where)
    known = {knob.name: knob for knob in knobs(entry.sampler)}
    kept: dict[str, Value] = {}
    for name, value in entry.params:
        if name in kept:
            raise _refusal(f"{where}{name} is given twice.", "Give it once.")
        if own and name in OWN:
            kept[name] = _own(name, value, where)
        else:
            _known(name, (*known, *OWN) if own else tuple(known), "parameter", where)
            kept[name] = _typed(known[name], value, where)
    _agree(entry, kept, where)
    usual = {**{knob.name: knob.default for knob in known.values()}, "theta": THETA}
    changed = {name: value for name, value in kept.items() if value != usual.get(name)}
    return Entry(entry.sampler, entry.grid, tuple(sorted(changed.items())))


def _entry(piece: str) -> Entry:
    if not piece:
        remedy = "Write for instance dpmpp-2m; ddpm@karras."
        raise _refusal("A place in the list of samplers is empty.", remedy)
    found = _SHAPE.fullmatch(piece)
    if found is None or ("@" in piece and not (found[2] or "").strip()):
        remedy = "Write sampler@grid(name=value), for instance heun@karras(s_churn=40)."
        raise _refusal(f"{piece!r} is not the form of an entry.", remedy)
    params = tuple(_param(part, piece) for part in found[3].split(",")) if found[3] else ()
    if len(params) > MOST_PARAMS:
        problem = f"{piece!r} has {len(params)} parameters."
        raise _refusal(problem, f"Use at most {MOST_PARAMS}.")
    return check(Entry(found[1].strip(), (found[2] or "").strip(), params))


def _param(part: str, piece: str) -> tuple[str, Value]:
    name, equals, value = (word.strip() for word in part.partition("="))
    if not (name and equals and value):
        problem = f"In {piece!r}: {part.strip()!r} is no parameter."
        raise _refusal(problem, "Write name=value, separated by commas.")
    return name, _read(value)


def _read(text: str) -> Value:
    if text in {"true", "false"}:
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _typed(knob: Knob, value: Value, where: str) -> Value:
    """Return a value as its knob wants it."""
    if knob.kind == "choice" and value in knob.options:
        return value
    if knob.kind == "switch" and isinstance(value, bool):
        return value
    if not isinstance(value, bool | str):
        if knob.kind == "whole" and isinstance(value, int):
            return value
        if knob.kind in {"number", "optional"} and math.isfinite(value):
            return float(value)
    wanted = {
        "switch": "true or false",
        "whole": "a whole number",
        "choice": " or ".join(knob.options),
    }.get(knob.kind, "a number")
    problem = f"{where}{knob.name} = {_written(value)[:40]} is not {wanted}."
    raise _refusal(problem, f"Write {wanted} after {knob.name}=, or leave {knob.name} out.")


def _own(name: str, value: Value, where: str) -> Value:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name == "segments" and isinstance(value, int) and is_number and 1 <= value <= MOST_SEGMENTS:
        return value
    if name == "theta" and is_number and LEAST_THETA <= float(value) <= MOST_THETA:
        return float(value)
    number = f"a number, {LEAST_THETA:g} to {MOST_THETA:g}"
    wanted = f"a whole number, 1 to {MOST_SEGMENTS}" if name == "segments" else number
    problem = f"{where}{name} = {_written(value)[:40]} is not {wanted}."
    raise _refusal(problem, f"Write for instance {name}={5 if name == 'segments' else 0.5}.")


def _agree(entry: Entry, kept: dict[str, Value], where: str) -> None:
    """Refuse parameters that contradict each other."""
    if "theta" in kept and entry.grid != AUTO:
        problem = f"{where}theta belongs to the grid auto."
        raise _refusal(problem, f"Write {entry.sampler}@auto(theta=0.5), or leave theta out.")
    bought = {"inner", "extra"} & set(kept)
    if bought and ("segments" in kept or entry.grid == AUTO):
        problem = f"{where}with segments or the grid auto, the budget buys the inner steps."
        raise _refusal(problem, f"Leave out {' and '.join(sorted(bought))}.")


def _known(name: str, names: Iterable[str], kind: str, where: str) -> None:
    import difflib

    known = list(names)
    if name in known:
        return
    near = difflib.get_close_matches(name[:40].lower().replace("_", "-"), known, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    rest = f"Use one of {', '.join(known)}." if known else "Leave it out: it has none."
    raise _refusal(f"{where}there is no {kind} {name[:40]!r}.", meant + rest)


def _refusal(problem: str, remedy: str) -> InputError:
    return InputError("samplers", problem, remedy)


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
