"""The race: the published loop step by step, two protocols, and what must not change its result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from explorer import analysis, datasets, denoisers, schedules
from explorer.analysis import paths, race
from explorer.analysis.spread import paired
from explorer.core import rng
from explorer.core.errors import InputError

STEPS = schedules.published()
SHAPE = (1, 3, 4)


@dataclass
class Recorder:
    """A denoiser that answers with `gain` times its input and keeps what it was asked."""

    gain: float = 0.5
    shift: float = 0.0

    def __post_init__(self) -> None:
        self.asked: list[tuple[np.ndarray, float]] = []

    def __call__(self, x: torch.Tensor, sigma: Any) -> torch.Tensor:
        self.asked.append((x.numpy().copy(), float(sigma)))
        return self.gain * x + self.shift


def images(n: int = 20) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, *SHAPE), dtype=np.uint8)


def published_loop(noise: np.ndarray, gain: float) -> list[np.ndarray]:
    """The formulas once more, in plain float64, for ``D(z) = gain z``; the answers."""
    x, answers = noise.astype(np.float64), []
    table = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
    for t in range(900, -1, -100):
        bar = table[t]
        x0 = gain * (x / bar**0.5)
        before = table[t - 100] if t else 1.0
        eps = (x - bar**0.5 * x0) / (1 - bar + 1e-8) ** 0.5
        x = before**0.5 * np.clip(x0, -1, 1) + (1 - before) ** 0.5 * eps
        answers.append(x0)
    return answers


@pytest.mark.parametrize("gain", [0.0, 0.02, 0.5, 1.0])
def test_the_loop_is_the_published_one(gain: float) -> None:
    first = paths.start(SHAPE, 3, seed=4)
    *_, path = paths.walk(first, Recorder(gain), STEPS)
    expected = published_loop(first.latents[0], gain)
    assert len(path.x0) == 10
    for found, wanted in zip(path.x0, expected, strict=True):
        # latents are kept in float32: ten roundings of values up to 60 sigma
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


def test_noise_is_not_formed_again_after_the_clip() -> None:
    """By hand: x = 3, a = 1/4, x0 = 4, cut to 1; eps is (3 - 2)/sqrt(3/4) and not (3 - 1/2)/..."""
    found = paths.ddim(np.array([3.0]), np.array([4.0]), 0.25, 0.64)[0]
    assert found == pytest.approx(0.8 * 1 + 0.6 * (3 - 0.5 * 4) / math.sqrt(0.75), rel=1e-6)
    wrong = 0.8 * 1 + 0.6 * (3 - 0.5 * 1) / math.sqrt(0.75)
    assert abs(found - wrong) > 0.1


def test_the_small_number_under_the_root_counts_where_no_noise_is() -> None:
    assert np.isfinite(paths.ddim(np.zeros(2), np.zeros(2), 1.0, 1.0)).all()


def test_a_denoiser_is_asked_in_the_exploding_form_at_the_published_levels() -> None:
    judge = Recorder(0.3)
    first = paths.start(SHAPE, 2, seed=1)
    *_, path = paths.walk(first, judge, STEPS)
    assert [sigma for _, sigma in judge.asked] == STEPS.sigmas.tolist()
    for (z, _), x, a in zip(judge.asked, path.latents, STEPS.alpha_bar, strict=False):
        np.testing.assert_allclose(z, x.astype(np.float64) / math.sqrt(a), rtol=1e-15)


def test_the_picture_is_the_last_answer_not_the_clipped_latent() -> None:
    data = images()
    found = race.compare({"far": Recorder(0.0, 1.5)}, reference="wiener", data=data, n=2)
    assert (found.final == 1.5).all()
    *_, path = paths.walk(paths.start(SHAPE, 2, 0), Recorder(0.0, 1.5), STEPS)
    assert (path.latents[-1] == 1.0).all()


def test_a_path_can_be_left_and_taken_up_again() -> None:
    wiener = denoisers.build("wiener", images())
    whole = [p for _, p in race.run({"w": wiener}, paths.start(SHAPE, 2, 3), STEPS)]
    assert [len(p.x0) for p in whole] == list(range(1, 11))
    *_, resumed = paths.walk(whole[3], wiener, STEPS)
    assert all(np.array_equal(a, b) for a, b in zip(resumed.x0, whole[-1].x0, strict=True))
    assert resumed.seconds >= whole[3].seconds
    with pytest.raises(InputError, match="All 10 steps"):
        paths.advance(resumed, wiener, STEPS)


def test_noise_belongs_to_seed_and_number_alone() -> None:
    many, few = paths.start(SHAPE, 16, 5).latents[0], paths.start(SHAPE, [2, 11], 5).latents[0]
    assert np.array_equal(many[[2, 11]], few)
    assert not np.array_equal(many, paths.start(SHAPE, 16, 6).latents[0])
    # nor is it the noise under the page's picture
    assert not np.array_equal(many[0], rng.normal(5, [0], SHAPE)[0])
    # 16 * 12 standard normals: mean within 5 / sqrt(192), false alarm 6e-7
    assert abs(many.mean()) < 5 / math.sqrt(many.size)


METHODS = ("optimal", "wiener", "locality", "shrunk-kernel")


@pytest.mark.parametrize("name", METHODS)
def test_a_sample_does_not_depend_on_its_batch(name: str) -> None:
    data = datasets.load("digits")
    denoiser = denoisers.build(name, data.images[:300])
    *_, batch = paths.walk(paths.start(data.shape, 4, 2), denoiser, STEPS)
    *_, alone = paths.walk(paths.start(data.shape, [3], 2), denoiser, STEPS)
    # products are summed in another order, and float32 latents carry that on
    np.testing.assert_allclose(batch.x0[-1][3], alone.x0[-1][0], atol=2e-5)


def test_the_same_seed_gives_the_same_race_and_another_seed_another() -> None:
    data = images()
    first, again, other = (
        analysis.compare(["optimal", "wiener"], reference="wiener", data=data, seed=seed, n=3)
        for seed in (7, 7, 8)
    )
    assert np.array_equal(first.x0, again.x0)
    assert np.array_equal(first.r2, again.r2)
    assert not np.array_equal(first.final, other.final)


def test_trajectory_compares_pictures_of_two_paths() -> None:
    data = images()
    found = analysis.compare(["optimal", "wiener"], reference="wiener", data=data, n=3, seed=2)
    assert found.names == ("optimal", "wiener")
    assert (found.r2[1] == 1.0).all()  # the reference itself
    assert (found.mse[1] == 0.0).all()
    for step in (0, 4, 9):
        expected = analysis.r2(found.x0[0, step], found.x0[1, step])
        assert np.array_equal(found.r2[0, step], expected)
        assert np.array_equal(
            found.mse[0, step], analysis.mse(found.x0[0, step], found.x0[1, step])
        )
    assert np.array_equal(found.agreement(), found.r2[:, -1])
    assert np.array_equal(found.agreement("mse"), found.mse[:, -1])


def test_single_asks_the_reference_at_the_methods_own_latents() -> None:
    data = images()
    judge = denoisers.build("wiener", data)
    found = race.compare(["optimal"], reference=judge, data=data, n=2, seed=2, protocol="single")
    assert found.reference == "Wiener"
    for k in range(10):
        z = found.latents[0, k].astype(np.float64) / math.sqrt(STEPS.alpha_bar[k])
        own = judge(torch.from_numpy(z), float(STEPS.sigmas[k])).numpy().astype(np.float32)
        assert np.array_equal(found.asked[0, k], own)
        assert np.array_equal(found.r2[0, k], analysis.r2(found.x0[0, k], own))
    assert np.array_equal(found.agreement(), found.r2.mean(axis=1))
    apart = race.compare(["optimal"], reference=judge, data=data, n=2, seed=2)
    assert not np.array_equal(apart.asked[0, 5], found.asked[0, 5])
    assert np.array_equal(apart.asked[0, 0], found.asked[0, 0])  # the noise is still the same


def test_insets_show_the_nearest_training_image() -> None:
    data = images(30)
    found = race.compare(["wiener", "nearest"], reference="wiener", data=data, n=4)
    x = (data / 127.5 - 1.0).reshape(30, -1)
    for m in range(2):
        for i in range(4):
            far = np.sqrt(((x - found.final[m, i].ravel()) ** 2).mean(axis=1))
            assert found.nearest[m, i] == far.argmin()
            assert found.distance[m, i] == pytest.approx(far.min(), rel=1e-12, abs=1e-7)
    assert (found.distance[1] < 1e-6).all()  # a nearest image is its own


def test_pairs_are_tested_image_by_image() -> None:
    data = images()
    found = race.compare(["optimal", "wiener", "nearest"], reference="wiener", data=data, n=5)
    table = found.p_values()
    assert table.shape == (3, 3)
    assert (np.diag(table) == 1.0).all()
    assert np.array_equal(table, table.T)
    assert table[0, 2] == paired(found.r2[0, -1], found.r2[2, -1]).p


def test_time_is_counted_per_method() -> None:
    @dataclass
    class Busy:
        turns: int

        def __call__(self, x: torch.Tensor, _sigma: float) -> torch.Tensor:
            for _ in range(self.turns):
                torch.linalg.eigh(torch.eye(60, dtype=torch.float64))
            return x

    methods = {"much": Busy(40), "little": Busy(1)}
    found = race.compare(methods, reference="wiener", data=images(), n=1)
    assert found.seconds[0] > found.seconds[1] > 0.0


def test_denoisers_of_another_precision_are_asked_in_their_own() -> None:
    class Single:
        dtype = torch.float32

        def __call__(self, x: torch.Tensor, _sigma: float) -> torch.Tensor:
            assert x.dtype == torch.float32
            return 0.1 * x

    found = race.compare({"net": Single()}, reference="wiener", data=images(), n=1)
    assert found.x0.dtype == np.float32


def test_methods_may_be_names_denoisers_or_both_and_keep_apart() -> None:
    data = images()
    wiener = denoisers.build("wiener", data)
    known, judge, name = race.built(["wiener", wiener, wiener], "wiener", data)
    assert list(known) == ["wiener", "Wiener", "Wiener 3"]
    assert judge is known["wiener"]
    assert name == "wiener"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"methods": []}, "No method"),
        ({"methods": ["weiner"]}, "Did you mean wiener"),
        ({"reference": "unet"}, "There is no denoiser"),
        ({"n": 0}, "samples"),
        ({"nfe": 7}, "divide"),
        ({"protocol": "both"}, "protocol"),
    ],
)
def test_what_cannot_race_is_refused_in_words(changed: dict[str, Any], message: str) -> None:
    wanted: dict[str, Any] = {"methods": ["optimal"], "reference": "wiener", "data": images()}
    wanted |= changed
    with pytest.raises(InputError, match=message):
        race.compare(wanted.pop("methods"), **wanted)


def test_a_reference_that_races_walks_once() -> None:
    judge = Recorder(0.2)
    race.compare({"judge": judge, "other": Recorder(0.1)}, reference=judge, data=images(), n=1)
    assert len(judge.asked) == 10


def test_unfinished_paths_are_no_race() -> None:
    first = paths.start(SHAPE, 2, 0)
    rest: dict[str, Any] = {"data": images(), "reference": "w", "protocol": "single"}
    with pytest.raises(InputError, match="end"):
        race.measure({"a": first}, {"a": ()}, steps=STEPS, **rest)
