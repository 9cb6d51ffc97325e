"""Samplers that are the same map under two names, and formulas beside another way to write them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from explorer import samplers, schedules
from explorer.core.types import Sampler
from explorer.samplers import deis
from explorer.samplers.exponential import psi
from tests.samplers import laws

SIGMAS = schedules.grid("karras", 9, laws.LOW, laws.HIGH)


def ends(sampler: Sampler, sigmas: np.ndarray = SIGMAS) -> torch.Tensor:
    return samplers.sample(sampler, laws.mixture, laws.start(), sigmas, keep="all").states


SAME = [
    (("euler", {}), ("ddim", {})),
    (("dpm-1", {}), ("ddim", {})),
    (("ipndm", {"nodes": 1}), ("euler", {})),
    (("deis", {"nodes": 1}), ("euler", {})),
    (("unipc", {"p": 1, "corrector": False}), ("ddim", {})),
    (("unipc", {"p": 2, "corrector": False, "lower_order_final": False}), ("dpmpp-2m", {})),
    (("ddim", {"eta": 1.0}), ("ddpm", {})),
    (("dpmpp-sde", {"differences": False}), ("ddpm", {})),
    (("dpmpp-sde", {"eta": 0.0}), ("dpmpp-2m", {})),
    (
        ("dpmpp-sde", {"eta": 0.0, "lower_order_final": True}),
        ("dpmpp-2m", {"lower_order_final": True}),
    ),
]


@pytest.mark.parametrize(("one", "two"), SAME, ids=[f"{a[0]}={b[0]}" for a, b in SAME])
def test_two_names_of_one_map(one: tuple[str, dict], two: tuple[str, dict]) -> None:
    """With the same noise. Roundings of nine steps of states up to 40, of 2e-16 each."""
    for end in ("sigma_min", "zero"):
        sigmas = schedules.grid("karras", 9, laws.LOW, laws.HIGH, end=end)
        first, second = (ends(samplers.build(n, **p), sigmas) for n, p in (one, two))
        torch.testing.assert_close(first, second, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("dpmpp-2m", {}), ("dpmpp-2m", {"lower_order_final": True})),
        (("dpmpp-3m", {}), ("dpmpp-2m", {})),
        (("unipc", {"p": 2}), ("unipc", {"p": 2, "variant": "bh1"})),
        (("unipc", {"p": 1}), ("ddim", {})),
        (("deis", {}), ("deis", {"basis": "sigma"})),
        (("ddpm", {}), ("ddpm", {"variance": "upper"})),
        (("heun", {}), ("heun", {"s_churn": 3.0})),
        (("dpm-2", {}), ("dpm-2", {"r": 0.4})),
    ],
)
def test_parameters_make_a_difference(one: tuple[str, dict], two: tuple[str, dict]) -> None:
    """Control of the test above, and of each switch."""
    first, second = (ends(samplers.build(n, **p))[-1] for n, p in (one, two))
    assert (first - second).abs().max() > 1e-6


def test_variants_of_unipc_3_differ_only_where_one_weight_stands_alone() -> None:
    """With two weights or more the system decides them, and B cancels."""
    one, two = (samplers.build("unipc", variant=v, lower_order_final=False) for v in ("bh1", "bh2"))
    assert not torch.equal(ends(one), ends(two))
    given = {"rhos": [-0.8, 1.0], "h": 0.3}
    assert one._weights(**given) == two._weights(**given)
    assert one._weights([1.0], 0.3) != two._weights([1.0], 0.3)


# A kernel down to 0 is drawn from; and correctors keep an estimate from before the correction.
TO_ZERO = [n for n in samplers.names() if not n.startswith(("rtk", "evodiff", "unipc"))]


@pytest.mark.parametrize("name", TO_ZERO)
def test_the_step_to_zero_returns_the_estimate(name: str) -> None:
    sigmas = schedules.grid("logsnr", 4, laws.LOW, laws.HIGH, end="zero")
    run = samplers.sample(name, laws.gaussian, laws.start(), sigmas, keep="all")
    assert torch.equal(run.x, run.x0)
    assert torch.equal(run.x, laws.gaussian(run.states[-2], laws.LOW))


@pytest.mark.parametrize("name", ["ddpm", "dpmpp-sde", "ddim"])
def test_noise_leaves_the_law_in_place(name: str) -> None:
    """Many steps end with the mean and variance of N(0.3, 0.7^2 + 0.1^2).

    Four statistics' worth of 4.5 standard deviations: a false alarm in 1e-5 of seeds. The
    discretisation's own error of 400 steps is below a tenth of that.
    """
    n, params = 20_000, {"eta": 1.0} if name == "ddim" else {}
    sigmas = schedules.grid("karras", 400, laws.LOW, laws.HIGH)
    x = laws.MEAN + math.hypot(laws.STD, laws.HIGH) * laws.start(n, sigma=1.0)[:, :1]
    end = samplers.sample(samplers.build(name, **params), laws.gaussian, x, sigmas).x
    variance = laws.STD**2 + laws.LOW**2
    assert abs(end.mean() - laws.MEAN) < 4.5 * math.sqrt(variance / n)
    assert abs(end.var() - variance) < 4.5 * variance * math.sqrt(2 / n)


def test_churn_leaves_the_law_in_place_and_half_of_its_noise_does_not() -> None:
    n = 20_000
    sigmas = schedules.grid("karras", 100, laws.LOW, laws.HIGH)
    x = laws.MEAN + math.hypot(laws.STD, laws.HIGH) * laws.start(n, sigma=1.0)[:, :1]
    variance = laws.STD**2 + laws.LOW**2
    found = [
        samplers.sample(
            samplers.build("heun", s_churn=30.0, s_noise=s_noise), laws.gaussian, x, sigmas
        ).x.var()
        for s_noise in (1.0, 0.5)
    ]
    error = 4.5 * variance * math.sqrt(2 / n)  # as above
    assert abs(found[0] - variance) < error
    assert abs(found[1] - variance) > 2 * error


@given(k=st.integers(1, 4), z=st.floats(-30.0, 5.0))
def test_psi_is_its_integral(k: int, z: float) -> None:
    """``phi_k(z) = int_0^1 e^((1-t) z) t^(k-1)/(k-1)! dt`` and ``psi_k = phi_k - 1/k!``."""
    phi, error = quad(
        lambda t: math.exp((1 - t) * z) * t ** (k - 1) / math.factorial(k - 1),
        0.0,
        1.0,
        epsabs=1e-14,
        epsrel=1e-13,
    )
    assert psi(k, z) == pytest.approx(
        phi - 1 / math.factorial(k), abs=1e-12 * max(1.0, phi) + error
    )


def test_psi_loses_no_digits_near_zero() -> None:
    for k, z in ((1, 1e-12), (2, -1e-12), (3, 1e-12)):
        assert psi(k, z) == pytest.approx(z / math.factorial(k + 1), rel=1e-11)


@pytest.mark.parametrize("basis", ["t-vp", "sigma", "log-sigma"])
def test_weights_of_deis_are_the_integrals(basis: str) -> None:
    levels, b = np.array([2.0, 3.0, 5.0, 9.0]), 0.5
    there = deis._BASES[basis]
    nodes = there(levels)
    for j, weight in enumerate(deis.weights(levels, b, basis)):
        others = np.delete(nodes, j)

        def lagrange(s: float, others=others, node=nodes[j]) -> float:
            return float(np.prod((there(np.array(s)) - others) / (node - others)))

        exact, error = quad(lagrange, 2.0, b, epsabs=1e-13)
        assert weight == pytest.approx(exact, abs=1e-11 + error)
