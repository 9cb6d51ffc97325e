"""The plane on which the modes of the target are placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui import frame, inputs
from explorer.ui.arena import plane
from explorer.ui.arena import target_fields as f

if TYPE_CHECKING:
    from explorer.ui.arena.target_spec import TargetSpec


def draw(target: TargetSpec) -> None:
    """Draw the board; what is changed on it is written into the text of the modes."""
    plane.board(
        target.modes,
        target.std,
        frame.theme(),
        label=f"{len(target.modes)} modes in the plane",
        take=take,
        key="sa_board",
    )


def take(text: str) -> None:
    """Write the modes of the board into their field; for a callback."""
    inputs.assign({f.MODES: text})
