"""What is left on the shelf of a heat that is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from explorer.ui.kept import shelf

if TYPE_CHECKING:
    import numpy as np

    from explorer.analysis.arena.score import Score
    from explorer.analysis.arena.trail import Trail
    from explorer.ui.arena.cells import Cell


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a heat that is over has left.

    Attributes
    ----------
    run : Run or None
        Its samples, until they have been scored.
    stopped : str
        Why it ended early, in words.
    trail : Trail or None
        Of a heat that is shown.
    score : Score or None
    head : numpy.ndarray or None
        First samples, until they have been compared with the ends of the ODE.
    """

    run: Any = None
    stopped: str = ""
    trail: Trail | None = None
    score: Score | None = None
    head: np.ndarray | None = None


def of(one: Cell) -> Outcome | None:
    """Return what is left of a heat that is over; None before that."""
    return shelf().get(one.key())


def put(one: Cell, outcome: Outcome) -> None:
    """Keep what a heat that has just ended leaves."""
    shelf().put(one.key(), outcome)


def change(one: Cell, **changes: Any) -> None:
    """Change what is left of a heat that is over."""
    over = of(one)
    if over is not None:
        put(one, replace(over, **changes))


def unscored(one: Cell) -> bool:
    """Return whether a heat is over and has not been measured."""
    over = of(one)
    return over is not None and over.score is None and not over.stopped


def lacks_ode(one: Cell) -> bool:
    """Return whether a heat is still to be compared with the ends of the ODE."""
    over = of(one)
    return over is not None and over.head is not None
