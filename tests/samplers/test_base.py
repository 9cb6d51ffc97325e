"""The loop: grouping, seeds, stopping, failing denoisers, types, and inputs that are refused."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch

from explorer import samplers, schedules
from explorer.core.errors import Cancelled, InputError, NotFiniteError
from explorer.samplers.counted import Counted
from explorer.samplers.noise import Noise
from tests.samplers import laws

SIGMAS = schedules.grid("logsnr", 5, laws.LOW, laws.HIGH)
NOISY = [name for name in samplers.names() if samplers.build(name).stochastic]
RTK = tuple(name for name in samplers.names() if name.startswith("rtk"))
OURS = tuple(name for name in samplers.names() if name not in RTK)  # need no exact law


def run(name: str, n: int = 150, **options) -> samplers.Run:
    """A run of images (n, 1, 1, 3): the one law that every sampler accepts."""
    x = laws.start(n).reshape(n, 1, 1, 3)
    return samplers.sample(name, laws.images(), x, SIGMAS, **options)


@pytest.mark.parametrize("name", OURS)
def test_chunked_equals_unchunked_bit_for_bit(name: str) -> None:
    """The denoiser works row by row in float64, so that nothing but the grouping could differ."""
    x = laws.start(150)
    whole = samplers.sample(name, laws.gaussian, x, SIGMAS, keep="all")
    assert whole.calls == whole.nfe
    for chunk in (64, 100, 128, 1000):
        parts = samplers.sample(name, laws.gaussian, x, SIGMAS, keep="all", chunk=chunk)
        assert torch.equal(parts.states, whole.states)
        assert torch.equal(parts.x0, whole.x0)
        assert parts.nfe == whole.nfe
        assert parts.calls == whole.nfe * -(-150 // (chunk // 64 * 64))


@pytest.mark.parametrize("name", RTK)
def test_chunked_equals_unchunked_with_an_exact_law(name: str) -> None:
    """Up to the rounding of the law's matrix products, whose order depends on the batch."""
    whole, parts = run(name), run(name, chunk=64)
    torch.testing.assert_close(parts.x, whole.x, rtol=0, atol=1e-12)
    for some, of_all in zip(parts.extras, whole.extras, strict=True):
        assert some.keys() == of_all.keys()
        for key, value in some.items():  # shares of samples are joined as the samples are
            torch.testing.assert_close(value, of_all[key], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", samplers.names())
def test_a_seed_names_a_result(name: str) -> None:
    first, again, other = run(name, 70), run(name, 70), run(name, 70, seed=1)
    assert torch.equal(first.x, again.x)
    assert torch.equal(first.x, other.x) is not (name in NOISY)


def test_more_samples_leave_those_of_whole_blocks_as_they_are() -> None:
    """The control is one block for all: its second draw depends on how many there were."""
    few, many, one_few, one_many = (
        samplers.sample("ddpm", laws.gaussian, laws.start(200)[:n], SIGMAS, block=block)
        for block in (64, 200)
        for n in (70, 200)
    )
    assert torch.equal(few.x[:64], many.x[:64])
    assert not torch.equal(one_few.x[:64], one_many.x[:64])


def test_noise_is_normal_and_uniform_and_the_same_in_every_precision() -> None:
    noise = Noise(3, 6400)
    x = noise.normal(torch.zeros(6400, 5, dtype=torch.float64))
    u = noise.uniform(6400)
    # 5 standard deviations of mean and second moment of 32,000 and 6,400 numbers.
    assert abs(x.mean()) < 5 / np.sqrt(32000)
    assert abs(x.square().mean() - 1) < 5 * np.sqrt(2 / 32000)
    assert abs(u.mean() - 0.5) < 5 / np.sqrt(12 * 6400)
    assert u.min() >= 0
    assert u.max() < 1
    single = Noise(3, 6400).normal(torch.zeros(6400, 5))
    assert torch.equal(single.double(), x)
    with pytest.raises(InputError, match="6400"):
        noise.uniform(10)


class Stopper:
    """Asks for a stop before the k-th call, and counts the denoiser's."""

    def __init__(self, k: int) -> None:
        self.k, self.asked, self.calls = k, 0, 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked > self.k

    def denoise(self, x: torch.Tensor, sigma: float) -> torch.Tensor:
        self.calls += 1
        return laws.gaussian(x, sigma)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("k", [0, 1, 3])
def test_cancel_stops_before_the_next_call_and_keeps_what_was_done(name: str, k: int) -> None:
    stop, x = Stopper(k), laws.start(150)
    with pytest.raises(Cancelled, match=rf"{name} was stopped in step \d of 5, sigma = ") as caught:
        samplers.sample(name, stop.denoise, x, SIGMAS, cancel=stop, keep="all")
    assert stop.calls == k
    kept = caught.value.run
    whole = samplers.sample(name, laws.gaussian, x, SIGMAS, keep="all")
    assert kept.nfe == k
    assert torch.equal(kept.states, whole.states[: kept.steps + 1])
    assert torch.equal(kept.x, whole.states[kept.steps])
    assert samplers.build(name).nfe(kept.steps) <= k if kept.steps else kept.x0.isnan().all()


def test_a_stop_half_way_through_the_chunks_keeps_whole_steps() -> None:
    stop, x = Stopper(4), laws.start(150)  # three chunks: one step, and a third of the next
    with pytest.raises(Cancelled) as caught:
        samplers.sample("euler", stop.denoise, x, SIGMAS, cancel=stop, chunk=64)
    kept, whole = caught.value.run, samplers.sample("euler", laws.gaussian, x, SIGMAS, keep="all")
    assert (kept.steps, kept.nfe) == (1, 2)
    assert torch.equal(kept.x, whole.states[1])


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_an_answer_that_is_not_finite_is_named(name: str, bad: float) -> None:
    def denoise(x: torch.Tensor, sigma: float) -> torch.Tensor:
        x0 = laws.gaussian(x, sigma)
        if sigma < 0.9:
            x0[-1, -1] = bad
        return x0

    says = rf"{name}: the denoiser's answer is .* at step \d of 5, sigma = 0\.\d+\. Take"
    with pytest.raises(NotFiniteError, match=says) as caught:
        samplers.sample(name, denoise, laws.start(3), SIGMAS)
    kept = caught.value.run
    assert kept.steps >= 1
    assert kept.x.isfinite().all()


def test_a_state_that_explodes_is_named() -> None:
    """Every answer is finite in float32; the state of the next step is not."""

    def explode(x: torch.Tensor, sigma: float) -> torch.Tensor:
        return torch.full_like(x, -3e38)

    says = "ipndm: the state is infinite or not a number at step 2 of 3, sigma = 1"
    with pytest.raises(NotFiniteError, match=says):
        samplers.sample("ipndm", explode, torch.ones(2, 1), np.array([9.0, 8.0, 1.0, 0.9]))


def test_what_was_stopped_survives_pickling() -> None:
    stop = Stopper(2)
    with pytest.raises(Cancelled) as caught:
        samplers.sample("euler", stop.denoise, laws.start(2), SIGMAS, cancel=stop)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_types_are_kept_and_agree(name: str, dtype: torch.dtype) -> None:
    x = laws.start(8)
    exact = samplers.sample(name, laws.gaussian, x, SIGMAS)
    rounded = samplers.sample(name, laws.gaussian, x.to(dtype), SIGMAS)
    assert rounded.x.dtype == rounded.x0.dtype == dtype
    eps = torch.finfo(dtype).eps
    # five steps of a few roundings each, of states up to 30
    torch.testing.assert_close(rounded.x.double(), exact.x, rtol=0, atol=200 * eps)


@pytest.mark.parametrize("name", OURS)
def test_a_step_tells_where_it_is(name: str) -> None:
    sampler, seen = samplers.build(name), []
    result = samplers.sample(name, laws.gaussian, laws.start(3), SIGMAS, progress=seen.append)
    assert [(step.index, step.count) for step in seen] == [(i, 5) for i in range(5)]
    assert [step.sigma for step in seen] == SIGMAS[1:].tolist()
    assert [step.nfe for step in seen][-1] == result.nfe == sampler.nfe(5)
    assert (np.diff([step.nfe for step in seen]) >= 0).all()
    assert torch.equal(seen[-1].x, result.x)
    assert len(result.extras) == result.steps == 5


def test_the_start_is_left_as_it_is() -> None:
    for name in OURS:
        x = laws.start(3)
        samplers.sample(name, laws.gaussian, x, SIGMAS)
        assert torch.equal(x, laws.start(3))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"x": torch.ones(3, 2, dtype=torch.int64)}, "x"),
        ({"x": torch.ones(3)}, "x"),
        ({"x": torch.ones(0, 2)}, "x"),
        ({"x": torch.full((2, 2), torch.inf)}, "x"),
        ({"sigmas": np.array([1.0])}, "sigmas"),
        ({"sigmas": np.array([1.0, 2.0])}, "sigmas"),
        ({"sigmas": np.array([2.0, 2.0, 1.0])}, "sigmas"),
        ({"sigmas": np.array([1.0, -1.0])}, "sigmas"),
        ({"sigmas": np.array([np.inf, 1.0])}, "sigmas"),
        ({"chunk": 10}, "chunk"),
        ({"block": 0}, "block"),
        ({"keep": "some"}, "keep"),
        ({"seed": -1}, "seed"),
        ({"sampler": "oiler"}, "name"),
        ({"denoise": lambda x, _: x[:1]}, "denoiser"),
    ],
)
def test_what_cannot_be_used_is_refused(change: dict, field: str) -> None:
    given = {"sampler": "euler", "denoise": laws.gaussian, "x": laws.start(3), "sigmas": SIGMAS}
    with pytest.raises(InputError) as caught:
        samplers.sample(**(given | change))
    assert caught.value.field == field


