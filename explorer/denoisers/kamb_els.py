"""The equivariant local score machine: each location looks at all places of all images.

    D(z)(r) = sum w x_i(r') / sum w,   w = exp(-|P_k(z, r) - P_k(x_i, r')|^2 / (2 sigma^2)),

over all images i and all places r' where a whole patch fits. The noisy image is continued
periodically; the data are not. Sums over windows make the price independent of k.
"""

from __future__ import annotations

from typing import Any

from explorer.denoisers.about import About
from explorer.denoisers.patch_posterior import PatchPosterior, machine_of
from explorer.denoisers.patch_sizes import PatchOption
from explorer.denoisers.patch_sums import Engine
from explorer.denoisers.statistics import image_array

NAME = "kamb-els"
ABOUT = About(
    title="Kamb & Ganguli, equivariant",
    source="Kamb and Ganguli 2024, arXiv:2412.20292",
    cost=r"O(n d H W)",
    memory="32 images and a few numbers per location",
    approximate="Uses a subset of the images unless images=None.",
)
IMAGES = 1000


def build(
    data: Any,
    *,
    patch: PatchOption = None,
    images: int | None = IMAGES,
    engine: Engine = "auto",
    threads: int | None = None,
) -> PatchPosterior:
    """Return the equivariant local score machine of a data set.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    patch : int, pairs (sigma, k) or None
        Odd patch sizes; None is the calibration published for CIFAR-10, by the nearest log sigma,
        at most the largest odd number within the image.
    images : int or None
        Use only so many images, evenly spaced through the data; None for all.
    engine : "auto", "compiled" or "torch"
    threads : int or None

    Examples
    --------
    >>> import numpy, torch
    >>> images = numpy.array([0, 255], dtype=numpy.uint8).reshape(2, 1, 1, 1)  # -1 and 1
    >>> d = build(images)
    >>> d(torch.full((1, 1, 1, 1), 0.5), 1.0).item()  # tanh(0.5)
    0.4621...
    """
    array = image_array(data)
    return machine_of(array, "periodic", patch=patch, engine=engine, threads=threads, images=images)
