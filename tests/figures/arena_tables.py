"""Contests made up for the pictures: known means, known spreads."""

from __future__ import annotations

import math

import numpy as np

from explorer.analysis.arena import contest
from explorer.analysis.arena.contest import Contest
from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.score import Score

ENTRIES = (
    Entry("ddpm"),
    Entry("dpmpp-2m"),
    Entry("heun"),
    Entry("rtk-mala", "ou", (("segments", 5),)),
    Entry("evodiff"),
)
BUDGETS = (5, 10, 20, 40)
LAW = np.array([3.0, 2.0, 4.0, 2.5, 1.5])  # of each entry, over its budget
ODE = np.array([math.nan, 1.0, 0.4, math.nan, 3.0])
ENERGY = 3  # the entry that asks for the log density
NOISE = (0, ENERGY)  # the entries that draw noise


def made_up(seeds: int = 4, *, upto: int = 10_000, spread: float = 0.02) -> Contest:
    """Return a table whose first `upto` heats are known."""
    table = contest.empty(
        ENTRIES,
        BUDGETS,
        range(seeds),
        metrics=["sliced-w2", "mode-tv"],
        floors={"sliced-w2": (0.02, 0.004), "mode-tv": (0.015, 0.005)},
    )
    generator = np.random.default_rng(0)
    places = [(e, b, s) for s in range(seeds) for b in range(4) for e in range(len(ENTRIES))]
    for e, b, s in places[:upto]:
        n = BUDGETS[b]
        law, ode = np.exp(spread * generator.standard_normal(2)) * [LAW[e], ODE[e]] / n
        score = Score(
            nfe=n - (n % 2 if e == 2 else 0),
            energy=n if e == ENERGY else 0,
            seconds=0.01 * n,
            distances={"sliced-w2": float(law), "mode-tv": float(law) / 3},
            ode=float(ode),
        )
        table = table.filled((e, b, s), score)
    return table
