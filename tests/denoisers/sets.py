"""Small image sets with correlations, and the noise levels of the published ten steps."""

import numpy as np
import torch

ALPHA_BAR = np.cumprod(1.0 - np.linspace(1e-4, 0.02, 1000))
SIGMAS = [float(np.sqrt((1 - a) / a)) for a in ALPHA_BAR[[900, 700, 500, 300, 200, 100, 0]]]


def smooth(n: int = 200, shape: tuple[int, int, int] = (2, 6, 7), seed: int = 0) -> np.ndarray:
    """Smooth random images, uint8 (n, C, H, W), with one dead and one nearly dead pixel."""
    rng = np.random.default_rng(seed)
    c, h, w = shape
    field = rng.normal(size=(n, c, h + 3, w + 3))
    for axis in (2, 3):
        field = sum(np.roll(field, k, axis) for k in range(3))
    images = np.clip(128 + 22 * field[:, :, 3:, 3:], 0, 255).astype(np.uint8)
    images[:, 0, 0, 0] = 9
    images[:, 0, 0, 1] = 0
    images[n // 2, 0, 0, 1] = 3
    return images


def noisy(images: np.ndarray, sigma: float, n: int = 3, seed: int = 1) -> torch.Tensor:
    """Noisy versions of the first images, float32 (n, C, H, W)."""
    rng = np.random.default_rng(seed)
    clean = images[:n] / 127.5 - 1.0
    return torch.from_numpy((clean + sigma * rng.normal(size=clean.shape)).astype(np.float32))


def as_rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) / 127.5 - 1.0
