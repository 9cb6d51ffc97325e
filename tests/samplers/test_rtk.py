"""RTK: the kernel, the noise of underdamped steps, costs, chunks, stopping, and the meter."""

import math

import numpy as np
import pytest
import torch

from explorer import samplers, schedules
from explorer.core.errors import Cancelled, InputError
from explorer.samplers.log_concavity import auto_segments, l_neg, mixture_hessian, mixture_l_neg
from explorer.samplers.noise import Noise
from explorer.samplers.rtk_kernel import Inner, Kernel
from explorer.samplers.rtk_langevin import friction, underdamped
from explorer.samplers.rtk_metropolis import by_simpson, metropolis
from explorer.samplers.rtk_mixture import axes
from explorer.samplers.rtk_plan import Plan, spend
from explorer.samplers.rtk_walk import walk
from tests.samplers.rtk_sets import GAP, LOWER, UPPER, mixture, noisy

INNER = ("rtk-ula", "rtk-uld", "rtk-mala", "rtk-mala-score")
SIGMAS = schedules.grid("geometric", 4, sigma_min=0.3, sigma_max=4.0)


@pytest.mark.parametrize("u", [1e-6, 1e-3, 0.1, 0.4999, 0.5001, 2.0, 20.0])
@pytest.mark.parametrize("gamma", [0.3, 40.0])
def test_noise_of_an_underdamped_step_equals_quadrature(u: float, gamma: float) -> None:
    f = friction(gamma, u / gamma)
    nodes, weights = np.polynomial.legendre.leggauss(80)
    left = u * (nodes + 1.0) / 2.0  # gamma times the time that is left
    weights = weights * u / 2.0 / gamma
    on_v, on_y = np.exp(-left), -np.expm1(-left) / gamma
    for found, wanted in (
        (f.var_v, 2.0 * gamma * (weights @ on_v**2)),
        (f.cov, 2.0 * gamma * (weights @ (on_v * on_y))),
        (f.var_y, 2.0 * gamma * (weights @ on_y**2)),
        (f.moved, weights @ on_v),
        (f.pushed, weights @ on_y),
    ):
        assert found == pytest.approx(wanted, rel=1e-12, abs=0.0)


class OneHot:
    """Draw j is 1 for sample j and 0 for all others: a result is its row of coefficients."""

    def __init__(self) -> None:
        self.drawn = 0

    def normal(self, x: torch.Tensor) -> torch.Tensor:
        row = torch.zeros_like(x)
        row[self.drawn] = 1.0
        self.drawn += 1
        return row

    def uniform(self, n: int) -> torch.Tensor:
        return torch.full((n,), 0.5, dtype=torch.float64)


def _shrunk(x: torch.Tensor, sigma: float) -> torch.Tensor:
    return x / (1.0 + sigma**2)


