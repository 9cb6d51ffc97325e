"""What is said of a sampler beside its numbers: a title, its source, and its update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One row of the table of samplers.

    Attributes
    ----------
    title : str
        What a person reads: "DPM-Solver++ (2M)".
    source : str
        The paper, with equation or algorithm where one is known, or "derived here".
    formula : str
        The update from sigma = a to sigma = b, one line of KaTeX.
    family : str
        "one-step", "multistep", "evodiff" or "rtk".
    note : str
        What a reader must know before comparing; may be empty.
    ranges : mapping of str to (low, high)
        Parameter -> the numbers that a control offers, both accepted by `build`. Written out in
        the file, since it is read without being imported.
    """

    title: str
    source: str
    formula: str
    family: str
    note: str = ""
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
