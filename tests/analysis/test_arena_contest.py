"""A contest separates what differs, never what is equal, and keeps what was done when stopped.

Oracles: the exact sampler of mixtures, whose scores lie at the floor; simulated scores of equal
entries, of which at most 5 % of the tables may separate any.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer import analysis
from explorer.analysis.arena import contest as arena
from explorer.analysis.arena import memory
from explorer.analysis.arena.contest import METRICS, Contest, empty, floors
from explorer.analysis.arena.distances import names
from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.floor import PAIRS
from explorer.analysis.arena.score import Score
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.target import Target, gaussian, nine_modes
from explorer.analysis.arena.verdict import holm, judge
from explorer.analysis.spread import paired
from explorer.core.errors import Cancelled, InputError

FEW = Setting(n=300)


@pytest.fixture(scope="module")
def table() -> Contest:
    entries = "euler; dpmpp-2m; dpmpp-2m; rtk-exact; rtk-mala(segments=5)"
    return analysis.contest(gaussian(8), entries, (10, 20), setting=Setting(n=500), seeds=4)


def test_a_second_order_sampler_beats_euler_clearly(table: Contest) -> None:
    for metric in ("sliced-w2", "energy-distance"):
        found = table.best(metric, 10)
        assert found is not None
        assert 0 not in {found.best, *found.ties}
        assert found.p[0] < 0.05
        assert table.mean(metric)[0, 0] > 2.0 * table.mean(metric)[1, 0]


def test_copies_of_an_entry_are_never_separated(table: Contest) -> None:
    for metric in (*names(gaussian(8)), "ode"):
        assert np.array_equal(table.values(metric)[1], table.values(metric)[2])
        for budget in table.budgets:
            found = table.best(metric, budget)
            assert found is not None
            assert ({1, 2} <= {found.best, *found.ties}) or not ({1, 2} & {found.best, *found.ties})
            if found.best in {1, 2}:
                assert found.p[3 - found.best] == 1.0
                assert not found.alone


def test_exact_draws_reach_the_floor_and_few_steps_do_not(table: Contest) -> None:
    for metric in names(gaussian(8)):
        assert table.within_floor(metric)[3].all(), metric
        assert not table.within_floor(metric)[0, 0], metric


def test_entries_at_the_floor_are_tied_whatever_the_seeds_say() -> None:
    """The floor is 0.1 ± 0.01; the seeds tell 0.105 from 0.11, and both from 0.4."""
    found = empty(
        [Entry("heun"), Entry("ddpm"), Entry("euler")], [10], range(4),
        metrics=["sliced-w2"], floors={"sliced-w2": (0.1, 0.01)},
    )  # fmt: skip
    for e, mean in enumerate((0.105, 0.11, 0.4)):
        for s in range(4):
            value = mean + 1e-4 * (-1) ** (s + e)
            found = found.filled((e, 0, s), Score(10, 0, 0.1, {"sliced-w2": value}))
    verdict = found.best("sliced-w2", 10)
    assert verdict is not None
    assert verdict.p[1] < 0.05
    assert (verdict.best, verdict.ties) == (0, (1,))
    without = replace(found, floors={}).best("sliced-w2", 10)
    assert without is not None
    assert without.alone


def test_the_table_says_what_was_spent_and_refused(table: Contest) -> None:
    assert table.nfe[:, 0].tolist()[:4] == [10.0, 10.0, 10.0, 0.0]
    assert np.isnan(table.nfe[4, 0])
    assert table.refused[4, 0].startswith("10 evaluations do not pay for 5 steps of rtk-mala")
    assert set(table.refused) == {(4, 0)}
    assert (table.nfe[4, 1], table.energy[4, 1]) == (20.0, 15.0)
    assert ((table.acceptance[4, 1] > 0.2) & (table.acceptance[4, 1] < 1.0)).all()
    assert np.isnan(table.ode[3:]).all()  # stochastic samplers follow no ODE
    assert (table.mean("ode")[1] < 0.6 * table.mean("ode")[0]).all()


def test_the_same_seeds_give_the_same_scores() -> None:
    run = [
        analysis.contest(nine_modes(), ["ddpm", Entry("heun")], [10], setting=FEW, seeds=[3, 8])
        for _ in range(2)
    ]
    other = analysis.contest(nine_modes(), "ddpm", [10], setting=FEW, seeds=[8])
    for metric in names(nine_modes()):
        assert np.array_equal(run[0].values(metric), run[1].values(metric))
        # A score depends on neither the other entries nor the other seeds.
        assert np.array_equal(other.values(metric)[0, 0], run[0].values(metric)[0, 0, 1:])
    assert run[0].floors == run[1].floors
    assert np.unique(run[0].values("sliced-w2")).size == 4


def test_stop_keeps_what_was_done() -> None:
    shares: list[float] = []
    with pytest.raises(Cancelled) as caught:
        analysis.contest(
            nine_modes(),
            "euler; ddpm",
            (5, 10),
            setting=FEW,
            seeds=2,
            progress=shares.append,
            cancel=lambda: len(shares) == 5,
        )
    kept: Contest = caught.value.run
    done = np.isfinite(kept.values("sliced-w2"))
    assert shares == [k / 8 for k in range(1, 6)]
    assert done[:, :, 0].all()  # the first seed is whole
    assert done[:, :, 1].tolist() == [[True, False], [False, False]]
    assert kept.floors
    assert kept.best("sliced-w2", 10) is not None


def test_stop_before_the_floor_leaves_an_empty_table() -> None:
    with pytest.raises(Cancelled) as caught:
        analysis.contest(nine_modes(), "euler", [5], setting=FEW, cancel=lambda: True)
    assert np.isnan(caught.value.run.values("sliced-w2")).all()


class Fragile:
    """A denoiser that explodes at levels that one of two grids visits."""

    def __init__(self, inside: Any) -> None:
        self.inside = inside

    def __call__(self, x: torch.Tensor, sigma: float) -> torch.Tensor:
        answer = self.inside(x, sigma)
        return answer * torch.nan if 20.0 < sigma < 40.0 else answer


def test_an_explosion_is_a_refusal_and_the_others_go_on() -> None:
    target = gaussian(4)
    broken = Target("Broken", Fragile(target.denoiser), target.shape, law=target.law)
    found = analysis.contest(broken, "euler@karras; euler@logsnr", [5], setting=FEW, ode=0)
    assert "euler: the denoiser's answer is infinite or not a number at step" in found.refused[0, 0]
    assert np.isnan(found.values("sliced-w2")[0]).all()
    assert np.isfinite(found.values("sliced-w2")[1]).all()


def test_what_does_not_fit_into_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "room", lambda *_: 1_000_000)
    found = analysis.contest(gaussian(4), "euler", [5], setting=FEW, seeds=1)
    assert "needs about" in found.refused[0, 0]


@pytest.mark.parametrize("args", [("", [5], 1), ("euler", [], 1), ("euler", [5], 0)])
def test_an_empty_contest_is_refused(args: tuple[str, list[int], int]) -> None:
    entries, budgets, seeds = args
    with pytest.raises(InputError) as caught:
        analysis.contest(gaussian(2), entries, budgets, setting=FEW, seeds=seeds)
    assert caught.value.field == "samplers"


@pytest.mark.parametrize(
    ("budgets", "seeds", "field"), [([5], [0, 1, 0], "seeds"), ([5, 5], 2, "nfe")]
)
def test_a_seed_is_not_counted_twice(budgets: list[int], seeds: Any, field: str) -> None:
    """Equal seeds have equal scores: a paired test would be sure of any difference."""
    with pytest.raises(InputError, match="stands twice") as caught:
        analysis.contest(gaussian(4), "euler; ddpm", budgets, setting=FEW, seeds=seeds)
    assert caught.value.field == field


def test_equal_entries_are_separated_in_at_most_one_table_of_twenty() -> None:
    """5 entries of one law, 4 seeds, 1,000 tables: at most 6.6 % at 2.3 standard errors.

    The control, one entry three deviations worse, is found in most tables.
    """
    draw = np.random.default_rng(0)
    wrong = found = 0
    for _ in range(1000):
        shared = draw.standard_normal(4)  # of the reference set: common to all entries
        values = shared + draw.standard_normal((5, 4))
        verdict = judge(values)
        assert verdict is not None
        wrong += len(verdict.ties) < 4
        values[1] += 12.0
        verdict = judge(values)
        assert verdict is not None
        found += 1 not in verdict.ties
    assert wrong <= 66
    assert found > 800


def test_with_two_seeds_nobody_is_separated() -> None:
    verdict = judge(np.array([[0.0, 0.0], [9.0, 9.1]]))
    assert verdict is not None
    assert (verdict.best, verdict.ties, verdict.seeds) == (0, (1,), 2)


def test_a_partly_filled_table_is_judged_by_common_seeds() -> None:
    values = np.array([[1.0, 1.1, 0.9, 1.0], [2.0, 2.2, np.nan, np.nan], [np.nan] * 4])
    verdict = judge(values)
    assert verdict is not None
    assert (verdict.best, verdict.ties) == (0, (1,))
    assert judge(np.full((2, 3), np.nan)) is None


def test_easy_seeds_do_not_make_a_winner() -> None:
    """The first is worse on every common seed; the second has a hard one more."""
    values = np.array([[1.1, 1.2, 1.11, np.nan], [1.0, 1.1, 1.0, 9.0]])
    verdict = judge(values)
    assert verdict is not None
    assert verdict.p[1] < 0.05
    assert (verdict.best, verdict.ties) == (0, (1,))


def test_copies_of_images_are_not_best_while_the_floor_is_unknown() -> None:
    table = empty([Entry("ddpm"), Entry("heun")], [5], range(4), metrics=["nearest"])
    for seed in range(4):
        for e, value in enumerate([0.0, 0.2]):
            score = Score(4, 0, 0.1, {"nearest": value + 1e-3 * seed * (e + 1)})
            table = table.filled((e, 0, seed), score)
    assert table.best("nearest", 5) is None
    verdict = replace(table, floors={"nearest": (0.21, 0.001)}).best("nearest", 5)
    assert verdict is not None
    assert (verdict.best, verdict.ties) == (1, ())


def test_one_method_under_two_names_is_one() -> None:
    """Rounding is often of one sign, which a t-test alone takes for a difference."""
    draw = np.random.default_rng(0)
    scores = 0.1 + 0.01 * draw.standard_normal(4)
    rounded = scores * (1.0 + 1e-6 * (1.0 + 0.1 * draw.standard_normal(4)))
    assert paired(scores, rounded).p < 1e-3
    verdict = judge(np.array([scores, rounded, scores * (1.0 + 1e-3)]))
    assert verdict is not None
    assert (verdict.best, verdict.ties) == (0, (1,))


def test_an_entry_that_exploded_once_is_not_judged_by_its_other_seeds() -> None:
    table = empty([Entry("ddpm"), Entry("heun")], [5], range(4), metrics=["sliced-w2"])
    for seed in range(4):
        for e, value in enumerate([2.0 + 0.01 * seed, 1.0]):
            if (e, seed) != (1, 3):
                table = table.filled((e, 0, seed), Score(4, 0, 0.1, {"sliced-w2": value}))
    verdict = table.best("sliced-w2", 5)
    assert verdict is not None
    assert verdict.best == 1
    verdict = table.refuse(1, 0, "It exploded.").best("sliced-w2", 5)
    assert verdict is not None
    assert (verdict.best, verdict.ties) == (0, ())
    assert np.isnan(verdict.p[1])


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03, 0.005]).round(9).tolist() == [0.06, 0.03, 0.06, 0.02]
    assert np.isnan(holm([np.nan, 0.01])[0])
    assert holm([np.nan, 0.01])[1] == 0.02


def test_exact_sets_are_called_at_the_floor_in_99_of_100_tables() -> None:
    """Simulated normal distances, 4 seeds, 8 pairs, 4,000 tables: 1 % to within 0.5 %."""
    draw = np.random.default_rng(1)
    base = empty([Entry("ddpm")], [5], range(4), metrics=["sliced-w2"])
    missed = 0
    for _ in range(4000):
        pairs = draw.standard_normal(PAIRS)
        scores = {"sliced-w2": draw.standard_normal((1, 1, 4))}
        floor = {"sliced-w2": (float(pairs.mean()), float(pairs.std(ddof=1)))}
        missed += not replace(base, distances=scores, floors=floor).within_floor("sliced-w2")[0, 0]
    assert 0.005 < missed / 4000 < 0.015


def test_a_table_fills_and_averages_what_is_known() -> None:
    table = empty([Entry("ddpm"), Entry("heun")], [5, 10], [0, 1, 2], metrics=["sliced-w2"])
    for seed, value in enumerate([1.0, 3.0]):
        table = table.filled((1, 0, seed), Score(4, 0, 0.1, {"sliced-w2": value}, 0.5, 0.25))
    assert table.mean("sliced-w2")[1, 0] == 2.0
    assert table.error("sliced-w2")[1, 0] == pytest.approx(1.0)  # sqrt(2) / sqrt(2)
    assert np.isnan(table.mean("sliced-w2")).sum() == 3
    assert (table.nfe[1, 0], table.values("ode")[1, 0, 1]) == (4.0, 0.5)
    assert not table.within_floor("sliced-w2").any()  # no floor is known
    assert table.refuse(0, 0, "No.").refused == {(0, 0): "No."}


def test_every_metric_of_a_target_has_words_and_a_floor() -> None:
    found = floors(nine_modes(), 200, pairs=2)
    assert tuple(found) == names(nine_modes())
    assert set(found) <= set(METRICS)
    assert all(spread > 0.0 for _, spread in found.values())
    assert arena.contest is analysis.contest


def test_the_words_of_a_contest_load_no_tensors() -> None:
    code = "import sys; from explorer.analysis import contest; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
