"""The notebook lines behind the tab *Quality against cost*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.arena import notebook

if TYPE_CHECKING:
    from explorer.ui.arena.state import Wish


def quality(wish: Wish, metric: str) -> str:
    """Return the lines that run the contest and print cost, mean and standard error."""
    return _with(wish, f'print(table.nfe, table.mean("{metric}"), table.error("{metric}"))')


def ode_law(wish: Wish, metric: str) -> str:
    """Return the lines that print both distances, and who is ranked differently by them."""
    return _with(
        wish,
        "from explorer.analysis.arena.rankings import disagreements\n"
        f'print(table.mean("ode"), table.mean("{metric}"))\n'
        f'print(disagreements(table, metric="{metric}"))',
    )


def best(wish: Wish, metric: str) -> str:
    """Return the lines that print the verdict of each budget."""
    return _with(wish, f'for nfe in table.budgets:\n    print(nfe, table.best("{metric}", nfe))')


def _with(wish: Wish, ending: str) -> str:
    """Return the contest's lines with another ending than their last one."""
    lines = notebook.contest(wish).splitlines()[:-1]
    return "\n".join([*lines, ending])
