"""Measuring the heats that are over: their scores, and what exact samples would score."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena import contest
from explorer.core.errors import ExplorerError
from explorer.ui.arena import cells, exact_ends, outcomes, targets
from explorer.ui.kept import shelf

if TYPE_CHECKING:
    from explorer.ui.arena.cells import Cell
    from explorer.ui.arena.state import Wish


def metrics(wish: Wish) -> tuple[str, ...]:
    """Return the names of the distances that are measured on this target."""
    image = wish.target.is_image
    return tuple(
        name
        for name, metric in contest.METRICS.items()
        if (metric.images if image else metric.points)
    )


def score(wish: Wish, one: Cell) -> None:
    """Measure a heat that is over, as far as it has not been."""
    from explorer.analysis.arena import score as measure

    over = outcomes.of(one)
    ends = exact_ends.known(wish, one.seed) if cells.follows_ode(wish, one) else None
    if over is not None and over.run is not None:
        try:
            found = measure.score(targets.target(wish), wish.setting, over.run, one.seed, ends=ends)
        except ExplorerError as error:
            outcomes.change(one, run=None, stopped=str(error))
            return
        late = cells.follows_ode(wish, one) and ends is None
        head = over.run.x[: exact_ends.FOLLOWED].cpu().numpy() if late else None
        outcomes.change(one, run=None, score=found, head=head)
    elif over is not None and over.head is not None and over.score is not None and ends is not None:
        ode = float(np.median(ends.distance(over.head)))
        outcomes.change(one, score=replace(over.score, ode=ode), head=None)


def floors(wish: Wish) -> dict[str, tuple[float, float]] | None:
    """Return what exact samples score, if it has been measured."""
    return shelf().get(_floors_key(wish))


def measure_floors(wish: Wish) -> None:
    """Measure what exact samples score, and keep it."""
    from explorer.analysis.arena import floor
    from explorer.analysis.arena import score as measure

    aim, setting = targets.target(wish), wish.setting
    found = floor.floors(aim, setting.n, sigma=measure.level(setting))
    shelf().put(_floors_key(wish), found)


def _floors_key(wish: Wish) -> str:
    setting = wish.setting
    level = 0.0 if setting.end == "zero" else setting.sigma_min
    return json.dumps(["floors", wish.target.key(), setting.n, level])
