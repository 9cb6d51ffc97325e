"""Settings of the locality denoiser: which count, what each changes, and mask sizes."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import datasets, denoisers
from explorer.analysis import settings
from explorer.analysis.mask_sizes import mask_sizes, matched
from explorer.analysis.settings import Settings
from explorer.core import rng
from explorer.core.errors import InputError
from explorer.denoisers.statistics import Statistics
from tests.denoisers.sets import as_rows, smooth

SIGMA = 0.8
EVERYTHING = Settings(
    threshold=0.2,
    temperature=3.0,
    cutoff=20.0,
    tail=True,
    softmax="published",
    batch=32,
    mask="published",
    orientation="output",
)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return smooth(90, (1, 6, 7))


@pytest.fixture(scope="module")
def found(images: np.ndarray) -> settings.Comparison:
    return compared(images, EVERYTHING)


def compared(images: np.ndarray, chosen: Settings) -> settings.Comparison:
    clean = images[3] / 127.5 - 1.0
    noisy = clean + SIGMA * rng.normal(0, [3], clean.shape)[0]
    statistics = Statistics.fit(images, cache=None)
    return settings.compare(images, statistics, chosen, clean=clean, noisy=noisy, sigma=SIGMA)


def by_hand(images: np.ndarray, s: Settings) -> np.ndarray:
    """The denoiser written out in float64, with every setting."""
    rows = as_rows(images)
    noisy = rows[3] + SIGMA * rng.normal(0, [3], images.shape[1:])[0].ravel()
    values, vectors = np.linalg.eigh(np.cov(rows, rowvar=False))
    values = np.maximum(values, 0.0)
    live = int((np.ptp(rows, axis=0) > 0).sum())
    if s.cutoff:
        ascending = np.cumsum(values[len(values) - live :])
        cut = int((ascending <= ascending[-1] * s.cutoff / 100).sum())
        part = slice(len(values) - live, len(values) - live + cut)
        values[part] = values[part].mean() if s.tail else 0.0
    w = (vectors * (values / (values + SIGMA**2))) @ vectors.T
    gain = np.diagonal(w)
    if s.mask == "symmetric":
        ok = gain > 1e-12
        scale = np.where(ok, 1 / np.sqrt(np.where(ok, gain, 1.0)), 0.0)
        mask = np.abs(w) * scale * scale[:, None] >= s.threshold
        np.fill_diagonal(mask, True)
    else:
        ratio = np.abs(w) / np.where(np.abs(gain) < 1e-6, 1.0, gain)[:, None]
        passing = ratio >= s.threshold * ratio.max()
        mask = passing if s.orientation == "output" else passing.T
    logits = -((rows - noisy) ** 2) @ mask.T / (2 * SIGMA**2 * s.temperature)
    step = s.batch if s.softmax == "published" else len(rows)
    answers = []
    for i in range(0, len(rows), step):
        p = np.exp(logits[i : i + step] - logits[i : i + step].max(axis=0))
        answers.append((p * rows[i : i + step]).sum(axis=0) / p.sum(axis=0))
    return np.mean(answers, axis=0).reshape(images.shape[1:])


@pytest.mark.parametrize(
    "s",
    [
        Settings(),
        EVERYTHING,
        Settings(cutoff=20.0),
        Settings(mask="published"),
        Settings(mask="published", orientation="output"),
    ],
    ids=["plain", "all", "cutoff", "published", "output"],
)
def test_answers_are_those_written_out(images: np.ndarray, s: Settings) -> None:
    # 2e-4 is what the denoiser promises at any noise level
    np.testing.assert_allclose(compared(images, s).chosen.image, by_hand(images, s), atol=2e-4)


def test_each_setting_is_changed_alone(images: np.ndarray, found: settings.Comparison) -> None:
    assert list(found.alone) == list(settings.LEVERS)
    for lever, answer in found.alone.items():
        assert answer.settings.changed(Settings()) == (lever,)
        expected = by_hand(images, EVERYTHING.alone(lever, Settings()))
        np.testing.assert_allclose(answer.image, expected, atol=2e-4)
        assert answer.largest > 1e-3, lever  # every one of them shows


def test_changes_and_errors_are_what_they_say(found: settings.Comparison) -> None:
    change = found.chosen.image - found.plain.image
    assert np.array_equal(found.chosen.change, change)
    assert found.chosen.largest == np.abs(change).max()
    assert found.chosen.typical == pytest.approx(np.linalg.norm(change) / np.sqrt(change.size))
    assert found.plain.largest == 0.0
    clean = smooth(90, (1, 6, 7))[3] / 127.5 - 1.0
    assert found.plain.error == pytest.approx(
        np.linalg.norm(found.plain.image - clean) / np.sqrt(clean.size)
    )


def test_settings_without_a_say_do_not_count() -> None:
    plain = Settings()
    for silent in (Settings(batch=7), Settings(tail=True), Settings(orientation="output")):
        assert silent.changed(plain) == ()
        assert silent.key() == plain.key()
    assert Settings(softmax="published", batch=7).key() != Settings(softmax="published").key()


def test_nothing_changed_costs_one_answer(images: np.ndarray) -> None:
    found = compared(images, Settings())
    assert found.alone == {}
    assert found.chosen.largest == 0.0


def test_pictures_of_another_shape_are_refused(images: np.ndarray) -> None:
    with pytest.raises(InputError, match="shape"):
        settings.compare(
            images,
            Statistics.fit(images, cache=None),
            Settings(),
            clean=np.zeros((1, 2, 2)),
            noisy=np.zeros((1, 2, 2)),
            sigma=1.0,
        )


# --- mask sizes ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wiener():
    return denoisers.build("wiener", datasets.load("digits"))


@pytest.mark.parametrize("rule", ["symmetric", "published"])
@pytest.mark.parametrize("sigma", [3.44, 0.342, 0.05])
@pytest.mark.parametrize("size", [5.0, 20.0])
def test_a_matched_threshold_gives_the_size(wiener, rule: str, sigma: float, size: float) -> None:
    tau = matched(wiener, sigma, size, rule=rule)
    here = mask_sizes(wiener, sigma, threshold=tau, rule=rule).mean
    beyond = mask_sizes(wiener, sigma, threshold=tau * 1.003, rule=rule).mean
    # at least the size, and no longer a step of the thresholds (1e-3) further on
    assert here >= size > beyond
    assert here - size < 1.0


def test_orientation_moves_sizes_but_not_their_mean(wiener) -> None:
    options = {"threshold": 0.05, "rule": "published"}
    rows, columns = (
        mask_sizes(wiener, 1.24, orientation=o, **options) for o in ("output", "neighbour")
    )
    assert rows.mean == columns.mean
    assert not np.array_equal(rows.sizes, columns.sizes)


@pytest.mark.parametrize("size", [0.0, -1.0, 65.0, float("nan")])
def test_sizes_no_mask_can_have_are_refused(wiener, size: float) -> None:
    with pytest.raises(InputError, match="mask of 64 pixels"):
        matched(wiener, 1.0, size)
