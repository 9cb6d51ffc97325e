"""What a sampler says that it costs is what it costs; and a budget buys what it says."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer import samplers, schedules
from explorer.core.errors import InputError
from explorer.core.types import Sampler
from tests.samplers import laws

ENDS = ("sigma_min", "zero")
VARIANTS = [
    ("ddim", {"eta": 0.5}),
    ("heun", {"s_churn": 4.0}),
    ("unipc", {"p": 1, "corrector": False}),
    ("unipc", {"p": 2, "lower_order_final": False}),
    ("deis", {"nodes": 2, "lower_order_final": True}),
    ("dpmpp-sde", {"differences": False}),
]


def spent(sampler: Sampler, n: int, end: str) -> tuple[int, int]:
    sigmas = schedules.grid(sampler.default_grid, n, laws.LOW, laws.HIGH, end=end)
    run = samplers.sample(sampler, laws.images(), laws.start(3).reshape(3, 1, 1, 3), sigmas)
    assert run.steps == n
    assert run.calls == run.nfe + run.energy_evaluations
    assert (run.x == run.x0).all() or end == "sigma_min" or sampler.name.startswith("rtk")
    return run.nfe, run.energy_evaluations


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", samplers.names())
def test_declared_cost_is_counted_cost(name: str, end: str) -> None:
    sampler = samplers.build(name)
    for n in (1, 2, 3, 7):
        assert spent(sampler, n, end) == (sampler.nfe(n, end), sampler.energy(n, end))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("name", "params"), VARIANTS)
def test_declared_cost_of_variants(name: str, params: dict, end: str) -> None:
    sampler = samplers.build(name, **params)
    for n in (1, 2, 3, 7):
        assert spent(sampler, n, end) == (sampler.nfe(n, end), sampler.energy(n, end))


def test_cost_counts_what_is_called_and_not_what_is_said() -> None:
    """Control: the counter sees a denoiser's own calls, whatever the sampler declares."""
    seen = []

    def denoise(x: torch.Tensor, sigma: float) -> torch.Tensor:
        seen.append(sigma)
        return laws.gaussian(x, sigma)

    sigmas = schedules.grid("logsnr", 6, laws.LOW, laws.HIGH)
    run = samplers.sample("dpm-3", denoise, laws.start(2), sigmas)
    assert run.nfe == run.calls == len(seen) == 18


@given(
    name=st.sampled_from(samplers.names()),
    nfe=st.integers(1, 5000),
    end=st.sampled_from(ENDS),
)
def test_a_budget_buys_as_many_steps_as_it_can(name: str, nfe: int, end: str) -> None:
    sampler = samplers.build(name)
    if nfe < sampler.nfe(1, end):
        with pytest.raises(InputError, match="pay"):
            samplers.plan(name, nfe, end=end)
        return
    if sampler.nfe(2, end) == 0:  # it knows the law and asks no denoiser
        with pytest.raises(InputError, match="any number"):
            samplers.plan(name, nfe, end=end)
        return
    plan = samplers.plan(name, nfe, end=end)
    assert plan.nfe == sampler.nfe(plan.n, end) <= nfe < sampler.nfe(plan.n + 1, end)
    assert plan.energy == sampler.energy(plan.n, end)
