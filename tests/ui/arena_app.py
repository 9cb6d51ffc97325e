"""The Sampler Arena without a browser: its page opened, and contests run to their end."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from explorer.analysis.arena import entry as arena_entry
from explorer.analysis.arena.setting import Setting
from explorer.ui.arena import (
    pieces,
    results,
    targets,
)
from explorer.ui.arena.shown import Shown
from explorer.ui.arena.state import Wish
from explorer.ui.arena.target_spec import TargetSpec

ROOT = Path(__file__).resolve().parents[2]
ENTRY = str(ROOT / "explorer" / "ui" / "entry.py")
PAGE = "../../pages/sampler_arena.py"
TWO = TargetSpec("modes", std=0.2, modes=((-1.0, 0.0, 1.0), (1.0, 0.0, 3.0)))
QUICK = {
    "sa_modes": "-1,0,1; 1,0,3",
    "sa_std": "0.2",
    "sa_nfe": "8",
    "sa_n": "100",
    "sa_seeds": "3",
    "sa_ladder": "one",
    "sa_sigma_max": "10.0",
    "sa_samplers": "dpmpp-2m;ddpm",
    "sa_tab": "Quality against cost",
}


def opened(query: Mapping[str, str]) -> AppTest:
    """Open the page with the parameters of a link; it must not raise."""
    app = AppTest.from_file(ENTRY, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return calm(app.switch_page(PAGE).run())


def page(**query: str) -> AppTest:
    """Open a quick contest, changed by the parameters given."""
    return opened(QUICK | query)


def calm(app: AppTest) -> AppTest:
    assert not app.exception, [error.message for error in app.exception]
    return app


def said(app: AppTest) -> str:
    groups = (app.markdown, app.caption, app.text, app.header)
    return "\n".join(element.value for group in groups for element in group)


def keys(app: AppTest) -> set[str | None]:
    return {button.key for button in app.button}


def lines(app: AppTest) -> list[str]:
    """Return the labels of the entries."""
    return [box.label for box in app.expander if box.label.startswith("**")]


def wish(**changes: Any) -> Wish:
    base = Wish(
        TWO,
        Setting(n=100, sigma_max=10.0),
        arena_entry.parse("dpmpp-2m;ddpm"),
        nfe=8,
        ladder=(8,),
        seeds=(0, 1, 2),
    )
    return replace(base, **changes)


def finish(contest: Wish) -> Shown:
    for piece in pieces.missing(contest):
        piece.do()
    return Shown(
        contest, results.table(contest), results.trails(contest), lambda: targets.target(contest)
    )


def printed(code: str) -> str:
    """Run notebook lines; return what they print."""
    assert len([line for line in code.splitlines() if line]) <= 10
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return out.getvalue()
