"""RTK to sigma = 0: the last segment runs its chain too, by the score of the clean mixture.

Chance of a false alarm: 1e-4 for each suite of Kolmogorov-Smirnov tests under other seeds; with
these seeds there is none. Controls that must fail: a last step that answers D, and a kernel that
forgets where it came from.
"""

import numpy as np
import pytest
import torch

from explorer import denoisers, samplers
from explorer.analysis.ks_max import ks_max
from explorer.analysis.mixture_law import MixtureLaw
from explorer.core.errors import InputError
from explorer.samplers.noise import Noise
from explorer.samplers.rtk_kernel import Kernel, smallest_variance
from explorer.samplers.rtk_metropolis import by_energy, by_simpson, metropolis
from tests.samplers.rtk_sets import COVARIANCES, MEANS, UPPER, WEIGHTS, law, mixture, noisy

ALPHA = 1e-4
LEVELS = np.array([1.2, 0.4, 0.0])
CASES = {
    "rtk-ula": {"c": 0.03, "inner": 150},
    "rtk-uld": {"c": 0.03, "inner": 60},
    "rtk-mala": {"inner": 40},
    "rtk-mala-score": {"inner": 40},
}


def p_of(name: str, last: str, n: int = 4000) -> float:
    """p of clean samples that began as exact noisy ones."""
    sampler = samplers.build(name, last=last, **CASES[name])
    run = samplers.sample(sampler, mixture(), noisy(n, UPPER), LEVELS, seed=7)
    return ks_max(run.x.flatten(1), law()).p


def test_chains_reach_the_law_of_the_data() -> None:
    p = sorted(p_of(name, "exact") for name in CASES)
    # Holm: the smallest of k is compared with ALPHA / k, the next with ALPHA / (k - 1), ...
    assert all(value > ALPHA / (len(p) - i) for i, value in enumerate(p)), p


def test_the_denoisers_answer_does_not_reach_it() -> None:
    """D is a mean: narrower than the data by the posterior's variance."""
    for name in CASES:
        assert p_of(name, "denoise") < 1e-9, name


def kernel_of(x: np.ndarray) -> MixtureLaw:
    """p(clean | x at UPPER) by Bayes' rule with full matrices."""
    logs, means, covariances = [], [], []
    for w, m, s in zip(WEIGHTS, MEANS, COVARIANCES, strict=True):
        total = s + UPPER**2 * np.eye(3)
        gain = s @ np.linalg.inv(total)
        away = x - m
        logs.append(
            np.log(w)
            - 0.5 * away @ np.linalg.solve(total, away)
            - 0.5 * np.linalg.slogdet(total)[1]
        )
        means.append(m + gain @ away)
        covariances.append(s - gain @ s)
    weights = np.exp(np.array(logs) - max(logs))
    return MixtureLaw(weights / weights.sum(), np.array(means), np.array(covariances))


class Forgetful(Kernel):
    """The kernel without its quadratic term."""

    def gradient(self, y: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
        return -answer + 0.0 * y

    def energy(self, y: torch.Tensor) -> torch.Tensor:
        return -self.denoise.log_density(y, 0.0)


@torch.no_grad()
def conditional(rise, kernel: type[Kernel] = Kernel) -> float:
    """p of chains from one x midway between two modes, against the posterior of that x."""
    middle = 0.5 * (MEANS[0] + MEANS[1])
    x = torch.from_numpy(middle).expand(4000, 3).clone().reshape(-1, 1, 1, 3)
    target = kernel(mixture(), x, UPPER, 0.0)
    tau = target.step(1.0, smallest_variance(mixture()))
    start = mixture()(x, UPPER)
    *_, last = metropolis(target, start, tau, 60, Noise(5, 4000), rise=rise)
    return ks_max(last.y.flatten(1), kernel_of(middle)).p


def test_the_last_segment_draws_from_the_posterior_of_its_x() -> None:
    assert min(conditional(rise) for rise in (by_energy, by_simpson)) > ALPHA / 2
    for rise in (by_energy, by_simpson):
        assert conditional(rise, Forgetful) < 1e-9


@pytest.mark.parametrize("warm", ["ddpm", "noise"])
@pytest.mark.parametrize(("name", "each", "fixed", "energy"), [
    ("rtk-ula", 1, 0, 0),
    ("rtk-uld", 1, 0, 0),
    ("rtk-mala", 1, 1, 1),
    ("rtk-mala-score", 2, 1, 0),
])  # fmt: skip
def test_cost_is_that_of_one_more_segment(name, each, fixed, energy, warm) -> None:
    sampler = samplers.build(name, inner=5, extra=1, warm=warm, last="exact")
    for n in (1, 2, 3):
        sigmas = np.append(np.geomspace(4.0, 0.4, n), 0.0)
        run = samplers.sample(sampler, mixture(), noisy(3, 4.0), sigmas)
        jumps = n if warm == "ddpm" else 0
        steps = 5 * n + 1
        assert run.nfe == sampler.nfe(n, "zero") == jumps + fixed * n + each * steps
        assert run.energy_evaluations == sampler.energy(n, "zero") == energy * (n + steps)
        assert torch.equal(run.x, run.x0)  # without noise the estimate is the state
        assert "tau" in run.extras[-1]
    # Where no step ends at 0 the parameter says nothing.
    sigmas = np.array([4.0, 1.0, 0.3])
    plain = samplers.build(name, inner=5, extra=1, warm=warm)
    one, other = (samplers.sample(s, mixture(), noisy(3, 4.0), sigmas) for s in (sampler, plain))
    assert torch.equal(one.x, other.x)
    assert sampler.nfe(2) == plain.nfe(2) == one.nfe


@pytest.mark.parametrize("name", ["rtk-mala", "rtk-mala-score"])
def test_reuse_saves_all_jumps_but_the_first(name: str) -> None:
    runs = [
        samplers.sample(
            samplers.build(name, last="exact", reuse=reuse), mixture(), noisy(8, UPPER), LEVELS
        )
        for reuse in (False, True)
    ]
    torch.testing.assert_close(runs[0].x, runs[1].x, rtol=0, atol=1e-12)
    assert runs[0].nfe - runs[1].nfe == 1


def test_a_score_at_zero_is_asked_for_in_words() -> None:
    sampler = samplers.build("rtk-ula", last="exact")
    images = np.random.default_rng(0).integers(0, 256, (20, 1, 1, 3)).astype(np.uint8)
    for denoiser in (
        lambda x, sigma: x / (1.0 + sigma**2),
        denoisers.build("wiener", images),
        denoisers.build("optimal", images),
    ):
        with pytest.raises(InputError, match="clean data") as caught:
            samplers.sample(sampler, denoiser, noisy(3, UPPER), LEVELS)
        assert caught.value.field == "last"
        samplers.sample(sampler, denoiser, noisy(3, UPPER), LEVELS[:2])  # above 0 it is not used
    with pytest.raises(InputError, match="last = 'first'"):
        samplers.build("rtk-ula", last="first")
