"""The notebook lines behind the tab *EVODiff*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.arena.rtk_notebook import begin

if TYPE_CHECKING:
    from explorer.ui.arena.evodiff_work import Parts
    from explorer.ui.arena.state import Wish


def course(wish: Wish, grid: str, nfe: int) -> str:
    """Return the lines that print mean and quantiles of the coefficients."""
    return (
        f"{begin(wish)}"
        "from explorer.analysis import evodiff_study as study\n\n"
        f'for entry in study.entries("{grid}", study.COURSES):\n'
        f"    found = study.course(aim, entry, {nfe}, terms, seed={wish.seeds[0]})\n"
        '    print(entry.text(), found.mean["eta"], found.low["eta"], found.high["eta"])'
    )


def parts(what: Parts) -> str:
    """Return the lines that run every rule and print distances to the ODE's end and to the law."""
    return (
        f"{begin(what.bounded)}"
        "from explorer.analysis import evodiff_study as study\n\n"
        f'entries = study.entries("{what.grid}")\n'
        f"table = analysis.contest(aim, entries, ({what.nfe},), setting=terms, "
        f"seeds={what.seeds!r})\n"
        'print(table.mean("ode"), table.error("ode"), table.mean("sliced-w2"))'
    )


def published(data: str) -> str:
    """Return the lines that print the published table."""
    return (
        "from explorer.analysis import published_fid\n\n"
        f'for row in published_fid.TABLES["{data}"].rows:\n'
        "    source = published_fid.SOURCES[row.source]\n"
        "    print(row.method, source.title, source.tag, dict(row.fid))"
    )
