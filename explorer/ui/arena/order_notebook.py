"""The notebook lines behind the tab *Order*."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry


def lines(entries: Sequence[Entry], grid: str) -> str:
    """Return the lines that measure the orders again."""
    texts = ";".join(entry.text() for entry in entries)
    return (
        "from explorer import samplers\n"
        "from explorer.analysis.arena import entry\n"
        "from explorer.analysis.measured_order import LAWS, measured_order, problem\n\n"
        f'for one in entry.parse("{texts}"):\n'
        "    sampler = samplers.build(one.sampler, **dict(one.params))\n"
        "    for law in LAWS:\n"
        f'        found = measured_order(sampler, problem(law), grid="{grid}")\n'
        "        print(one.text(), law, sampler.order, found.fit.order, found.fit.error)"
    )
