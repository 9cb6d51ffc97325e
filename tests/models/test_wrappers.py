"""All ways to write a network are one denoiser: from closed-form networks of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, DDPMScheduler

from explorer import models, samplers, schedules
from explorer.core.errors import InputError
from explorer.core.types import Denoiser
from explorer.denoisers.gaussian_mixture import GaussianMixture
from tests.models import exact_networks as exact

S = 0.5  # sigma_data
TABLE = schedules.alpha_bars()
every_law = pytest.mark.parametrize("law", exact.LAWS.values(), ids=exact.LAWS)
KINDS: dict[str, Callable[[exact.Law], Any]] = {
    "epsilon": lambda law: models.from_epsilon(exact.epsilon(law, exact.continuous)),
    "epsilon-table": lambda law: models.from_epsilon(
        exact.epsilon(law, exact.tabled(TABLE)), models.Table(TABLE)
    ),
    "x0": lambda law: models.from_x0(exact.x0(law, exact.continuous)),
    "x0-table": lambda law: models.from_x0(exact.x0(law, exact.tabled(TABLE)), models.Table(TABLE)),
    "v": lambda law: models.from_v(exact.velocity(law, exact.continuous)),
    "v-999": lambda law: models.from_v(
        exact.velocity(law, lambda t: exact.continuous(t / 999)), models.LinearBeta(scale=999.0)
    ),
    "edm": lambda law: models.from_edm(exact.edm(law, S), sigma_data=S),
    "edm-denoiser": lambda law: models.from_edm_denoiser(
        lambda x, sigma: law.clean(x, torch.ones_like(sigma), sigma)
    ),
    "flow": lambda law: models.from_flow(exact.flow(law)),
    "flow-1000": lambda law: models.from_flow(
        lambda x, t: exact.flow(law)(x, t / 1000), scale=1000.0
    ),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def truth(law: exact.Law) -> GaussianMixture:
    arrays = (law.weights.numpy(), law.means.numpy(), law.covariances.numpy())
    return GaussianMixture(*arrays, (1, 1, 3))


def noisy(sigma: float | torch.Tensor, n: int = 12) -> torch.Tensor:
    unit = torch.from_numpy(np.random.default_rng(5).standard_normal((n, 3)))
    wide = sigma[:, None] if isinstance(sigma, torch.Tensor) else sigma
    return 0.7 * unit.flip(0) + wide * unit


def wanted(law: exact.Law, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
    return truth(law)(x.reshape(-1, 1, 1, 3), sigma).reshape(x.shape)


@every_law
@every_kind
@pytest.mark.parametrize("sigma", [0.02, 0.3, 1.0, 7.0, 80.0])
def test_every_kind_is_the_posterior_mean(kind: str, law: exact.Law, sigma: float) -> None:
    d, x = KINDS[kind](law), noisy(sigma)
    assert isinstance(d, Denoiser)
    for level in (sigma, torch.tensor(sigma, dtype=torch.float64)):
        torch.testing.assert_close(d(x, level), wanted(law, x, sigma), rtol=0, atol=1e-10)


@every_law
@every_kind
def test_every_sample_may_have_its_own_level(kind: str, law: exact.Law) -> None:
    sigma = torch.from_numpy(np.geomspace(0.02, 100.0, 12))
    x = noisy(sigma)
    together = KINDS[kind](law)(x, sigma)
    torch.testing.assert_close(together, wanted(law, x, sigma), rtol=0, atol=1e-10)
    # The control: levels the other way round are other answers.
    assert (KINDS[kind](law)(x, sigma.flip(0)) - together).abs().max() > 0.1


@every_law
def test_samples_do_not_depend_on_how_the_network_is_written(law: exact.Law) -> None:
    sigmas = schedules.grid("logsnr", 9, 0.05, 60.0)
    start = sigmas[0] * noisy(1.0, 20)
    ends = {
        kind: samplers.sample("dpmpp-2m", build(law), start, sigmas).x
        for kind, build in KINDS.items()
    }
    images = samplers.sample("dpmpp-2m", truth(law), start.reshape(20, 1, 1, 3), sigmas)
    for kind, end in ends.items():
        torch.testing.assert_close(end, images.x.reshape(20, 3), rtol=0, atol=1e-9, msg=kind)


def test_a_wrong_parametrisation_is_far_off() -> None:
    """The control: an epsilon network taken for one of v, or the EDM width of other data."""
    law, x = exact.THREE, noisy(1.0)
    for wrong in (
        models.from_v(exact.epsilon(law, exact.continuous)),
        models.from_edm(exact.edm(law, S), sigma_data=1.0),
        models.from_epsilon(exact.epsilon(law, exact.continuous), models.LinearBeta(0.2, 20.0)),
    ):
        assert (wrong(x, 1.0) - wanted(law, x, 1.0)).abs().max() > 1e-3


# --- against diffusers -------------------------------------------------------------------------


@pytest.mark.parametrize("scheduler", [DDPMScheduler, DDIMScheduler])
@pytest.mark.parametrize("kind", ["epsilon", "sample", "v_prediction"])
@pytest.mark.parametrize("betas", ["linear", "squaredcos_cap_v2"])
def test_the_estimate_is_that_of_diffusers(scheduler: Any, kind: str, betas: str) -> None:
    """Any answer of a network gives the x0 that their schedulers predict from it.

    They count in float32: 1e-6 of the state, which at high noise is 1 / sqrt(alpha_bar) larger.
    """
    theirs = scheduler(prediction_type=kind, clip_sample=False, beta_schedule=betas)
    theirs.set_timesteps(20)
    table = theirs.alphas_cumprod
    clock = models.Table(table, whole=True)
    wrap = {
        "epsilon": models.from_epsilon,
        "sample": models.from_x0,
        "v_prediction": models.from_v,
    }[kind]
    asked = []

    def net(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        asked.append((y, t))
        return torch.sin(3.0 * y) + 0.1

    for t in theirs.timesteps:
        sigma = clock.sigma(t)
        x = noisy(float(sigma)).reshape(-1, 1, 1, 3)
        ours = wrap(net, clock)(x, sigma)
        y, step = asked[-1]
        assert step.tolist() == [int(t)] * len(x)
        predicted = theirs.step(net(y, step), int(t), y).pred_original_sample
        scale = 1.0 if kind == "sample" else 1.0 + float(sigma)
        torch.testing.assert_close(ours, predicted.double(), rtol=0, atol=3e-5 * scale)


# --- types, conditions, gradients --------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_types_are_kept(kind: str, dtype: torch.dtype) -> None:
    """The network computes in double, by the option; images may be of any type."""
    from dataclasses import replace

    law, x = exact.THREE, noisy(0.5)
    d = replace(KINDS[kind](law), dtype=torch.float64)
    low = d(x.to(dtype), 0.5)
    assert low.dtype == dtype
    # A few roundings of numbers up to 4.
    atol = 20 * torch.finfo(dtype).eps
    torch.testing.assert_close(low.double(), wanted(law, x, 0.5), rtol=0, atol=atol)
    torch.testing.assert_close(
        d(x.to(dtype), torch.full((12,), 0.5, dtype=torch.float32)), low, rtol=0, atol=0
    )


def simple(x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> torch.Tensor:
    assert t.shape == (len(x),)
    found = torch.tanh(x) * (1.0 + t.reshape(-1, *(1,) * (x.ndim - 1)) ** 2)
    return found if cond is None else found + cond


WRAPS = {
    "epsilon": models.from_epsilon,
    "x0": models.from_x0,
    "v": models.from_v,
    "edm": models.from_edm,
    "edm-denoiser": models.from_edm_denoiser,
    "flow": models.from_flow,
}
every_wrap = pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)


@every_wrap
def test_gradients_pass_through_to_image_level_and_weights(wrap: Any) -> None:
    weight = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    d = wrap(lambda x, t: weight * simple(x, t))
    x = noisy(1.0, 2).requires_grad_()
    sigma = torch.tensor([0.4, 2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(d, (x, sigma))
    d(x, 1.0).sum().backward()
    assert weight.grad is not None
    with torch.no_grad():
        assert not d(x, 1.0).requires_grad


@every_wrap
def test_conditions_are_handed_on(wrap: Any) -> None:
    x, cond = noisy(1.0), torch.ones(12, 3, dtype=torch.float64)
    given = []

    def net(x: torch.Tensor, t: torch.Tensor, *more: torch.Tensor) -> torch.Tensor:
        given.append(more)
        return simple(x, t, *more)

    plain, told = wrap(net)(x, 1.0), wrap(net)(x, 1.0, cond)
    assert given == [(), (cond,)]
    assert (plain - told).abs().min() > 0.1


@every_wrap
def test_images_points_and_no_noise(wrap: Any) -> None:
    d = wrap(simple)
    images = torch.linspace(-1, 1, 24, dtype=torch.float32).reshape(2, 3, 2, 2)
    for sigma in (0.0, 0.5, torch.tensor([0.0, 1.0])):
        found = d(images, sigma)
        assert found.shape == images.shape
        assert found.dtype == torch.float32
        assert found.isfinite().all()


def test_without_noise_what_is_given_is_clean() -> None:
    x = noisy(0.0)
    for d in (models.from_epsilon(simple), models.from_edm(simple), models.from_flow(simple)):
        torch.testing.assert_close(d(x, 0.0), x, rtol=0, atol=1e-15)


@every_wrap
def test_what_cannot_be_asked_is_refused(wrap: Any) -> None:
    x = noisy(1.0)
    for sigma in (-1.0, float("nan"), float("inf"), torch.ones(5), torch.tensor([-1.0] * 12)):
        with pytest.raises(InputError) as caught:
            wrap(simple)(x, sigma)
        assert caught.value.field == "sigma"
    with pytest.raises(InputError, match="floating-point"):
        wrap(simple)(torch.ones(2, 3, dtype=torch.int64), 1.0)
    with pytest.raises(InputError, match="variances"):
        wrap(lambda x, _: torch.cat([x, x], dim=1))(x, 1.0)
    with pytest.raises(InputError, match="not a tensor"):
        wrap(lambda x, _: (x,))(x, 1.0)


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_widths_and_units_are_positive(bad: float) -> None:
    for build, field in (
        (lambda: models.from_edm(simple, sigma_data=bad), "sigma_data"),
        (lambda: models.from_flow(simple, scale=bad), "scale"),
        (lambda: models.LinearBeta(scale=bad), "scale"),
        (lambda: models.LinearBeta(bad, 20.0), "beta_min"),
    ):
        with pytest.raises(InputError) as caught:
            build()
        assert caught.value.field == field
