"""RTK: what the inner chains draw from, by Kolmogorov-Smirnov tests on many directions.

Chance of a false alarm: 1e-4 for each suite under other seeds; with these seeds there is none.
Every suite has controls that must fail: chains that are known to be biased, or broken ones.
"""

from functools import partial

import numpy as np
import pytest
import torch
from scipy.stats import chi2_contingency

from explorer import samplers
from explorer.analysis.ks_max import ks_max
from explorer.samplers.noise import Noise
from explorer.samplers.rtk_kernel import Kernel, smallest_variance
from explorer.samplers.rtk_langevin import overdamped, underdamped
from explorer.samplers.rtk_metropolis import by_energy, by_simpson, by_trapezoid, metropolis
from explorer.samplers.rtk_mixture import axes, draw
from tests.samplers.rtk_sets import GAP, LOWER, MEANS, UPPER, law, mixture, noisy, posterior

ALPHA = 1e-4
RISES = {"mala": by_energy, "simpson": by_simpson, "trapezoid": by_trapezoid}


def exact(x: torch.Tensor, noise: Noise) -> torch.Tensor:
    rows = x.flatten(1)
    uniform, normal = noise.uniform(len(x)), noise.normal(rows)
    y, _ = draw(axes(mixture()), rows, uniform, normal, upper=UPPER, lower=LOWER)
    return y.reshape(x.shape)


def chain(name: str, kernel: Kernel, y: torch.Tensor, noise: Noise, *, c: float, steps: int):
    tau = kernel.step(c, smallest_variance(mixture()))
    if name == "ula":
        places = overdamped(kernel, y, tau, steps, noise)
    elif name == "uld":
        places = underdamped(kernel, y, tau, steps, noise, c=c)
    else:
        places = metropolis(kernel, y, tau, steps, noise, rise=RISES[name])
    *_, last = places
    return last.y


def invariance(name: str, c: float, n: int) -> float:
    """p of y at LOWER after 15 inner steps that began with exact draws."""
    x, noise = noisy(n, UPPER), Noise(11, n)
    y = exact(x, noise)
    if name != "exact":
        y = chain(name, Kernel(mixture(), x, UPPER, LOWER), y, noise, c=c, steps=15)
    return ks_max(y.flatten(1).numpy(), law().at(LOWER)).p


@torch.no_grad()
def test_chains_keep_the_law_that_they_start_with() -> None:
    cases = [("exact", 1), ("mala", 0.5), ("mala", 1), ("simpson", 1), ("ula", 0.1), ("uld", 0.1)]
    p = sorted(invariance(name, c, 4000) for name, c in cases)
    # Holm: the smallest of k is compared with ALPHA / k, the next with ALPHA / (k - 1), ...
    assert all(value > ALPHA / (len(p) - i) for i, value in enumerate(p)), p


@torch.no_grad()
def test_the_test_sees_the_bias_of_trapezoid_and_of_large_steps() -> None:
    assert invariance("trapezoid", 1, 12_000) < 1e-6
    assert invariance("ula", 0.5, 20_000) < 1e-4


class Unbound(Kernel):
    """The kernel without its quadratic term."""

    def gradient(self, y: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
        return (y - answer) / self.lower**2

    def energy(self, y: torch.Tensor) -> torch.Tensor:
        return -self.denoise.log_density(y, self.lower)


class Flipped(Kernel):
    """The kernel with "+ log p"."""

    def gradient(self, y: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
        return (answer - y) / self.lower**2 + (y - self.x) / self.gap


def conditional(name: str, *, kernel: type[Kernel] = Kernel) -> tuple[float, float]:
    """p of all of y, and of the shares of its modes, for one x midway between two modes."""
    middle = 0.5 * (MEANS[0] + MEANS[1])
    x = torch.from_numpy(middle).expand(4000, 3).clone().reshape(-1, 1, 1, 3)
    noise, target = Noise(5, 4000), posterior(middle)
    r = (LOWER / UPPER) ** 2
    warm = r * x + (1 - r) * mixture()(x, UPPER) + LOWER * (1 - r) ** 0.5 * noise.normal(x)
    y = exact(x, noise)
    if name != "exact":
        y = chain(name, kernel(mixture(), x, UPPER, LOWER), warm, noise, c=1.0, steps=60)
    rows = y.flatten(1).numpy()
    counts = [_nearest(points, target.means) for points in (rows, target.draw(4000, seed=9))]
    return ks_max(rows, target).p, float(chi2_contingency(np.array(counts)).pvalue)


def _nearest(points: np.ndarray, means: np.ndarray) -> np.ndarray:
    distances = ((points[:, None] - means) ** 2).sum(axis=2)
    return np.bincount(distances.argmin(axis=1), minlength=len(means))


@torch.no_grad()
@pytest.mark.parametrize("name", ["exact", "mala", "simpson"])
def test_chains_draw_from_the_kernel_of_their_x(name: str) -> None:
    p_all, p_modes = conditional(name)
    assert min(p_all, p_modes) > ALPHA / 6, (p_all, p_modes)


@torch.no_grad()
@pytest.mark.parametrize(
    "broken",
    [
        partial(conditional, "trapezoid"),
        partial(conditional, "mala", kernel=Unbound),
        partial(conditional, "simpson", kernel=Unbound),
        partial(conditional, "simpson", kernel=Flipped),
    ],
)
def test_the_test_sees_broken_kernels(broken) -> None:
    assert broken()[0] < 1e-6


def test_the_posterior_of_the_tests_is_the_kernel() -> None:
    """-log of the mixture worked out with matrices and g differ by a constant."""
    x = torch.from_numpy(0.5 * (MEANS[0] + MEANS[1])).expand(50, 3).clone().reshape(-1, 1, 1, 3)
    y, target = noisy(50, LOWER), posterior(x[0].flatten().numpy())
    values = np.zeros(50)
    for w, m, s in zip(target.weights, target.means, target.covariances, strict=True):
        away = y.flatten(1).numpy() - m
        exponent = np.einsum("bi,ij,bj->b", away, np.linalg.inv(s), away)
        values += w * np.exp(-0.5 * exponent) / np.sqrt(np.linalg.det(s))
    constant = Kernel(mixture(), x, UPPER, LOWER).energy(y).numpy() + np.log(values)
    np.testing.assert_allclose(constant, constant[0], rtol=0, atol=1e-11)
    assert GAP > 0.0


@pytest.mark.parametrize("levels", [[1.2, 0.4], [1.2, 1.0, 0.6, 0.4], [1.2, 0.7, 0.0]])
def test_exact_segments_carry_the_law_from_level_to_level(levels: list[float]) -> None:
    run = samplers.sample("rtk-exact", mixture(), noisy(4000, 1.2), np.array(levels), seed=2)
    assert ks_max(run.x.flatten(1).numpy(), law().at(levels[-1])).p > ALPHA
    # Left at the law of the level before it, the test sees it.
    assert ks_max(run.x.flatten(1).numpy(), law().at(levels[-2])).p < 1e-6
