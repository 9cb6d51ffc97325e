"""Patch denoisers as loops over everything, float64, written from the formulas."""

import numpy as np
import torch

from tests.denoisers.sets import ALPHA_BAR

TEN = [float(np.sqrt((1 - a) / a)) for a in ALPHA_BAR[list(range(900, -1, -100))]]


def tolerance(sigma: float) -> float:
    return 1e-5 if sigma >= 1.2 else 2e-4


def softmax(logits: np.ndarray) -> np.ndarray:
    p = np.exp(logits - logits.max())
    return p / p.sum()


def scaled(images: np.ndarray, x: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    return images / 127.5 - 1.0, x.double().numpy()


def local(images: np.ndarray, x: torch.Tensor, sigma: float, k: int):
    """Mean (B, C, H, W) and weights (B, H, W, N) of the local machine."""
    data, z = scaled(images, x)
    n, _, height, width = data.shape
    mean, weights = np.empty_like(z), np.empty((len(z), height, width, n))
    h = k // 2
    for b, y, c in np.ndindex(len(z), height, width):
        window = np.s_[..., max(y - h, 0) : y + h + 1, max(c - h, 0) : c + h + 1]
        far = ((data[window] - z[b][window]) ** 2).sum(axis=(1, 2, 3))
        p = softmax(-far / (2 * sigma**2))
        weights[b, y, c] = p
        mean[b, :, y, c] = p @ data[:, :, y, c]
    return mean, weights


def equivariant(images: np.ndarray, x: torch.Tensor, sigma: float, k: int):
    """Mean, N_eff and the image of the heaviest patch: all interior patches for each location."""
    data, z = scaled(images, x)
    n, _, height, width = data.shape
    h = k // 2
    around = np.pad(z, ((0, 0), (0, 0), (h, h), (h, h)), mode="wrap")
    places = [
        (i, y, c) for i in range(n) for y in range(h, height - h) for c in range(h, width - h)
    ]
    mean = np.empty_like(z)
    effective, heaviest = np.empty((2, len(z), height, width))
    patches = np.stack([data[i, :, y - h : y + h + 1, c - h : c + h + 1] for i, y, c in places])
    centres = np.stack([data[i, :, y, c] for i, y, c in places])
    for b, y, c in np.ndindex(len(z), height, width):
        far = ((patches - around[b, :, y : y + k, c : c + k]) ** 2).sum(axis=(1, 2, 3))
        p = softmax(-far / (2 * sigma**2))
        mean[b, :, y, c] = p @ centres
        effective[b, y, c], heaviest[b, y, c] = 1 / (p**2).sum(), places[p.argmax()][0]
    return mean, effective, heaviest


def same_class(r: tuple[int, int], other: tuple[int, int], h: int, shape: tuple[int, int]) -> bool:
    """Interior with interior; strip with the same edge and distance; corner with itself."""
    near = [[v < h, v >= side - h] for v, side in zip(r, shape, strict=True)]
    near_other = [[v < h, v >= side - h] for v, side in zip(other, shape, strict=True)]
    if near != near_other:
        return False
    in_rows, in_columns = any(near[0]), any(near[1])
    if in_rows and in_columns:
        return r == other
    if in_rows:
        return r[0] == other[0]
    if in_columns:
        return r[1] == other[1]
    return True


def by_class(images: np.ndarray, x: torch.Tensor, sigma: float, k: int) -> np.ndarray:
    """Mean of the boundary-broken machine."""
    data, z = scaled(images, x)
    n, _, height, width = data.shape
    if k >= min(height, width):
        return local(images, x, sigma, k)[0]
    h, mean = k // 2, np.empty_like(z)
    for b, y, c in np.ndindex(len(z), height, width):
        offsets = [
            (dy, dx)
            for dy in range(-h, h + 1)
            for dx in range(-h, h + 1)
            if 0 <= y + dy < height and 0 <= c + dx < width
        ]
        logits, values = [], []
        for i, v, w in np.ndindex(n, height, width):
            if same_class((y, c), (v, w), h, (height, width)):
                far = sum(
                    ((data[i, :, v + dy, w + dx] - z[b, :, y + dy, c + dx]) ** 2).sum()
                    for dy, dx in offsets
                )
                logits.append(-far / (2 * sigma**2))
                values.append(data[i, :, v, w])
        mean[b, :, y, c] = softmax(np.array(logits)) @ np.array(values)
    return mean


def patch_sets(images: np.ndarray, x: torch.Tensor, sigma: float, p: int):
    """Mean and mean weights (B, H, W, N): the average of overlapping patch posterior means."""
    data, z = scaled(images, x)
    n, _, height, width = data.shape
    mean, count = np.zeros_like(z), np.zeros((height, width))
    weights = np.zeros((len(z), height, width, n))
    for y, c in np.ndindex(height - p + 1, width - p + 1):
        window = np.s_[..., y : y + p, c : c + p]
        count[window] += 1
        for b in range(len(z)):
            far = ((data[window] - z[b][window]) ** 2).sum(axis=(1, 2, 3))
            w = softmax(-far / (2 * sigma**2))
            mean[b][window] += np.tensordot(w, data[window], 1)
            weights[b, y : y + p, c : c + p] += w
    return mean / count, weights / count[..., None]
