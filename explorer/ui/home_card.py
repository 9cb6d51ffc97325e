"""One card of Home: a question, a small picture that answers it, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.figures.theme import Theme


@dataclass(frozen=True, slots=True)
class Card:
    """One question on Home.

    Parameters
    ----------
    name : str
        Short name, for keys.
    question : str
        What a person may want to understand.
    room : str
        Page that answers it (a name of `rooms.ROOMS`).
    query : mapping of str to str
        What the page opens with: the parameters of the link.
    invitation : str
        Words of the link.
    draw : function
        Theme -> figure, whose alt text is the finding shown below it.
    """

    name: str
    question: str
    room: str
    query: Mapping[str, str]
    invitation: str
    draw: Callable[[Theme], go.Figure]
