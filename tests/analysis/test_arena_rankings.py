"""Pairs that the two distances rank differently: found where planted, seldom where there is none.

No difference between any entries: with Holm over all p-values of a budget at 5 %, a pair is called
wrongly in at most 5 % of tables; both distances must err at once and in opposite directions, so
that it is far less. 400 tables, at most 5 false ones: P(more | 0.25 %) < 0.1 %.
"""

from __future__ import annotations

import numpy as np

from explorer.analysis.arena.contest import Contest, empty
from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.rankings import disagreements
from explorer.analysis.arena.score import Score

NAMES = ("ddim", "heun", "dpmpp-2m", "ipndm")


def table(ode: np.ndarray, law: np.ndarray) -> Contest:
    """Return a contest of one budget from two arrays (E, S)."""
    made = empty([Entry(n) for n in NAMES], [10], range(ode.shape[1]), metrics=["sliced-w2"])
    for e, s in np.ndindex(*ode.shape):
        score = Score(10, 0, 0.1, {"sliced-w2": float(law[e, s])}, ode=float(ode[e, s]))
        made = made.filled((e, 0, s), score)
    return made


def noise(generator: np.random.Generator, seeds: int = 6) -> np.ndarray:
    return 1.0 + 0.05 * generator.standard_normal((4, seeds))


def test_a_planted_disagreement_is_found_with_its_numbers() -> None:
    generator = np.random.default_rng(1)
    ode, law = noise(generator), noise(generator)
    ode[1] *= 0.3
    law[1] *= 2.0
    found = disagreements(table(ode, law), metric="sliced-w2")
    assert {(pair.nearer, pair.better) for pair in found} == {(1, 0), (1, 2), (1, 3)}
    first = found[0]
    assert first.budget == 10
    assert first.ode == (ode[1].mean(), ode[first.better].mean())
    assert first.law == (law[1].mean(), law[first.better].mean())
    assert [pair.gain for pair in found] == sorted((pair.gain for pair in found), reverse=True)


def test_agreement_is_no_disagreement() -> None:
    generator = np.random.default_rng(2)
    ode, law = noise(generator), noise(generator)
    ode[1] *= 0.3
    law[1] *= 0.5
    assert disagreements(table(ode, law), metric="sliced-w2") == ()


def test_noise_alone_is_seldom_a_disagreement() -> None:
    generator = np.random.default_rng(3)
    false = sum(
        bool(disagreements(table(noise(generator), noise(generator)), metric="sliced-w2"))
        for _ in range(400)
    )
    assert false <= 5


def test_two_seeds_and_stochastic_entries_take_no_part() -> None:
    generator = np.random.default_rng(4)
    ode, law = noise(generator, 6), noise(generator, 6)
    ode[1] *= 0.3
    law[1] *= 2.0
    ode[1, 2:] = np.nan  # two common seeds are left
    assert disagreements(table(ode, law), metric="sliced-w2") == ()
