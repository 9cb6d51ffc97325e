"""Patch denoisers on MNIST against float64, at the ten published noise levels."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer import datasets, denoisers
from tests.denoisers.patch_oracles import TEN, equivariant, local, patch_sets, tolerance
from tests.denoisers.sets import noisy

REAL = Path(
    os.environ.get("EXPLORER_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data"
)


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    if not (REAL / "mnist").is_dir():
        pytest.skip(f"mnist is not in {REAL}; EXPLORER_DATA names another folder")
    return datasets.load("mnist", n=600, path=REAL / "mnist").images


@pytest.mark.parametrize("sigma", TEN)
def test_local_and_patch_sets(mnist: np.ndarray, sigma: float) -> None:
    x = noisy(mnist, sigma, n=1)
    ls, pspc = (denoisers.build(name, mnist) for name in ("kamb-ls", "niedoba"))
    expected = local(mnist, x, sigma, ls.patch(sigma))[0]
    assert np.abs(ls(x, sigma).numpy() - expected).max() <= tolerance(sigma)
    expected = patch_sets(mnist, x, sigma, pspc.patch(sigma))[0]
    assert np.abs(pspc(x, sigma).numpy() - expected).max() <= tolerance(sigma)


@pytest.mark.parametrize("sigma", TEN[::3])
def test_equivariant_engines_agree(mnist: np.ndarray, sigma: float) -> None:
    x = noisy(mnist, sigma, n=1)
    for name in ("kamb-els", "kamb-bbels"):
        one, other = (
            denoisers.build(name, mnist, images=40, engine=engine)(x, sigma)
            for engine in ("compiled", "torch")
        )
        torch.testing.assert_close(one, other, atol=tolerance(sigma), rtol=0)


def test_equivariant(mnist: np.ndarray) -> None:
    x = noisy(mnist, 0.3, n=1)
    found = denoisers.build("kamb-els", mnist[:6], patch=5)(x, 0.3)
    expected = equivariant(mnist[:6], x, 0.3, 5)[0]
    assert np.abs(found.numpy() - expected).max() <= tolerance(0.3)


def test_golddiff_leaves_images_out(mnist: np.ndarray) -> None:
    """On images that are not in the set it differs from the exact answer, but not by much."""
    known, fresh = mnist[:500], mnist[500:]
    options = {"mask": "symmetric", "threshold": 0.02, "cache": None}
    x = noisy(fresh, 0.7, n=2)
    exact = denoisers.build("locality", known, **options)(x, 0.7)
    for pool in ("random", "coarse"):
        found = denoisers.build("golddiff", known, pool=pool, **options)(x, 0.7)
        assert 1e-6 < float((found - exact).square().mean()) < 0.1
