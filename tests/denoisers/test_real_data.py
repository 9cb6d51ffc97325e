"""Exactness on real pictures: both engines against float64 at the ten published noise levels."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer import datasets, denoisers
from explorer.denoisers.mask_report import report
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Wiener
from tests.denoisers.sets import ALPHA_BAR, as_rows, noisy

REAL = Path(
    os.environ.get("EXPLORER_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data"
)
SIGMAS = [float(np.sqrt((1 - a) / a)) for a in ALPHA_BAR[list(range(900, -1, -100))]]


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    if not (REAL / "mnist").is_dir():
        pytest.skip(f"mnist is not in {REAL}; EXPLORER_DATA names another folder")
    return datasets.load("mnist", n=2000, path=REAL / "mnist").images


def brute_force(images: np.ndarray, x: torch.Tensor, mask: np.ndarray, sigma: float) -> np.ndarray:
    rows, z = as_rows(images), x.double().reshape(len(x), -1).numpy()
    result = np.empty_like(z)
    for b in range(len(z)):
        logits = -((rows - z[b]) ** 2) @ mask.T.astype(float) / (2 * sigma**2)
        p = np.exp(logits - logits.max(axis=0))
        result[b] = (p * rows).sum(axis=0) / p.sum(axis=0)
    return result


@pytest.mark.parametrize(("rule", "threshold"), [("published", 0.005), ("symmetric", 0.02)])
def test_locality_on_mnist(mnist: np.ndarray, rule: str, threshold: float) -> None:
    statistics = Statistics.fit(mnist)
    engines = {
        engine: denoisers.build(
            "locality",
            mnist,
            threshold=threshold,
            mask=rule,
            statistics=statistics,
            engine=engine,
            cache=None,
        )
        for engine in ("tree", "fused")
    }
    for sigma in SIGMAS:
        x = noisy(mnist, sigma, n=1)
        mask = engines["tree"].masks(sigma).rows(slice(None))
        expected = brute_force(mnist, x, mask, sigma)
        for name, d in engines.items():
            error = np.abs(d(x, sigma).reshape(1, -1).numpy() - expected).max()
            assert error <= (1e-5 if sigma >= 1.2 else 2e-4), (name, sigma)


def test_published_masks_fail_on_dead_pixels_of_mnist(mnist: np.ndarray) -> None:
    """At the last step a pixel that hardly varies lifts the global threshold above 1."""
    statistics = Statistics.fit(mnist)
    assert statistics.dead.sum() > 60
    options = {"statistics": statistics, "cache": None, "threshold": 0.005}
    published = denoisers.build("locality", mnist, mask="published", **options).masks(SIGMAS[-1])
    symmetric = denoisers.build("locality", mnist, **options).masks(SIGMAS[-1])
    assert published.missing > 0
    assert published.empty > 0
    assert (symmetric.missing, symmetric.empty) == (0, 0)


@pytest.mark.parametrize("seed", [0, 1])
def test_float32_moments_empty_the_published_masks_of_mnist(mnist: np.ndarray, seed: int) -> None:
    """At the last step theta passes 1: no pixel is in its own mask. Exact moments: not so."""
    wiener = Wiener(Statistics.fit(mnist, cache=None))
    options = {"threshold": 0.005, "rule": "published"}
    single = report(wiener, SIGMAS, precision="float32", seed=seed, **options)
    exact = report(wiener, SIGMAS, **options)
    assert single[-1].largest > 1 / 0.005
    assert single[-1].cut > 1
    assert single[-1].missing == 784
    assert single[-1].empty > 100
    assert exact[-1].cut < 1
    assert exact[-1].missing < 200
    assert abs(single[0].mean_size - exact[0].mean_size) < 1  # at high noise rounding is harmless
