"""EVODiff: declared orders, units, ablations, and one step against a calculation by hand."""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch

from explorer import samplers, schedules
from explorer.core.errors import InputError
from explorer.denoisers.gaussian_mixture import GaussianMixture
from explorer.samplers.evodiff import Evodiff
from explorer.samplers.evodiff_paper import EvodiffPaper
from explorer.samplers.evodiff_plain import EvodiffPlain

NAMES = ("evodiff", "evodiff-paper", "evodiff-plain")
MEANS = np.array([[0.0, 0.0, 0.0], [1.0, 0.2, -0.3], [-0.4, 0.9, 0.5]])
SPREADS = np.array([0.16, 0.2, 0.3])


def mixture(scale: float = 1.0) -> GaussianMixture:
    covariances = scale**2 * SPREADS[:, None, None] * np.eye(3)
    return GaussianMixture(np.array([0.5, 0.3, 0.2]), scale * MEANS, covariances, (1, 1, 3))


def start(size: int = 32, sigma: float = 10.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return sigma * torch.randn(size, 1, 1, 3, generator=generator, dtype=torch.float64)


@cache
def endpoint() -> torch.Tensor:
    """RK4 in ln(sigma), 2000 steps: its own error is below 1e-10."""
    d, x = mixture(), start()
    nodes = np.linspace(math.log(10.0), math.log(0.1), 2001)
    h = nodes[1] - nodes[0]
    for u in nodes[:-1]:
        k1 = x - d(x, math.exp(u))
        k2 = (y := x + h / 2 * k1) - d(y, math.exp(u + h / 2))
        k3 = (y := x + h / 2 * k2) - d(y, math.exp(u + h / 2))
        k4 = (y := x + h * k3) - d(y, math.exp(u + h))
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return x


def error(sampler: object, grid: str, n: int) -> float:
    sigmas = schedules.grid(grid, n, sigma_min=0.1, sigma_max=10.0)
    run = samplers.sample(sampler, mixture(), start(), sigmas)
    return float((run.x - endpoint()).abs().max())


def slope(sampler: object, grid: str) -> float:
    return math.log2(error(sampler, grid, 128) / error(sampler, grid, 256))


@pytest.mark.parametrize("grid", ["logsnr", "karras"])
@pytest.mark.parametrize(
    ("sampler", "order"),
    [
        (Evodiff(special_last=False), 1),
        (Evodiff(special_last=False, zeta=1.0), 1),
        (Evodiff(special_last=False, balance=False), 1),
        (EvodiffPaper(), 1),
        (EvodiffPaper(eta=0.5), 1),
        (EvodiffPaper(zeta=1.0), 2),
        (EvodiffPlain(eta=0.0), 2),
        (EvodiffPlain(eta=1.0), 2),
        (EvodiffPlain(zeta=0.9), 1),
    ],
)
def test_the_declared_order_is_the_measured_one(sampler, order: int, grid: str) -> None:
    assert sampler.order == order
    assert order - 0.15 < slope(sampler, grid) < order + 0.35


def test_plain_with_its_default_has_order_two_once_errors_stop_cancelling() -> None:
    by = [error(EvodiffPlain(), "logsnr", n) for n in (256, 512, 1024)]
    slopes = [math.log2(a / b) for a, b in pairwise(by)]
    assert all(1.85 < s < 2.35 for s in slopes), slopes


def test_the_special_last_step_keeps_an_error_that_steps_do_not_remove() -> None:
    assert Evodiff().order is None
    few, many = error(Evodiff(), "logsnr", 64), error(Evodiff(), "logsnr", 512)
    assert many > 0.1
    assert abs(slope(Evodiff(), "logsnr")) < 0.1
    assert abs(few - many) < 0.05
    assert error(Evodiff(special_last=False), "logsnr", 512) < 0.01


def rescaled(sampler: object, n: int, c: float) -> float:
    """Largest change when data and all levels are multiplied by c, in the old unit."""
    runs = []
    for scale in (1.0, c):
        sigmas = schedules.grid("logsnr", n, sigma_min=0.1 * scale, sigma_max=10.0 * scale)
        runs.append(samplers.sample(sampler, mixture(scale), scale * start(), sigmas).x / scale)
    return float((runs[0] - runs[1]).abs().max())


def test_the_unit_of_sigma_matters_in_the_last_step_and_above_twenty_steps() -> None:
    for n in (7, 20):
        assert rescaled(Evodiff(special_last=False), n, 3.0) < 1e-10
    assert rescaled(Evodiff(special_last=False), 21, 3.0) > 1e-4
    assert rescaled(Evodiff(), 20, 3.0) > 1e-2
    assert rescaled(EvodiffPaper(), 30, 3.0) < 1e-10
    assert rescaled(EvodiffPlain(), 30, 3.0) < 1e-10


def sigmoid(v: float) -> float:
    return 1.0 / (1.0 + math.exp(-v))


def clamp(v: float) -> float:
    return max(-2.0, min(2.0, v))


def released(m0: float, m1: float, m_t: float, x: float, levels: tuple) -> dict:
    """The released rule for one number a channel, where <u, v> / <v, v> = u / v."""
    before, a, b, first, end, n = levels
    rho, H = b / a, 1 / b - 1 / a
    r = math.log(before / a) / math.log(a / b)
    x_e = rho * x + (1 - rho) * m0
    w = 0.5 * (1 - ((b + end) / (first + end)) ** 2)
    q = math.sqrt(rho / (a / before))
    r1 = (1 - w) * q + w * clamp(m0 / m1)
    d1 = m0 - r1 * m1
    r_i = max(r / 4, min(1.5 * r, sigmoid(abs(r1) / 4) * r))
    x_p = x_e + 0.5 * (1 - rho) * d1 / r_i
    r2 = (1 - w) * q + w * clamp(m_t / m0)
    d2 = m_t - r2 * m0
    b_p, b_n = d1 / (r * H), r * d2 / H
    eta = 0.5 * sigmoid(abs(0.5 * clamp((b_n + b_p) / (b_n - b_p))))
    change = -(eta / r) * d1 + r * (1 - eta) * d2
    p = x_p - x_e - 0.5 * (1 - rho) * change / r_i
    s = abs(clamp(p / d1) / (1 - rho)) - 0.5
    zeta = sigmoid(s)
    if n > 20:
        delta = (m0 - m1) / H
        zeta = sigmoid(-s * sigmoid(clamp(m0 / delta) * (2 - rho**2)))
    after = x_e + 0.5 * (1 - rho) * change / zeta
    return {"x_p": x_p, "x": after, "eta": eta, "zeta": zeta, "r1": r1, "r2": r2}


def printed(m0: float, m1: float, m_t: float, x: float, levels: tuple) -> dict:
    """The printed rule, in our reading, with its factors H."""
    before, a, b, *_ = levels
    H = 1 / b - 1 / a
    r = math.log(before / a) / math.log(a / b)
    x_e = b * (x / a + H * m0)
    b_p, b_n = (m0 - m1) / (r * H), (m_t - m0) / H
    x_p = x_e + 0.5 * b * H**2 * b_p
    tilde = b_p - b_n
    eta = sigmoid(abs(-tilde * b_n / tilde**2))
    bar = b_n + eta * tilde
    p = x_p - x_e - 0.5 * b * H**2 * bar
    zeta = sigmoid(-(abs(-(m0 - m1) * p / (b * H * (m0 - m1) ** 2)) - 0.5))
    return {"x_p": x_p, "x": x_e + 0.5 * b * H**2 * zeta * bar, "eta": eta, "zeta": zeta}


@pytest.mark.parametrize("n", [3, 20, 21, 30])
@pytest.mark.parametrize(("sampler", "rule"), [(Evodiff(), released), (EvodiffPaper(), printed)])
def test_one_step_equals_the_rule_worked_out_by_hand(sampler, rule, n: int) -> None:
    sigmas = np.array([4.0, 2.0, 0.7, *np.geomspace(0.3, 0.1, n - 2)])
    answers = [[0.9, -0.4], [0.7, 0.5], [0.2, 0.6]] + [[0.3, 0.1]] * n
    asked = []

    def denoise(x: torch.Tensor, sigma: float) -> torch.Tensor:
        asked.append(x.flatten().tolist())
        return torch.tensor(answers[len(asked) - 1], dtype=torch.float64).reshape(1, 2, 1, 1)

    x = torch.tensor([3.0, -1.0], dtype=torch.float64).reshape(1, 2, 1, 1)
    run = samplers.sample(sampler, denoise, x, sigmas, keep="all")
    levels = (4.0, 2.0, 0.7, 4.0, float(sigmas[-1]), n)
    for k, (m1, m0, m_t) in enumerate([(0.9, 0.7, 0.2), (-0.4, 0.5, 0.6)]):
        first = 0.5 * x.flatten()[k].item() + 0.5 * m1
        hand = rule(m0, m1, m_t, first, levels)
        assert asked[2][k] == pytest.approx(hand.pop("x_p"), rel=1e-12)
        assert run.states[2].flatten()[k].item() == pytest.approx(hand.pop("x"), rel=1e-12)
        for name, wanted in hand.items():
            found = run.extras[1][name].flatten()[k].item()
            assert found == pytest.approx(wanted, rel=1e-12), name


def test_the_last_step_equals_the_rule_worked_out_by_hand() -> None:
    for b in (0.3, 0.6):  # on both sides of rho = 1/2
        sigmas, answers = np.array([4.0, 0.7, b]), iter([0.9, 0.7])
        x = torch.full((1, 1), 3.0, dtype=torch.float64)
        rho, state = b / 0.7, 0.7 / 4.0 * 3.0 + (1 - 0.7 / 4.0) * 0.9
        r_d = 1 - 0.5 * math.sqrt(rho if rho < 0.5 else rho - 0.5)
        x_e = rho * state + (1 - rho) * 0.7
        wanted = (1 - math.sqrt(0.7 * b)) * x_e + 0.5 * (1 - rho) * (0.7 - r_d * 0.9)
        run = samplers.sample(
            Evodiff(),
            lambda x, sigma, it=answers: torch.full_like(x, next(it)),  # noqa: ARG005
            x,
            sigmas,
        )
        assert run.x.item() == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("end", ["sigma_min", "zero"])
def test_evaluations_equal_the_promise_and_points_equal_images(name: str, end: str) -> None:
    sampler = samplers.build(name)
    for n in (1, 2, 3, 8):
        sigmas = schedules.grid("logsnr", n, sigma_min=0.1, sigma_max=10.0, end=end)
        run = samplers.sample(sampler, mixture(), start(5), sigmas)
        assert (run.nfe, run.energy_evaluations) == (sampler.nfe(n, end), 0) == (n, 0)
        if end == "zero":
            assert torch.equal(run.x, run.x0)
        d = mixture()
        points = samplers.sample(
            sampler,
            lambda x, sigma, d=d: d(x[:, None, None], sigma).flatten(1),
            start(5).flatten(1),
            sigmas,
        )
        torch.testing.assert_close(points.x, run.x.flatten(1), rtol=1e-12, atol=1e-12)


def _zero(x: torch.Tensor, sigma: float) -> torch.Tensor:
    return torch.zeros_like(x)


@pytest.mark.parametrize("name", NAMES)
def test_a_denoiser_that_never_changes_is_no_division_by_zero(name: str) -> None:
    sigmas = schedules.grid("logsnr", 6, sigma_min=0.1, sigma_max=10.0)
    sampler = Evodiff(special_last=False) if name == "evodiff" else samplers.build(name)
    run = samplers.sample(sampler, _zero, start(4), sigmas)
    torch.testing.assert_close(run.x, 0.01 * start(4), rtol=1e-12, atol=0.0)


def test_switches_fix_what_they_name() -> None:
    sigmas = schedules.grid("logsnr", 8, sigma_min=0.1, sigma_max=10.0)

    def extras(sampler: object) -> list:
        return list(samplers.sample(sampler, mixture(), start(), sigmas).extras[1:-1])

    for step in extras(Evodiff(eta=0.25, zeta=1.0, balance=False)):
        assert (step["eta"], step["zeta"], step["r1"], step["r2"]) == (0.25, 1.0, 1.0, 1.0)
    for step in extras(Evodiff()):
        assert step["r1"].shape == step["zeta"].shape == (32, 1, 1, 1)
        assert bool(((step["eta"] >= 0.25) & (step["eta"] < 0.5)).all())
    loose = samplers.sample(Evodiff(clamps=False), mixture(), start(), sigmas).x
    assert not torch.equal(loose, samplers.sample(Evodiff(), mixture(), start(), sigmas).x)
    with pytest.raises(InputError, match="zeta"):
        Evodiff(zeta=0.0)
    with pytest.raises(InputError, match="eta"):
        EvodiffPlain(eta=1.5)
