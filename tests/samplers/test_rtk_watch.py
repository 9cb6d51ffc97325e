"""RTK watched: every inner step is shown, none is counted as a step, and no result changes."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from explorer import samplers, schedules
from explorer.core.errors import Cancelled, NotFiniteError
from tests.samplers.rtk_sets import mixture, noisy

SIGMAS = schedules.grid("geometric", 3, sigma_min=0.3, sigma_max=4.0)
INNER = {
    "rtk-ula": {},
    "rtk-uld": {"extra": 2},
    "rtk-mala": {"reuse": True},
    "rtk-mala-score": {"rule": "trapezoid"},
}
every = pytest.mark.parametrize("name", INNER)


def built(name: str, inner: int = 4):
    return samplers.build(name, inner=inner, **INNER[name])


def same(one: samplers.Run, other: samplers.Run) -> None:
    """Everything but the time it took, bit for bit."""
    assert torch.equal(one.states, other.states)
    assert torch.equal(one.x0, other.x0)
    for field in ("nfe", "energy_evaluations", "steps", "calls"):
        assert getattr(one, field) == getattr(other, field)
    for mine, theirs in zip(one.extras, other.extras, strict=True):
        assert mine.keys() == theirs.keys()
        assert all(torch.equal(*map(torch.as_tensor, (mine[k], theirs[k]))) for k in mine)


@every
@pytest.mark.parametrize("chunk", [None, 32])
@pytest.mark.parametrize("end", ["sigma_min", "zero"])
def test_watching_changes_nothing(name: str, chunk: int | None, end: str) -> None:
    sigmas = schedules.grid("geometric", 3, sigma_min=0.3, sigma_max=4.0, end=end)
    given = {"keep": "all", "seed": 3, "block": 16, "chunk": chunk}
    blind = samplers.sample(built(name), mixture(), noisy(70, 4.0), sigmas, **given)
    for watched in (
        samplers.sample(built(name), mixture(), noisy(70, 4.0), sigmas, watch=True, **given),
        samplers.sample(
            replace(built(name), watch=True), mixture(), noisy(70, 4.0), sigmas, **given
        ),
    ):
        same(watched, blind)


@every
def test_every_inner_step_is_shown_and_the_last_is_the_segments_end(name: str) -> None:
    seen: list[samplers.Step] = []
    sampler = built(name)
    run = samplers.sample(
        sampler,
        mixture(),
        noisy(40, 4.0),
        SIGMAS,
        watch=True,
        progress=seen.append,
        keep="all",
        block=16,
        chunk=16,
    )
    sizes = [4 + (i >= 3 - sampler.extra) for i in range(3)]
    wanted = [
        (i, pair) for i, s in enumerate(sizes) for pair in [*((j + 1, s) for j in range(s)), None]
    ]
    assert [(step.index, step.inner) for step in seen] == wanted
    assert [step.sigma for step in seen] == [SIGMAS[1 + i] for i, _ in wanted]
    assert (np.diff([step.nfe for step in seen]) >= 0).all()
    assert run.steps == len(run.extras) == 3
    for step, after in pairwise(seen):
        assert step.x.shape == step.x0.shape == (40, 1, 1, 3)
        if after.inner is None:
            assert torch.equal(step.x, after.x)
            assert torch.equal(step.x0, after.x0)
            for key, value in after.extras.items():
                assert torch.equal(*map(torch.as_tensor, (step.extras[key], value)))
        elif step.inner is not None and "acceptance" not in step.extras:
            assert not torch.equal(step.x, after.x)  # a chain without rejection moves
    finished = [step.x for step in seen if step.inner is None]
    assert torch.equal(torch.stack(finished), run.states[1:])


def test_acceptance_so_far_counts_the_proposals_so_far() -> None:
    """After j steps shares are multiples of 1/j; one more proposal adds 0 or 1 to their count."""
    seen: list[samplers.Step] = []
    samplers.sample(
        built("rtk-mala", 6), mixture(), noisy(30, 4.0), SIGMAS, watch=True, progress=seen.append
    )
    first = [step for step in seen if step.index == 0 and step.inner]
    counts = [step.extras["acceptance"] * step.inner[0] for step in first if step.inner]
    for before, after in pairwise([torch.zeros(30), *counts]):
        torch.testing.assert_close(after, after.round(), rtol=0, atol=1e-12)
        assert set((after - before).round().tolist()) <= {0.0, 1.0}
    assert 0 < counts[-1].sum() < 6 * 30


@every
def test_whoever_stops_looking_has_the_finished_steps(name: str) -> None:
    whole = samplers.sample(built(name), mixture(), noisy(8, 4.0), SIGMAS, keep="all")
    walk = samplers.walk(built(name), mixture(), noisy(8, 4.0), SIGMAS, keep="all", watch=True)
    half_way = 0
    for step in walk:
        if step.inner is None:
            half_way = step.nfe
        if (step.index, step.inner and step.inner[0]) == (1, 2):
            break
    half = walk.run()
    assert half.steps == 1
    assert torch.equal(half.states, whole.states[:2])
    assert half.nfe > half_way  # what was begun is paid for
    same(_to_the_end(walk), whole)  # and it goes on where it was


def _to_the_end(walk: samplers.Walk) -> samplers.Run:
    for _ in walk:
        pass
    return walk.run()


@every
def test_stops_and_bad_answers_name_the_segment(name: str) -> None:
    calls = iter(range(10**6))
    whole = samplers.sample(built(name), mixture(), noisy(8, 4.0), SIGMAS)
    with pytest.raises(Cancelled, match="in step 2 of 3") as stopped:
        samplers.sample(
            built(name),
            mixture(),
            noisy(8, 4.0),
            SIGMAS,
            watch=True,
            cancel=lambda: next(calls) == whole.calls // 2,
        )
    assert stopped.value.run.steps == 1

    class Broken:
        covariances = mixture().covariances
        log_density = staticmethod(mixture().log_density)

        def __call__(self, x: torch.Tensor, sigma: float) -> torch.Tensor:
            return mixture()(x, sigma) * (torch.nan if sigma < SIGMAS[1] else 1.0)

    with pytest.raises(NotFiniteError, match="at step 2 of 3") as failed:
        samplers.sample(built(name), Broken(), noisy(8, 4.0), SIGMAS, watch=True)
    assert failed.value.run.steps == 1


def test_samplers_without_inner_steps_have_nothing_more_to_show() -> None:
    for name in ("euler", "heun", "rtk-exact"):
        seen: list[samplers.Step] = []
        samplers.sample(name, mixture(), noisy(4, 4.0), SIGMAS, watch=True, progress=seen.append)
        assert [step.inner for step in seen] == [None] * 3
