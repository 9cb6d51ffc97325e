"""The Triton kernel run in Python, against float64; `test_flash.py` starts this file."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.denoisers.kernels import flash as kernel
from explorer.denoisers.kernels.flash import flash
from explorer.denoisers.masks import Masks
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.terms import Terms
from explorer.denoisers.wiener import Wiener
from tests.denoisers.sets import as_rows, noisy, smooth

SHAPES = {84: (2, 6, 7), 192: (3, 8, 8)}  # one tile of outputs and two; a half-filled tile


def matrices(d: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    distance = np.abs(np.arange(d)[:, None] - np.arange(d))
    mixed = rng.random((d, d)) < rng.random((d, 1))
    mixed[3], mixed[4] = False, True
    halves = np.zeros((d, d), dtype=bool)
    halves[: d // 2, : d // 2] = True  # tiles of inputs that no output uses
    return {"mixed": mixed, "bands": distance < 9, "halves": halves, "empty": halves & False}


def expected(images: np.ndarray, terms: Terms, matrix: np.ndarray) -> tuple[np.ndarray, ...]:
    v = images.reshape(len(images), -1) - terms.guess[:, None]
    logits = (v * (terms.slope[:, None] - terms.curvature * v) + terms.constant) @ matrix.T
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    mean = np.einsum("biq,iq->bq", p, as_rows(images)) / p.sum(axis=1)
    return mean, p.sum(axis=1) ** 2 / np.square(p).sum(axis=1), p


@pytest.mark.parametrize("d", SHAPES)
@pytest.mark.parametrize("sigma", [30.0, 3.4, 1.2])
@pytest.mark.parametrize("name", matrices(84))
def test_sums_over_masks(d: int, sigma: float, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "SPAN", 64)
    images, matrix = smooth(150, SHAPES[d]), matrices(d)[name]
    x = noisy(images, sigma, n=2).double().reshape(2, -1).numpy()
    terms = Terms.of(x, Wiener(Statistics.fit(images)), sigma=sigma)
    rows = torch.from_numpy(images.reshape(150, -1).copy())
    [part] = flash(rows, Masks.of(matrix), terms, batch=None)
    mean, effective, p = expected(images, terms, matrix)
    np.testing.assert_allclose(part.mean(), mean, rtol=0, atol=2e-6)
    np.testing.assert_allclose(part.s**2 / part.s2, effective, rtol=1e-5)
    assert np.take_along_axis(p, part.heaviest[:, None], axis=1).min() > 1 - 1e-5
    alone = Terms(terms.sharpness, terms.slope[1:], terms.guess[1:], terms.constant)
    [second] = flash(rows, Masks.of(matrix), alone, batch=None)
    assert np.array_equal(second.y[0], part.y[1])


@pytest.mark.parametrize("softmax", ["exact", "published"])
@pytest.mark.parametrize("sigma", [12.0, 2.0, 0.3])
def test_engine_equals_the_others(
    softmax: str, sigma: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = smooth(200)
    options = {"threshold": 0.1, "softmax": softmax, "batch": 64, "cache": None}
    d = denoisers.build("locality", images, engine="triton", **options)
    other = denoisers.build("locality", images, engine="fused", **options)
    x = noisy(images, sigma)
    found, wanted = d.posterior(x, sigma), other.posterior(x, sigma)
    torch.testing.assert_close(found.mean, wanted.mean, rtol=0, atol=3e-6)
    torch.testing.assert_close(found.effective, wanted.effective, rtol=2e-5, atol=0)
    monkeypatch.setattr(kernel, "PIECE", 64 * 84)  # more images than a device takes at once
    again = denoisers.build("locality", images, engine="triton", **options).posterior(x, sigma)
    torch.testing.assert_close(again.mean, found.mean, rtol=0, atol=1e-6)
    assert torch.equal(again.heaviest, found.heaviest)
