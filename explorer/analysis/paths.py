r"""The published ten-step path from noise to a picture, one denoiser call at a time.

DDIM without fresh noise, in variance-preserving form, with ``a = alpha_bar`` of the present step
and ``a'`` of the next (1 after the last):

    x0  = D(x / sqrt(a), sigma),   sigma^2 = (1 - a) / a,
    eps = (x - sqrt(a) x0) / sqrt(1 - a + 1e-8),
    x'  = sqrt(a') clip(x0, -1, 1) + sqrt(1 - a') eps,

where eps is not formed again after the clip. The picture is the last x0. A path starts from noise
that seed and number of the sample alone decide, and is kept as it grows: whoever walks it may stop
between any two calls and go on later.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core import rng
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.core.types import Denoiser
    from explorer.schedules import Steps

STREAM = 1  # of `rng.normal`: not the noise of the pictures that are denoised once
SMALL = 1e-8  # under the root, as published


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What one denoiser has made of the noise so far.

    Attributes
    ----------
    latents : tuple of numpy.ndarray
        x at each step done and at the next, float32 (n, C, H, W) each; the first is the noise.
    x0 : tuple of numpy.ndarray
        The denoiser's answers, float32 (n, C, H, W) each; one fewer than the latents.
    seconds : float
        CPU time of the calls, summed over all threads of this process.
    """

    latents: tuple[np.ndarray, ...]
    x0: tuple[np.ndarray, ...] = ()
    seconds: float = 0.0


def start(shape: tuple[int, ...], samples: int | Iterable[int], seed: int) -> Path:
    """Return paths that have not left the noise.

    Parameters
    ----------
    shape : tuple of int
        Of one image, (C, H, W).
    samples : int or iterable of int
        How many, or their numbers. Sample 3 has the same noise among 4 as among 16.
    seed : int

    Examples
    --------
    >>> four, one = start((1, 2, 2), 4, 0), start((1, 2, 2), [3], 0)
    >>> bool((four.latents[0][3] == one.latents[0][0]).all())
    True
    """
    return Path((rng.normal(seed, samples, shape, stream=STREAM),))


def advance(path: Path, denoiser: Denoiser, steps: Steps) -> Path:
    """Return the path one denoiser call further.

    Parameters
    ----------
    path : Path
    denoiser : Denoiser
    steps : Steps
        Of the whole path.

    Raises
    ------
    InputError
        With field ``"path"``, if it has come to its end.

    References
    ----------
    Song, Meng and Ermon, Denoising diffusion implicit models (2021), eq. 12 with sigma_t = 0
    """
    k = len(path.x0)
    if k >= len(steps.sigmas):
        raise InputError("path", f"All {k} steps are done.", "Start a new path.")
    before = time.process_time()
    x0 = answer(denoiser, path.latents[k], k, steps)
    seconds = time.process_time() - before
    left = float(steps.alpha_bar[k + 1]) if k + 1 < len(steps.sigmas) else 1.0
    following = ddim(path.latents[k], x0, float(steps.alpha_bar[k]), left)
    return replace(
        path,
        latents=(*path.latents, following),
        x0=(*path.x0, x0),
        seconds=path.seconds + seconds,
    )


def walk(path: Path, denoiser: Denoiser, steps: Steps) -> Iterator[Path]:
    """Yield the path after each call, up to its end."""
    while len(path.x0) < len(steps.sigmas):
        path = advance(path, denoiser, steps)
        yield path


def answer(denoiser: Denoiser, x: np.ndarray, k: int, steps: Steps) -> np.ndarray:
    """Return what the denoiser makes of latents (n, C, H, W) at step k, float32.

    It is asked in float64 on the CPU, unless it has a ``dtype`` or ``device`` of its own.
    """
    import torch

    asked: Any = denoiser
    z = torch.from_numpy(x.astype(np.float64) / math.sqrt(float(steps.alpha_bar[k])))
    z = z.to(getattr(asked, "device", None) or "cpu", getattr(asked, "dtype", None) or z.dtype)
    with torch.no_grad():
        found = denoiser(z, float(steps.sigmas[k]))
    return found.detach().cpu().numpy().astype(np.float32)


def ddim(x: np.ndarray, x0: np.ndarray, a: float, following: float) -> np.ndarray:
    """Return the latent of the next step, float32.

    Parameters
    ----------
    x, x0 : numpy.ndarray
        Latent and answer of this step, of one shape.
    a, following : float
        alpha_bar of this step and of the next; 1 ends the path.

    Examples
    --------
    >>> ddim(np.array([0.5]), np.array([2.0]), 1.0, 1.0)  # only the clip is left
    array([1.], dtype=float32)
    """
    wide = x0.astype(np.float64)
    eps = (x - math.sqrt(a) * wide) / math.sqrt(1.0 - a + SMALL)
    clipped = math.sqrt(following) * np.clip(wide, -1.0, 1.0)
    return (clipped + math.sqrt(1.0 - following) * eps).astype(np.float32)
