"""The notebook lines behind the Sampler Arena: at most ten, and the same numbers."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from explorer.analysis.arena import entry
from explorer.analysis.arena.setting import Setting

if TYPE_CHECKING:
    from explorer.ui.arena.state import Wish
    from explorer.ui.arena.target_spec import TargetSpec


def contest(wish: Wish) -> str:
    """Return the lines that run the whole contest and print means and standard errors."""
    return (
        f"{terms(wish)}{table(wish, wish.ladder)}"
        'print(table.mean("sliced-w2"), table.error("sliced-w2"), table.floors["sliced-w2"])'
    )


def terms(wish: Wish, *, also: str = "") -> str:
    """Return the lines that name the target `aim`, the `entries` and the `terms` they share.

    Parameters
    ----------
    wish : Wish
    also : str
        A further module of the arena that the next lines need.
    """
    names = "analysis, datasets" if wish.target.is_image else "analysis"
    modules = ", ".join(sorted({"entry", "setting", "target", *filter(None, [also])}))
    return (
        f"from explorer import {names}\n"
        f"from explorer.analysis.arena import {modules}\n\n"
        f"aim = {_target(wish.target, wish.device)}\n"
        f'entries = entry.parse("{entry.write(wish.entries)}")\n'
        f"terms = setting.Setting({_setting(wish.setting)})\n"
    )


def table(wish: Wish, budgets: tuple[int, ...]) -> str:
    """Return the line that runs some budgets of the contest; after `terms`."""
    first = wish.seeds[0]
    seeds = str(len(wish.seeds)) if first == 0 else f"range({first}, {first + len(wish.seeds)})"
    return (
        f"table = analysis.contest(aim, entries, nfe={budgets!r}, setting=terms, seeds={seeds})\n"
    )


def _target(spec: TargetSpec, device: str) -> str:
    on = "" if device == "cpu" else f', device="{device}"'
    if spec.kind == "nine-modes":
        return f"target.nine_modes(std={spec.std!r}, dimension={spec.dimension}{on})"
    if spec.kind == "modes":
        points = [[x, y] for x, y, _ in spec.modes]
        weights = [weight for _, _, weight in spec.modes]
        return f"target.modes({points}, {spec.std!r}, {weights}{on})"
    if spec.kind == "gaussian":
        return f"target.gaussian({spec.dimension}, {spec.decay!r}{on})"
    return f'target.of_data({spec.source.call()}, "{spec.denoiser}"{on})'


def _setting(setting: Setting) -> str:
    """Return the arguments that differ from the defaults."""
    usual = Setting()
    changed = {
        field.name: getattr(setting, field.name)
        for field in fields(setting)
        if getattr(setting, field.name) != getattr(usual, field.name)
    }
    return ", ".join(f"{name}={value!r}" for name, value in changed.items())
