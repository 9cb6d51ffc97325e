"""What is said of a noise grid: a title, its source, and its formula."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One row of the table of grids.

    Attributes
    ----------
    title : str
        What a person reads.
    source : str
        The paper, or "derived here".
    formula : str
        Node i of m + 1, one line of KaTeX.
    """

    title: str
    source: str
    formula: str
