"""The samplers against the schedulers of diffusers, an implementation that knows nothing of ours.

Their schedulers are driven with our exact denoisers on their own noise levels, in float64 where
they allow it; they keep levels, and often the state, in float32, so agreement ends near 1e-6. Where
theirs silently lowers the order of the last steps (below 15 steps), ours is told to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    DEISMultistepScheduler,
    DPMSolverMultistepScheduler,
    DPMSolverSinglestepScheduler,
    EDMDPMSolverMultistepScheduler,
    EDMEulerScheduler,
    UniPCMultistepScheduler,
)

from explorer import samplers
from explorer.denoisers.gaussian_mixture import GaussianMixture
from explorer.samplers.noise import Noise

B, SHAPE, SEED = 64, (1, 2, 2), 3  # one block of noise
TOLERANCE = 5e-6  # float32 levels and states
ONE = GaussianMixture(
    np.ones(1), np.array([[0.3, -0.2, 0.5, 0.0]]), np.diag([0.25, 0.1, 0.5, 1.0])[None], SHAPE
)
THREE = GaussianMixture(
    np.array([0.5, 0.3, 0.2]),
    np.array([[0.6, 0.0, 0.0, 0.2], [-0.5, 0.4, 0.0, 0.0], [0.0, -0.7, 0.5, -0.4]]),
    np.stack([v * np.eye(4) for v in (0.16, 0.2, 0.3)]),
    SHAPE,
)
# They make NumPy arrays of tensors, which NumPy 2 finds old-fashioned.
pytestmark = pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
every = pytest.mark.parametrize("model", [ONE, THREE], ids=["gaussian", "mixture"])
counts = pytest.mark.parametrize("n", [8, 12, 20])


def unit() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(1).standard_normal((B, *SHAPE)))


def lowered(n: int) -> bool:
    """Whether their multistep solvers lower the order of the last steps."""
    return n < 15


def vp(scheduler: Any, model: GaussianMixture, n: int, step: Any = None) -> Any:
    """Run a scheduler of a variance-preserving process; return its levels and its end, as VE.

    State ``y = x / sqrt(1 + sigma^2)``; the model's answer is eps. `step` gives more arguments.
    """
    scheduler.set_timesteps(n)
    sigmas = levels(scheduler, n)
    y = unit() * sigmas[0] / np.sqrt(1.0 + sigmas[0] ** 2)
    for t, a in zip(scheduler.timesteps, sigmas, strict=False):
        x = y * np.sqrt(1.0 + a**2)
        eps = (x - model(x, a)) / a
        y = scheduler.step(eps, t, y, **(step() if step else {})).prev_sample.double()
    return sigmas, y * np.sqrt(1.0 + sigmas[-1] ** 2)


def levels(scheduler: Any, n: int) -> np.ndarray:
    """Return the n + 1 levels that a scheduler visits."""
    if isinstance(scheduler, DDIMScheduler | DDPMScheduler):  # they keep no levels
        bars = scheduler.alphas_cumprod.double().numpy()
        visited = np.sqrt((1.0 - bars) / bars)[scheduler.timesteps.numpy()]
        last = np.sqrt((1.0 - bars[0]) / bars[0]) if isinstance(scheduler, DDIMScheduler) else 0.0
        return np.append(visited, last)
    found = scheduler.sigmas.double().numpy()
    assert len(found) == n + 1
    return found


def edm(scheduler: Any, model: GaussianMixture, n: int) -> Any:
    """Run a scheduler that wants the raw network of EDM; return its levels and its end."""
    scheduler.set_timesteps(n)
    sigmas = levels(scheduler, n)
    x = unit() * sigmas[0]
    for t, a in zip(scheduler.timesteps, sigmas, strict=False):
        scheduler.scale_model_input(x, t)
        skip, out = 0.25 / (a**2 + 0.25), 0.5 * a / np.sqrt(a**2 + 0.25)
        x = scheduler.step((model(x, a) - skip * x) / out, t, x).prev_sample.double()
    return sigmas, x


def gap(theirs: Any, name: str, model: GaussianMixture, **params: Any) -> float:
    """Return the largest difference of a value, ours run on their levels."""
    sigmas, end = theirs
    sampler = samplers.build(name, **params)
    run = samplers.sample(sampler, model, unit() * sigmas[0], sigmas, seed=SEED)
    assert run.nfe == sampler.nfe(len(sigmas) - 1, "zero" if sigmas[-1] == 0.0 else "sigma_min")
    return (run.x - end).abs().max().item()


def multistep(order: int, **config: Any) -> Any:
    config = {"final_sigmas_type": "sigma_min"} | config
    return DPMSolverMultistepScheduler(solver_order=order, algorithm_type="dpmsolver++", **config)


# --- the ODE -----------------------------------------------------------------------------------


@every
@counts
def test_edm_schedulers(n: int, model: GaussianMixture) -> None:
    theirs = edm(EDMEulerScheduler(), model, n)
    assert gap(theirs, "ddim", model) < TOLERANCE
    assert gap(theirs, "euler", model) < TOLERANCE
    for order, name in ((2, "dpmpp-2m"), (3, "dpmpp-3m")):
        theirs = edm(EDMDPMSolverMultistepScheduler(solver_order=order), model, n)
        assert theirs[0][-1] == 0.0  # its last step returns D in any case
        assert gap(theirs, name, model, lower_order_final=lowered(n)) < TOLERANCE, name


@every
@counts
def test_ddim(n: int, model: GaussianMixture) -> None:
    """With steps_offset 1 the last step is one: without it, it would go from level 0 to level 0."""
    scheduler = DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1)
    theirs = vp(scheduler, model, n)
    for name in ("ddim", "euler", "dpm-1"):
        assert gap(theirs, name, model) < TOLERANCE, name


@every
@counts
@pytest.mark.parametrize("end", ["sigma_min", "zero"])
def test_dpm_solver_multistep(n: int, model: GaussianMixture, end: str) -> None:
    """To the last level of the table; or on a karras grid to 0.

    Their karras grid to sigma_min holds that level twice: the last step has length 0.
    """
    grid = {"final_sigmas_type": end, "use_karras_sigmas": end == "zero"}
    for order, name in ((1, "ddim"), (2, "dpmpp-2m"), (3, "dpmpp-3m")):
        theirs = vp(multistep(order, **grid), model, n)
        final = {} if order == 1 else {"lower_order_final": lowered(n)}
        assert gap(theirs, name, model, **final) < TOLERANCE, name


@every
@counts
def test_dpm_solver_singlestep(n: int, model: GaussianMixture) -> None:
    """Two nodes of the grid make one step of ours: the inner node lies anywhere (general r)."""
    scheduler = DPMSolverSinglestepScheduler(
        solver_order=2, final_sigmas_type="sigma_min", lower_order_final=True
    )
    sigmas, end = vp(scheduler, model, n)
    assert scheduler.order_list == [1, 2] * (n // 2 - 1) + [1, 1]
    x, places = unit() * sigmas[0], []
    for k in range(0, n - 2, 2):
        a, s, b = sigmas[k : k + 3]
        places.append(np.log(a / s) / np.log(a / b))
        step = samplers.build("dpmpp-2s", r=float(places[-1]))
        x = samplers.sample(step, model, x, np.array([a, b])).x
    x = samplers.sample("ddim", model, x, sigmas[-3:]).x
    assert max(abs(r - 0.5) for r in places) > 0.02
    assert (x - end).abs().max() < TOLERANCE


@every
@counts
@pytest.mark.parametrize(("variant", "p"), [("bh1", 2), ("bh2", 3), ("bh2", 2), ("bh1", 3)])
@pytest.mark.parametrize("final", [True, False])
def test_unipc(n: int, model: GaussianMixture, variant: str, p: int, final: bool) -> None:
    scheduler = UniPCMultistepScheduler(
        solver_order=p, solver_type=variant, final_sigmas_type="sigma_min", lower_order_final=final
    )
    theirs = vp(scheduler, model, n)
    ours = {"p": p, "variant": variant, "lower_order_final": final}
    # In full order the last, longest step multiplies the rounding of their levels.
    assert gap(theirs, "unipc", model, **ours) < (TOLERANCE if final else 4 * TOLERANCE)


@every
@counts
@pytest.mark.parametrize("nodes", [2, 3])
def test_deis(n: int, model: GaussianMixture, nodes: int) -> None:
    """Their coefficients are differences of large numbers in float32: 3e-5."""
    theirs = vp(DEISMultistepScheduler(solver_order=nodes), model, n)
    ours = {"nodes": nodes, "lower_order_final": lowered(n)}
    assert gap(theirs, "deis", model, basis="log-sigma", **ours) < 3e-5
    assert gap(theirs, "deis", model, basis="sigma", **ours) > 1e-3  # the control


# --- with noise --------------------------------------------------------------------------------


def played() -> Callable[[], dict[str, torch.Tensor]]:
    """Return a function that gives their step the noise of our next step."""
    noise, like = Noise(SEED, B), unit()
    return lambda: {"variance_noise": noise.normal(like)}


@every
@counts
def test_sde_dpm_solver(n: int, model: GaussianMixture) -> None:
    """Below 15 steps, or told to, their last step has no difference."""
    scheduler = DPMSolverMultistepScheduler(
        solver_order=2,
        final_sigmas_type="sigma_min",
        algorithm_type="sde-dpmsolver++",
        euler_at_final=True,
    )
    theirs = vp(scheduler, model, n, played())
    assert gap(theirs, "dpmpp-sde", model, lower_order_final=True) < TOLERANCE


@every
@counts
@pytest.mark.parametrize("eta", [0.5, 1.0])
def test_ddim_with_fresh_noise(n: int, model: GaussianMixture, eta: float) -> None:
    scheduler = DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1)
    next_noise = played()
    theirs = vp(scheduler, model, n, lambda: {"eta": eta} | next_noise())
    assert gap(theirs, "ddim", model, eta=eta) < TOLERANCE


@every
@counts
def test_ddpm(n: int, model: GaussianMixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their scheduler takes no noise, so its source of noise is ours."""
    scheduler = DDPMScheduler(
        variance_type="fixed_small", clip_sample=False, timestep_spacing="leading"
    )
    next_noise = played()
    monkeypatch.setattr(
        "diffusers.schedulers.scheduling_ddpm.randn_tensor",
        lambda *_, **__: next_noise()["variance_noise"],
    )
    theirs = vp(scheduler, model, n)
    assert theirs[0][-1] == 0.0
    assert gap(theirs, "ddpm", model) < TOLERANCE
    assert gap(theirs, "ddpm", model, variance="upper") > 1e-3  # the control


# --- controls ----------------------------------------------------------------------------------


def test_what_is_not_the_same_method_is_far_off() -> None:
    """The comparison can fail: each of these differs from theirs in one thing."""
    theirs = vp(multistep(3), THREE, 20)
    assert gap(theirs, "dpmpp-3m", THREE, lower_order_final=True) > 100 * TOLERANCE
    assert gap(theirs, "dpmpp-2m", THREE) > 100 * TOLERANCE
    theirs = vp(multistep(2), THREE, 8)
    assert gap(theirs, "dpmpp-2m", THREE) > 100 * TOLERANCE  # theirs lowers the last order
    scheduler = UniPCMultistepScheduler(
        solver_order=2, solver_type="bh1", final_sigmas_type="sigma_min"
    )
    theirs = vp(scheduler, THREE, 12)
    assert gap(theirs, "unipc", THREE, p=2, variant="bh2") > 100 * TOLERANCE
    assert gap(theirs, "unipc", THREE, p=2, variant="bh1", corrector=False) > 100 * TOLERANCE
