"""Distances of samples: scipy, brute force and closed forms as oracles; floors and error bars."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import linalg, stats
from scipy.optimize import linear_sum_assignment

from explorer.analysis.energy_distance import energy_distance
from explorer.analysis.floors import measured
from explorer.analysis.frechet import frechet, gaussian_frechet, principal
from explorer.analysis.kid import kid, polynomial_mmd2
from explorer.analysis.mmd import median_distance, mmd2
from explorer.analysis.nearest_training import nearest_training
from explorer.analysis.rows import rows
from explorer.analysis.sliced_wasserstein import sliced_wasserstein
from explorer.core.errors import Cancelled, InputError


def clouds(n: int = 30, m: int = 30, d: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)), 0.5 + 1.3 * rng.standard_normal((m, d))


# --- on a line, against scipy ------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m"), [(20, 20), (7, 12), (12, 7), (1, 5)])
def test_w1_on_a_line_is_scipys(n: int, m: int) -> None:
    x, y = clouds(n, m, 1)
    found = sliced_wasserstein(x, y, power=1.0)
    assert found == pytest.approx(stats.wasserstein_distance(x[:, 0], y[:, 0]), rel=1e-12)


def test_w2_on_a_line_is_the_best_assignment() -> None:
    x, y = clouds(25, 25, 1)
    cost = (x - y.T) ** 2
    best = cost[linear_sum_assignment(cost)].mean()
    assert sliced_wasserstein(x, y) == pytest.approx(math.sqrt(best), rel=1e-12)


def test_unequal_sizes_are_those_of_repeated_points() -> None:
    x, y = clouds(4, 6, 3)
    plain = sliced_wasserstein(x, y)
    assert plain == pytest.approx(sliced_wasserstein(np.repeat(x, 3, 0), np.repeat(y, 2, 0)))


def test_energy_on_a_line_is_scipys_without_its_bias() -> None:
    """scipy's is the root of the estimate that counts each point's distance to itself."""
    x, y = clouds(9, 14, 1)
    gap = {k: np.abs(v - v.T).sum() for k, v in (("x", x), ("y", y))}
    biased = 2 * np.abs(x - y.T).mean() - gap["x"] / 81 - gap["y"] / 196
    assert stats.energy_distance(x[:, 0], y[:, 0]) ** 2 == pytest.approx(biased, rel=1e-10)
    unbiased = 2 * np.abs(x - y.T).mean() - gap["x"] / (9 * 8) - gap["y"] / (14 * 13)
    assert energy_distance(x, y) == pytest.approx(unbiased, rel=1e-12)


# --- brute force -------------------------------------------------------------------------------


def by_pairs(x: np.ndarray, y: np.ndarray, k: object) -> float:
    """Unbiased MMD^2, pair by pair."""
    n, m = len(x), len(y)
    xx = sum(k(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(k(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return xx + yy - 2 * sum(k(a, b) for a in x for b in y) / (n * m)


def test_kernel_distances_pair_by_pair() -> None:
    x, y = clouds(7, 9)
    rbf = by_pairs(x, y, lambda u, v: math.exp(-((u - v) @ (u - v)) / (2 * 0.8**2)))
    assert mmd2(x, y, bandwidth=0.8) == pytest.approx(rbf, rel=1e-11)
    cubic = by_pairs(x, y, lambda u, v: (u @ v / 3 + 1) ** 3)
    assert polynomial_mmd2(x, y) == pytest.approx(cubic, rel=1e-11)
    energy = by_pairs(x, y, lambda u, v: -math.dist(u, v))
    assert energy_distance(x, y) == pytest.approx(energy, rel=1e-11)


def test_one_subset_of_all_is_the_distance_itself() -> None:
    x, y = clouds(40, 40)
    found = kid(x, y, subsets=3, size=40)
    assert found.value == pytest.approx(polynomial_mmd2(x, y), rel=1e-11)
    assert found.spread < 1e-12 * (1.0 + abs(found.value))
    some = kid(x, y, subsets=20, size=15, seed=1)
    assert some.spread > 0.0
    assert some == kid(x, y, subsets=20, size=15, seed=1) != kid(x, y, subsets=20, size=15, seed=2)


def test_kernel_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = clouds(50, 40)
    whole = mmd2(x, y, bandwidth=1.0), energy_distance(x, y)
    monkeypatch.setattr("explorer.analysis.mmd.CHUNK", 90)
    monkeypatch.setattr("explorer.analysis.energy_distance.CHUNK", 90)
    assert (mmd2(x, y, bandwidth=1.0), energy_distance(x, y)) == pytest.approx(whole, rel=1e-12)


# --- closed forms ------------------------------------------------------------------------------


def test_shifted_points_lie_their_shift_apart() -> None:
    """SW_2^2 = E (theta.m)^2 = |m|^2 / d; 20 000 directions: relative sd 0.006."""
    x, _ = clouds(50)
    shift = np.array([1.0, -2.0, 0.5])
    found = sliced_wasserstein(x, x + shift, projections=20_000) ** 2
    assert found == pytest.approx(shift @ shift / 3, rel=0.03)


def test_distances_of_gaussians() -> None:
    """Means of 200 estimates from 60 + 60 points against the closed forms, within 4.5 standard
    errors: false alarm 7e-6 each. The same with the biased sums must fail."""
    d, s, width, shift = 2, 0.7, 0.9, 0.4
    rng = np.random.default_rng(3)
    x = s * rng.standard_normal((200, 60, d))
    y = s * rng.standard_normal((200, 60, d)) + [shift, 0.0]
    c = (width**2 / (width**2 + 2 * s**2)) ** (d / 2)
    exact = 2 * c * (1 - math.exp(-(shift**2) / (2 * width**2 + 4 * s**2)))
    values = np.array([mmd2(u, v, bandwidth=width) for u, v in zip(x, y, strict=True)])
    error = values.std(ddof=1) / math.sqrt(200)
    assert abs(values.mean() - exact) < 4.5 * error
    bias = 2 * (1 - c) / 60  # equal points counted in both sets
    assert bias > 6 * error
    # |N(0, 2 s^2 I_2)| has mean sqrt(2) s sqrt(pi / 2); the null value of the energy distance is 0.
    null = np.array([energy_distance(u, v - [shift, 0.0]) for u, v in zip(x, y, strict=True)])
    error = null.std(ddof=1) / math.sqrt(200)
    assert abs(null.mean()) < 4.5 * error
    assert 2 * math.sqrt(math.pi) * s / 60 > 6 * error  # the bias of the usual sums


def test_frechet_is_that_of_sqrtm() -> None:
    x, y = clouds(50, 80, 4)
    c1, c2 = np.cov(x.T), np.cov(y.T)
    gap = x.mean(0) - y.mean(0)
    exact = gap @ gap + np.trace(c1 + c2 - 2 * linalg.sqrtm(c1 @ c2).real)
    assert frechet(x, y) == pytest.approx(exact, rel=1e-10)
    assert frechet(x, x) == pytest.approx(0.0, abs=1e-12)


def test_frechet_of_commuting_covariances_and_of_singular_ones() -> None:
    a, b = np.array([1.0, 4.0, 0.0]), np.array([9.0, 0.25, 0.0])
    turn = stats.ortho_group.rvs(3, random_state=1)
    exact = ((np.sqrt(a) - np.sqrt(b)) ** 2).sum() + 3 * 0.5**2
    found = gaussian_frechet(np.zeros(3), turn * a @ turn.T, np.full(3, 0.5), (turn * b) @ turn.T)
    assert found == pytest.approx(exact, abs=1e-12)


def test_principal_axes_keep_distances_within_them() -> None:
    rng = np.random.default_rng(0)
    plane = rng.standard_normal((60, 2)) @ rng.standard_normal((2, 16))
    images = plane.reshape(60, 1, 4, 4)
    features = principal(images, k=2)
    assert features.share == pytest.approx(1.0)
    assert features(images).mean(axis=0) == pytest.approx(0.0, abs=1e-12)
    half = images[:30], images[30:]
    assert frechet(*half, features=features) == pytest.approx(frechet(*half), rel=1e-10)
    variances = features(images).var(axis=0)
    assert variances[0] > variances[1]
    with pytest.raises(InputError):
        principal(images, k=17)


# --- nearest training image --------------------------------------------------------------------


def test_copies_are_nearer_than_held_out_data() -> None:
    rng = np.random.default_rng(4)
    training, held_out = rng.standard_normal((300, 5)), rng.standard_normal((200, 5))
    copies = training[:50] + 0.001 * rng.standard_normal((50, 5))
    found = nearest_training(copies, training, held_out)
    assert found.index.tolist() == list(range(50))
    brute = [min(math.dist(u, v) for v in training) / math.sqrt(5) for u in copies]
    assert found.distance == pytest.approx(brute, rel=1e-9)
    assert found.nearer == 1.0
    assert found.median + 10 * found.error < found.floor - 10 * found.floor_error
    new = nearest_training(rng.standard_normal((200, 5)), training, held_out)
    assert new.nearer < 0.06  # 1 % expected, binomial of 200 and of the quantile: 3 sd
    assert abs(new.median - new.floor) < 5 * math.hypot(new.error, new.floor_error)


# --- floors and error bars ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "distance", [sliced_wasserstein, energy_distance, mmd2, polynomial_mmd2, frechet]
)
def test_floor_is_data_against_data_and_a_shift_stands_out(distance: object) -> None:
    rng = np.random.default_rng(5)
    data, same = rng.standard_normal((400, 3)), rng.standard_normal((200, 3))
    null, shifted = (measured(distance, same + s, data) for s in (0.0, 0.8))
    assert null.n == shifted.n == 200
    assert abs(null.excess) < 4.0 < shifted.excess  # one fixed seed; the excess is about N(0, 1)
    assert null.floor == shifted.floor
    assert null == measured(distance, same, data)


def test_bootstrap_error_is_the_spread_of_new_samples() -> None:
    """Away from the null the bootstrap of a smooth distance is right; factor 1.6 either way."""
    rng = np.random.default_rng(6)
    fresh = [
        frechet(rng.standard_normal((150, 2)) + 1.0, rng.standard_normal((150, 2)))
        for _ in range(100)
    ]
    found = measured(
        frechet,
        rng.standard_normal((150, 2)) + 1.0,
        lambda n, k: np.random.default_rng(k).standard_normal((n, 2)),
        resamples=100,
    )
    assert found.n == 150
    assert 1 / 1.6 < found.error / np.std(fresh) < 1.6


def test_measuring_tells_how_far_it_is_and_can_be_stopped() -> None:
    shares: list[float] = []
    given = {"repeats": 2, "resamples": 4, "progress": shares.append}
    found = measured(energy_distance, *clouds(), **given)
    assert shares == [k / 8 for k in range(1, 9)]
    assert found == measured(energy_distance, *clouds(), repeats=2, resamples=4)
    with pytest.raises(Cancelled, match="3 of 8"):
        measured(energy_distance, *clouds(), **given, cancel=lambda: len(shares) == 8 + 3)


def test_sizes_are_equal_whatever_comes() -> None:
    sizes = set()

    def spy(a: np.ndarray, b: np.ndarray) -> float:
        sizes.add((len(a), len(b)))
        return 0.0

    assert measured(spy, np.zeros((90, 2)), np.zeros((101, 2))).excess == 0.0
    assert sizes == {(50, 50)}
    with pytest.raises(InputError):
        measured(spy, np.zeros((90, 2)), np.zeros((3, 2)))
    with pytest.raises(InputError):
        measured(spy, np.zeros((90, 2)), np.zeros((30, 2)), repeats=1)


# --- samples -----------------------------------------------------------------------------------


def test_tensors_and_images_are_rows() -> None:
    images = torch.arange(24, dtype=torch.float32).reshape(2, 3, 2, 2)
    assert rows(images).shape == (2, 12)
    assert rows(images).dtype == np.float64
    x, y = clouds()
    assert sliced_wasserstein(torch.from_numpy(x), y) == sliced_wasserstein(x, y)


@pytest.mark.parametrize("bad", [np.zeros(3), np.zeros((0, 2)), np.array([[1.0, np.nan]])])
def test_samples_that_are_none_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(InputError):
        energy_distance(bad, np.zeros((3, 2)))


def test_wrong_numbers_are_refused() -> None:
    x, y = clouds()
    for call in (
        lambda: sliced_wasserstein(x, y, power=0.5),
        lambda: sliced_wasserstein(x, y[:, :2]),
        lambda: energy_distance(x[:1], y),
        lambda: mmd2(x, y, bandwidth=0.0),
        lambda: kid(x, y, subsets=1),
    ):
        with pytest.raises(InputError):
            call()
    assert median_distance(x[:1]) == 0.0
