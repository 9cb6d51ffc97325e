"""The notebook lines behind the tab *RTK*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.arena import notebook

if TYPE_CHECKING:
    from explorer.ui.arena.rtk_work import Cut
    from explorer.ui.arena.state import Wish


def begin(wish: Wish) -> str:
    """Return the lines that name the target `aim` and the `terms`, whoever runs."""
    lines = notebook.terms(wish).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("entries")).replace("entry, ", "")


def meter(wish: Wish, cut: Cut) -> str:
    """Return the lines that measure M of the segments."""
    rest = f"theta={cut.theta!r}" if cut.layout == "auto" else f"segments={cut.segments}"
    return (
        f"{begin(wish)}"
        "from explorer.analysis import rtk_meter\n\n"
        f'found = rtk_meter.read(aim, terms, "{cut.layout}", {rest})\n'
        "print(found.sigmas, found.values, found.points)"
    )


def accepted(wish: Wish, cut: Cut) -> str:
    """Return the lines that run an inner chain and print what it accepted in each segment."""
    entry = cut.entry("rtk-mala-score" if wish.target.is_image else "rtk-mala")
    start = begin(wish).replace("import setting", "import entry, heat, setting")
    return (
        f"{start}"
        f'one = entry.parse("{entry.text()}")[0]\n'
        f"for step in heat.begin(aim, one, {wish.nfe}, {wish.seeds[0]}, terms):\n"
        '    print(step.sigma, step.extras["acceptance"].mean())'
    )


def study(horizon: str, metric: str) -> str:
    """Return the lines that run the study and print what becomes of each claim."""
    return (
        "from explorer.analysis import rtk_claims, rtk_study\n\n"
        f'table = rtk_study.study("{horizon}")\n'
        f'for key, found in rtk_claims.findings(table, "{metric}").items():\n'
        "    print(*key, found.verdict, found.first, found.second, found.p)"
    )
