"""Three exact ways to the sums of the locality denoiser, and which one is taken where.

"tree" walks the masks' difference tree in compiled loops, on a CPU with numba. "triton" multiplies
on the tensor cores of a GPU, where the noise is high enough for its rounding. "fused", matrix
products in torch, runs anywhere, and alone takes images with a drawn pattern, whose bytes are no
whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers.cached_masks import MaskSource
from explorer.denoisers.fused import FINE, fused
from explorer.denoisers.masks import Masks
from explorer.denoisers.online import Part
from explorer.denoisers.planted import Planted
from explorer.denoisers.terms import Terms

Engine = Literal["auto", "tree", "fused", "triton"]
FLAT = 8.0  # sharpness 1/(2 sigma^2 T) up to which float32 terms are good enough for the tree
CAPABLE = (8, 0)  # compute capability from which the kernel's tensor cores are there


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Sums over images, per batch of them or over all.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, d)
    source : MaskSource
    engine : "auto", "tree", "fused" or "triton"
    batch : int or None
        Images that are summed together; None for all.
    threads : int or None
    planted : Planted or None
    """

    images: np.ndarray
    source: MaskSource
    engine: Engine
    batch: int | None
    threads: int | None
    planted: Planted | None
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.engine not in {"auto", "tree", "fused", "triton"}:
            raise InputError("engine", f"There is no engine {self.engine!r}.", "Use auto.")
        if self.engine == "triton" and not self._has_triton():
            problem = "The engine needs Triton, and images without a drawn pattern."
            raise InputError("engine", problem, "Install triton, or use engine='fused'.")
        if self.engine == "tree" and not self._can_walk():
            problem = (
                "The tree needs numba, whole blocks of 32 images in a batch, and no drawn pattern."
            )
            raise InputError("engine", problem, "Install numba, or use engine='fused'.")

    def engine_for(self, device: torch.device) -> Literal["tree", "fused", "triton"]:
        """Return the way of computing on a device."""
        if self.engine != "auto":
            return self.engine
        if device.type == "cuda" and self._has_triton():
            return "triton" if torch.cuda.get_device_capability(device) >= CAPABLE else "fused"
        return "tree" if device.type == "cpu" and self._can_walk() else "fused"

    def parts(self, terms: Terms, sigma: float, device: torch.device) -> Iterable[Part]:
        """Yield the sums over each batch, in order, of samples at one noise level."""
        engine, masks = self.engine_for(device), self.source.masks(sigma)
        if engine == "tree":
            return self._walked(terms, sigma)
        if engine == "triton" and terms.sharpness <= FINE:
            return self._on_tensor_cores(terms, masks, device)
        options = {"device": device, "batch": self.batch, "planted": self.planted}
        return fused(self.images, masks, terms, **options)

    def _has_triton(self) -> bool:
        return self.planted is None and find_spec("triton") is not None

    def _can_walk(self) -> bool:
        whole = self.batch is None or self.batch % 32 == 0
        return whole and self.planted is None and find_spec("numba") is not None

    def _walked(self, terms: Terms, sigma: float) -> Iterator[Part]:
        from explorer.denoisers.kernels.walk import packed, walk

        if "blocks" not in self._kept:
            self._kept["blocks"] = packed(self.images)
        return walk(
            self._kept["blocks"],
            len(self.images),
            *self.source.trees(sigma),
            terms,
            refine=terms.sharpness > FLAT,
            batch=self.batch,
            threads=self.threads,
        )

    def _on_tensor_cores(self, terms: Terms, masks: Masks, device: torch.device) -> Iterator[Part]:
        from explorer.denoisers.kernels.flash import check_device, flash, pieces

        check_device(device)
        for place in pieces(self.images, self.batch):
            images = self._kept.get(str(device))
            if images is None:
                images = torch.from_numpy(np.array(self.images[place])).to(device)
            if len(images) == len(self.images):
                self._kept[str(device)] = images
            for part in flash(images, masks, terms, batch=self.batch):
                yield replace(part, heaviest=part.heaviest + place.start)
