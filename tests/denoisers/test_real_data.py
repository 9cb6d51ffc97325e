"""Exactness on real pictures: both engines against float64 at the ten published noise levels."""

import os
import subprocess
import sys
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


@pytest.fixture(scope="module")
def cifar(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """512 photographs; where the folder holds them packed, with a script, they are unpacked."""
    folder, script = REAL / "cifar10", REAL / "cifar10" / "unpack.py"
    if script.is_file():
        folder = tmp_path_factory.mktemp("cifar10")
        subprocess.run([sys.executable, script, folder], check=True, timeout=100)
    if not folder.is_dir():
        pytest.skip(f"cifar10 is not in {REAL}; EXPLORER_DATA names another folder")
    return np.array(datasets.load("cifar10", n=512, path=folder).images)


@pytest.fixture(scope="module")
def cifar_statistics(cifar: np.ndarray) -> Statistics:
    return Statistics.fit(cifar, cache=None)


def brute_force(images: np.ndarray, x: torch.Tensor, mask: np.ndarray, sigma: float) -> np.ndarray:
    rows, z = as_rows(images), x.double().reshape(len(x), -1).numpy()
    result = np.empty_like(z)
    for b in range(len(z)):
        logits = -((rows - z[b]) ** 2) @ mask.T.astype(float) / (2 * sigma**2)
        p = np.exp(logits - logits.max(axis=0))
        result[b] = (p * rows).sum(axis=0) / p.sum(axis=0)
    return result


def errors(images: np.ndarray, statistics: Statistics, sigma: float, rule: str, threshold: float):
    """Largest error of each engine against float64, with x in float64."""
    engines = {
        engine: denoisers.build(
            "locality",
            images,
            threshold=threshold,
            mask=rule,
            statistics=statistics,
            engine=engine,
            cache=None,
        )
        for engine in ("tree", "fused")
    }
    x = noisy(images, sigma, n=1).double()
    mask = engines["tree"].masks(sigma).rows(slice(None))
    expected = brute_force(images, x, mask, sigma)
    return {k: np.abs(d(x, sigma).numpy().ravel() - expected).max() for k, d in engines.items()}


@pytest.mark.parametrize(("rule", "threshold"), [("published", 0.005), ("symmetric", 0.02)])
def test_locality_on_mnist(mnist: np.ndarray, rule: str, threshold: float) -> None:
    statistics = Statistics.fit(mnist)
    for sigma in SIGMAS:
        for name, error in errors(mnist, statistics, sigma, rule, threshold).items():
            assert error <= (1e-5 if sigma >= 1.2 else 2e-4), (name, sigma)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("rule", ["published", "symmetric"])
@pytest.mark.parametrize(
    "level", [*(pytest.param(k, marks=pytest.mark.slow) for k in (0, 1, 2, 4, 6, 8)), 3, 5, 7, 9]
)
def test_locality_on_cifar(
    cifar: np.ndarray, cifar_statistics: Statistics, rule: str, level: int
) -> None:
    found = errors(cifar, cifar_statistics, SIGMAS[level], rule, 0.05)
    # Half the target at high noise: sums along the tree grow with the number of pixels.
    assert max(found.values()) <= (5e-6 if SIGMAS[level] >= 1.2 else 1e-5), found


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
