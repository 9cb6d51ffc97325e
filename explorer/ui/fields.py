"""Fields: the typed, bounded values of a page that make up its link.

A `Field` knows its key (which *is* the URL parameter), its default and its limits; `parse` turns
the text of a URL into a value or raises `InputError`, and `write` is its inverse. No Streamlit
here: the widgets are in `inputs`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.core.errors import InputError

Value = str | int | float | bool


def quoted(raw: str) -> str:
    """Return `raw` in quotes, cut so that a hostile link cannot fill the page."""
    shown = raw if len(raw) <= 40 else raw[:40] + "…"
    return f"“{shown}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What all fields share.

    Parameters
    ----------
    key : str
        Widget key and URL parameter, with the page's prefix: ``"gs_b"``.
    label : str
        What the person reads.
    help : str
        One hover sentence that explains the term; may be empty.
    group : str
        Name of the group that teacher mode may hide as one; may be empty.
    control : bool
        Whether there is a control to be hidden; otherwise the value travels in links alone.
    """

    key: str
    label: str
    help: str = ""
    group: str = ""
    control: bool = True

    @property
    def name(self) -> str:
        """Return the key without the page's prefix: the name used in ``?hide=``."""
        return self.key.split("_", 1)[-1]

    def refuse(self, raw: str, rule: str, remedy: str = "") -> InputError:
        """Return the error that says `raw` breaks `rule`."""
        return InputError(self.key, f"{self.label}: {quoted(raw)} {rule}.", remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """A line of text of at most `longest` characters. What it means is the page's business.

    Examples
    --------
    >>> Text(key="gs_b", label="b(x)", default="-x").parse("-x**3")
    '-x**3'
    """

    default: str = ""
    longest: int = 200
    placeholder: str = ""

    def parse(self, raw: str) -> str:
        """Return `raw`; raise InputError if it is too long or holds control characters."""
        if len(raw) > self.longest:
            rule = f"has {len(raw):,} characters; at most {self.longest} are read"
            raise self.refuse(raw, rule, "Shorten it.")
        if any(not character.isprintable() for character in raw):
            raise self.refuse(repr(raw)[1:-1], "holds characters that cannot be shown")
        return raw

    def write(self, value: Value) -> str:
        """Return the URL text of `value`."""
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Field):
    """A finite number in [low, high]; an integer if `default` is one.

    Examples
    --------
    >>> n = Number(key="gs_n", label="Iterations n", default=10, low=1, high=60)
    >>> n.parse("12")
    12
    >>> n.parse("1e9")
    Traceback (most recent call last):
    ...
    explorer.core.errors.InputError: Iterations n: “1e9” is not a whole number from 1 to 60.
    """

    default: int | float
    low: float
    high: float
    step: float | None = None
    unit: str = ""
    format: str | None = None  # printf style, for the widget only

    @property
    def integer(self) -> bool:
        """Return whether the values are whole numbers."""
        return isinstance(self.default, int)

    def parse(self, raw: str) -> int | float:
        """Return the number in `raw`; raise InputError outside [low, high] or for no number."""
        try:
            value = int(raw) if self.integer else float(raw)
        except ValueError:
            value = math.nan
        if not self.low <= value <= self.high:  # also refuses nan
            kind = "whole number" if self.integer else "number"
            unit = f" {self.unit}" if self.unit else ""
            rule = f"is not a {kind} from {self.low:,.10g} to {self.high:,.10g}{unit}"
            raise self.refuse(raw, rule)
        return value

    def write(self, value: Value) -> str:
        """Return the shortest text that reads back as `value`."""
        return repr(int(value)) if self.integer else repr(float(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNumber(Number):
    """A positive number on a logarithmic slider with `stops`; a link may hold any value between.

    Examples
    --------
    >>> d = LogNumber(key="gs_d", label="Dimension", default=1, low=1, high=100, stops=(1, 10, 100))
    >>> d.options(32)
    (1, 10, 32, 100)
    """

    stops: tuple[float, ...]

    def options(self, value: float) -> tuple[int | float, ...]:
        """Return the stops together with `value`, in order."""
        return tuple(sorted({*self.stops, value}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of `options`, whose names are permanent; `titles` are what the person reads.

    Examples
    --------
    >>> Choice(key="gs_metric", label="Distance", default="tv", options=("tv", "kl")).parse("kl")
    'kl'
    """

    default: str
    options: tuple[str, ...]
    titles: tuple[str, ...] = ()

    def title(self, option: str) -> str:
        """Return what the person reads for `option`."""
        if not self.titles:
            return option
        return self.titles[self.options.index(option)]

    def parse(self, raw: str) -> str:
        """Return the option with the name or title `raw`; raise InputError if there is none."""
        if raw in self.titles:
            return self.options[self.titles.index(raw)]
        if raw not in self.options:
            raise self.refuse(raw, "is unknown", f"Use one of {', '.join(self.options)}.")
        return raw

    def write(self, value: Value) -> str:
        """Return the URL text of `value`."""
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Field):
    """On or off.

    Examples
    --------
    >>> Switch(key="gs_lock", label="Keep the axes").parse("true")
    True
    """

    default: bool = False

    def parse(self, raw: str) -> bool:
        """Return the truth value of ``"true"`` or ``"false"``; raise InputError otherwise."""
        if raw.lower() not in {"true", "false"}:
            raise self.refuse(raw, "is neither true nor false")
        return raw.lower() == "true"

    def write(self, value: Value) -> str:
        """Return the URL text of `value`."""
        return "true" if value else "false"


AnyField = Text | Number | LogNumber | Choice | Switch