def test_samplers_of_energies_want_a_denoiser_with_one() -> None:
    with pytest.raises(InputError, match="log densit"):
        samplers.sample("rtk-mala", laws.gaussian, laws.start(3), SIGMAS)


def test_counted_takes_the_denoisers_own_score_or_makes_one() -> None:
    x = laws.start(5).reshape(5, 1, 1, 3)
    exact = Counted(laws.images(), sampler="test", count=1)
    made = Counted(laws.images().__call__, sampler="test", count=1)
    torch.testing.assert_close(made.score(x, 2.0), exact.score(x, 2.0), rtol=1e-12, atol=1e-12)
    assert exact.log_density(x, 2.0).shape == (5,)
    assert (exact.nfe, exact.energy, exact.calls) == (1, 1, 2)
    assert (made.nfe, made.energy, made.calls) == (1, 0, 1)
    with pytest.raises(InputError, match="log densit"):
        made.log_density(x, 2.0)


@pytest.mark.parametrize("name", samplers.names())
def test_every_sampler_says_what_it_is(name: str) -> None:
    about, sampler = samplers.describe(name), samplers.build(name)
    assert isinstance(sampler, samplers.Sampler)
    assert sampler.name == name
    assert about.title
    assert about.source
    assert about.formula
    assert about.family in {"one-step", "multistep", "evodiff", "rtk"}
    assert sampler.order is None or not sampler.stochastic
    assert sampler.default_grid in schedules.grids.names()
    with pytest.raises(InputError):
        samplers.build(name, colour="red")


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("ddim", {"eta": 1.5}),
        ("ddpm", {"variance": "none"}),
        ("heun", {"s_churn": -1.0}),
        ("dpm-2", {"r": 0.0}),
        ("dpmpp-2s", {"r": 1.5}),
        ("dpmpp-sde", {"eta": float("nan")}),
        ("unipc", {"p": 4}),
        ("unipc", {"variant": "bh3"}),
        ("deis", {"nodes": 0}),
        ("deis", {"basis": "time"}),
        ("ipndm", {"nodes": 5}),
    ],
)
def test_parameters_out_of_range_are_refused(name: str, params: dict) -> None:
    with pytest.raises(InputError) as caught:
        samplers.build(name, **params)
    assert caught.value.field == next(iter(params))