class Flat(Kernel):
    """No force at all."""

    def gradient(self, y: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
        return 0.0 * (y + answer)


def test_underdamped_steps_without_force_are_exact_together() -> None:
    """Var y(T) = 2 (gT - 1 + e^-gT) / g^2 from v ~ N(0, 1): needs the noises' covariance."""
    kernel = Flat(_shrunk, torch.zeros(11, 1, dtype=torch.float64), 2.0, 1.0)
    tau, c = 0.04, 0.9
    *_, (y, _, _) = underdamped(kernel, torch.zeros_like(kernel.x), tau, 5, OneHot(), c=c)
    u = 2.0 * math.sqrt(c / tau) * 5 * math.sqrt(tau)
    wanted = 2.0 * (u + math.expm1(-u)) / (4.0 * c / tau)
    assert float(y.square().sum()) == pytest.approx(wanted, rel=1e-12)


def test_after_a_rejection_the_chain_stands_where_it_stood() -> None:
    asked = []

    def denoise(y: torch.Tensor, sigma: float) -> torch.Tensor:
        asked.append(y)
        return torch.sin(3.0 * y)

    class Silent(OneHot):
        def normal(self, x: torch.Tensor) -> torch.Tensor:
            return torch.zeros_like(x)

    x = torch.full((2, 1), 0.8, dtype=torch.float64)
    *_, (y, denoised, accepted) = metropolis(
        Kernel(denoise, x, 2.0, 1.0), x, 0.3, 3, Silent(), rise=by_simpson, farthest=1e-9
    )
    assert torch.equal(y, x)
    assert torch.equal(denoised, torch.sin(3.0 * x))
    assert float(accepted.max()) == 0.0
    proposals = asked[1::2]  # beside them the middles
    assert len(proposals) == 3
    assert all(torch.equal(proposal, proposals[0]) for proposal in proposals)


def test_warm_starts_alone_are_ddpm_and_steps_follow_the_curvature() -> None:
    d, x = mixture(), noisy(6, 4.0)
    plan = Plan(lambda *given: iter([Inner(given[1], given[1])]), 1, 0, 0.5, "ddpm")
    *_, last = walk(plan, d, x, SIGMAS, Noise(0, 6))
    wanted = samplers.sample("ddpm", d, x, SIGMAS, seed=0).x
    torch.testing.assert_close(last.x, wanted, rtol=0, atol=1e-12)
    upper, lower = SIGMAS[-2:]
    curvature = 1.0 / (upper**2 - lower**2) + 1.0 / (0.16 + lower**2)  # 0.16: smallest variance
    assert last.extras["tau"] == pytest.approx(0.5 / curvature, rel=1e-12)


def test_single_precision_stays_single() -> None:
    for name in (*INNER, "rtk-exact"):
        assert samplers.sample(name, mixture(), noisy(4, 4.0).float(), SIGMAS).x.dtype == (
            torch.float32
        )


def test_the_kernel_is_that_of_the_ornstein_uhlenbeck_process() -> None:
    d, x, y = mixture(), noisy(6, UPPER), noisy(6, LOWER, 1)
    kernel = Kernel(d, x, UPPER, LOWER)
    s, t = (0.5 * math.log1p(level**2) for level in (LOWER, UPPER))
    eta = t - s

    def g(z: torch.Tensor) -> torch.Tensor:
        """As printed: z at time s, x' = e^-t x at time t; p_s(z) = e^{3s} p_sigma(e^s z)."""
        log_p = d.log_density(math.exp(s) * z, LOWER) + 3.0 * s
        away = math.exp(-t) * x - math.exp(-eta) * z
        return away.square().sum(dim=(1, 2, 3)) / (2.0 * -math.expm1(-2.0 * eta)) - log_p

    z = (math.exp(-s) * y).requires_grad_()
    difference = g(z).detach() - kernel.energy(y)
    torch.testing.assert_close(
        difference, torch.full_like(difference, -3.0 * s), rtol=0, atol=1e-12
    )
    g(z).sum().backward()
    ours = math.exp(s) * kernel.gradient(y, kernel.evaluate(y))
    torch.testing.assert_close(z.grad, ours, rtol=1e-11, atol=1e-12)
    assert kernel.gap == pytest.approx(GAP, rel=1e-14)


@pytest.mark.parametrize("end", ["sigma_min", "zero"])
@pytest.mark.parametrize(
    ("name", "params", "nfe", "energy"),
    [
        ("rtk-ula", {}, 4 * 8, 0),
        ("rtk-uld", {}, 4 * 8, 0),
        ("rtk-mala", {}, 4 * 9, 4 * 8),
        ("rtk-mala", {"reuse": True}, 4 * 9 - 3, 4 * 8),
        ("rtk-mala", {"warm": "noise"}, 4 * 8, 4 * 8),
        ("rtk-mala", {"warm": "noise", "reuse": True}, 4 * 8, 4 * 8),
        ("rtk-mala", {"extra": 3}, 4 * 9 + 3, 4 * 8 + 3),
        ("rtk-mala-score", {}, 4 * 16, 0),
        ("rtk-mala-score", {"extra": 2, "reuse": True}, 4 * 16 + 4 - 3, 0),
        ("rtk-mala-score", {"rule": "trapezoid"}, 4 * 9, 0),
        ("rtk-exact", None, 0, 0),
    ],
)
def test_evaluations_equal_the_promise(name, params, nfe: int, energy: int, end: str) -> None:
    sampler = samplers.build(name) if params is None else samplers.build(name, inner=7, **params)
    assert (sampler.nfe(4), sampler.energy(4)) == (nfe, energy)
    for n in (1, 2, 4):
        sigmas = schedules.grid("geometric", n, sigma_min=0.3, sigma_max=4.0, end=end)
        run = samplers.sample(sampler, mixture(), noisy(3, 4.0), sigmas)
        assert run.nfe == sampler.nfe(n, end)
        assert run.energy_evaluations == sampler.energy(n, end)
        assert run.steps == n
        if end == "zero" and name != "rtk-exact":
            assert torch.equal(run.x, run.x0)


@pytest.mark.parametrize("name", [*INNER, "rtk-exact"])
def test_chunks_change_nothing_and_seeds_do(name: str) -> None:
    d, x = mixture(), noisy(70, 4.0)
    whole = samplers.sample(name, d, x, SIGMAS, seed=3, block=16)
    parts = samplers.sample(name, d, x, SIGMAS, seed=3, block=16, chunk=32)
    torch.testing.assert_close(parts.x, whole.x, rtol=0, atol=1e-12)
    for one, other in zip(parts.extras, whole.extras, strict=True):
        if "acceptance" in one:
            assert torch.equal(one["acceptance"], other["acceptance"])
            assert one["acceptance"].shape == (70,)
    assert not torch.equal(samplers.sample(name, d, x, SIGMAS, seed=4).x, whole.x)


def test_reuse_changes_the_cost_and_not_the_samples() -> None:
    for name in ("rtk-mala", "rtk-mala-score"):
        runs = [
            samplers.sample(samplers.build(name, reuse=r), mixture(), noisy(8, 4.0), SIGMAS)
            for r in (False, True)
        ]
        torch.testing.assert_close(runs[0].x, runs[1].x, rtol=0, atol=1e-12)
        assert runs[0].nfe - runs[1].nfe == 3


@pytest.mark.parametrize("name", INNER)
def test_stopping_inside_a_segment_keeps_the_finished_ones(name: str) -> None:
    whole = samplers.sample(name, mixture(), noisy(8, 4.0), SIGMAS, keep="all")
    calls = iter(range(10**6))
    each = whole.calls // 4
    with pytest.raises(Cancelled) as stopped:
        samplers.sample(
            name,
            mixture(),
            noisy(8, 4.0),
            SIGMAS,
            keep="all",
            cancel=lambda: next(calls) == 2 * each + each // 2,
        )
    kept = stopped.value.run
    assert kept.steps == 2
    assert torch.equal(kept.states, whole.states[:3])


def test_bounds_reject_far_proposals() -> None:
    still = samplers.build("rtk-mala", farthest=1e-9, warm="noise")
    run = samplers.sample(still, mixture(), noisy(8, 4.0), SIGMAS)
    assert all(float(step["acceptance"].max()) == 0.0 for step in run.extras)
    near = samplers.build("rtk-mala", radius=3.0)
    assert float(samplers.sample(near, mixture(), noisy(64, 4.0), SIGMAS).x.abs().max()) < 3.5


def test_what_a_chain_needs_is_asked_for_in_words() -> None:
    x = noisy(2, 4.0)
    for name, words in (("rtk-mala", "log densit"), ("rtk-exact", "Gaussian mixture")):
        with pytest.raises(InputError, match=words):
            samplers.sample(name, _shrunk, x, SIGMAS)
    samplers.sample("rtk-mala-score", _shrunk, x, SIGMAS)
    for params in (
        {"inner": 0},
        {"extra": -1},
        {"c": 0.0},
        {"warm": "hot"},
        {"radius": 0.0},
        {"rule": "euler"},
    ):
        with pytest.raises(InputError, match=next(iter(params))):
            samplers.build("rtk-mala-score", **params)
    with pytest.raises(InputError, match="fewer segments"):
        spend(20, 7, fixed=2, each=1)


def test_a_budget_is_spent_to_the_last_step() -> None:
    for name, fixed, each in (("rtk-ula", 1, 1), ("rtk-mala", 2, 1), ("rtk-mala-score", 2, 2)):
        for budget in (61, 100):
            inner, extra = spend(budget, 5, fixed=fixed, each=each)
            spent = samplers.build(name, inner=inner, extra=extra).nfe(5)
            assert budget - each < spent <= budget


def test_hessian_of_the_mixture_equals_autograd() -> None:
    d, x = mixture(), noisy(4, 0.5)
    found = mixture_hessian(axes(d), x.flatten(1), 0.5)
    for i in range(4):
        exact = torch.autograd.functional.hessian(
            lambda y: d.log_density(y, 0.5).sum(), x[i : i + 1]
        )
        torch.testing.assert_close(found[i], exact.reshape(3, 3), rtol=1e-9, atol=1e-9)


def test_power_iteration_finds_the_mixtures_concavity() -> None:
    d, x = mixture(), noisy(40, 0.3)
    exact = mixture_l_neg(axes(d), x.flatten(1), 0.3)
    assert exact > 0.0
    assert l_neg(d, x, 0.3, rounds=200) == pytest.approx(exact, rel=1e-3)


def test_segments_by_the_meter_are_the_longest_allowed() -> None:
    # p = two points at -1 and 1: sup of the second derivative of log p is 1/s^4 - 1/s^2.
    def bound(sigma: float) -> float:
        return max(0.0, 1.0 / sigma**4 - 1.0 / sigma**2)

    found = auto_segments(bound, sigma_max=10.0, sigma_min=0.3)
    assert not found.capped
    assert (found.sigmas[0], found.sigmas[-1]) == (10.0, 0.3)
    assert (found.meter <= 0.5 * (1 + 1e-6)).all()
    np.testing.assert_allclose(found.meter[:-1], 0.5, rtol=1e-6)  # all but the last are full
    capped = auto_segments(bound, sigma_max=10.0, sigma_min=0.3, most=3)
    assert capped.capped
    assert len(capped.meter) == 3
    assert capped.meter[-1] > 0.5
    with pytest.raises(InputError, match="levels"):
        auto_segments(bound, sigma_max=1.0, sigma_min=1.0)
