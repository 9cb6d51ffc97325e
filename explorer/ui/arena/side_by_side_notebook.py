"""The notebook lines of the tab *Side by side*: at most ten, and the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.arena import notebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.ui.arena.state import Wish


def table(wish: Wish, metrics: Sequence[str]) -> str:
    """Return the lines that print the numbers of the table: a row for each entry."""
    return (
        f"{notebook.terms(wish)}{notebook.table(wish, (wish.nfe,))}"
        'print(table.nfe, table.energy, table.mean("ode"), table.acceptance.mean(axis=2))\n'
        f"for name in {list(metrics)}:\n"
        "    print(name, table.mean(name), table.error(name), table.floors[name])"
    )


def samples(wish: Wish) -> str:
    """Return the lines that make the samples which are shown."""
    return (
        f"{notebook.terms(wish, also='heat')}"
        "for one in entries:\n"
        f"    walk = heat.begin(aim, one, {wish.nfe}, {wish.seeds[0]}, terms)\n"
        "    steps = list(walk)  # .x and .x0 of each step\n"
        "    print(one.text(), walk.run().nfe, walk.run().x.shape, walk.run().x.std())"
    )
