"""The locality denoiser in portable torch: logits by matrix products, softmax on the way.

A block of images gives the terms L (R, d) of a sample; times the 0/1 masks they are the logits of
all outputs, (R, d) again; an online softmax takes them up before the next block. Memory does not
depend on the number of images. float32 where its rounding is harmless, float64 at low noise and
for images with a drawn pattern, whose bytes are no whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from explorer.denoisers.masks import Masks
from explorer.denoisers.online import Part
from explorer.denoisers.planted import Planted
from explorer.denoisers.terms import STEP, Terms

ROWS = {"cpu": 512}
MANY_ROWS = 2048  # on other devices, where starting a step costs more
TILE = 4096  # outputs whose masks are held as floats
FINE = 0.5  # sharpness from which float32 would show


def fused(
    images: np.ndarray,
    masks: Masks,
    terms: Terms,
    *,
    device: torch.device,
    batch: int | None,
    planted: Planted | None = None,
) -> Iterator[Part]:
    """Yield the sums over batches of images, in order; over all of them if `batch` is None.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, d)
    masks : Masks
    terms : Terms
        Of B samples at one noise level.
    device : torch.device
    batch : int or None
    planted : Planted, optional
        A pattern drawn into the images.
    """
    fine = terms.sharpness > FINE or planted is not None
    dtype = torch.float64 if fine else torch.float32
    source = images, planted
    step = batch or len(images)
    for first in range(0, len(images), step):
        stop = min(first + step, len(images))
        parts = [
            _tile(source, slice(first, stop), masks, terms, columns=columns, where=(device, dtype))
            for columns in _tiles(len(masks.sizes))
        ]
        names = ("m", "s", "y", "s2", "heaviest")
        yield Part(*(np.concatenate([getattr(p, k) for p in parts], axis=1) for k in names))


def _tiles(size: int) -> list[slice]:
    return [slice(left, min(left + TILE, size)) for left in range(0, size, TILE)]


def _tile(
    source: tuple[np.ndarray, Planted | None],
    place: slice,
    masks: Masks,
    terms: Terms,
    *,
    columns: slice,
    where: tuple[torch.device, torch.dtype],
) -> Part:
    """Return the sums over images[place] of the outputs in `columns`."""
    device, dtype = where
    mask = torch.tensor(masks.rows(columns), device=device).to(dtype).T
    slope, constant, guess = (
        torch.tensor(a, device=device, dtype=dtype)
        for a in (terms.slope, terms.constant, terms.guess)
    )
    n, width = len(slope), mask.shape[1]
    m = torch.full((n, width), -torch.inf, device=device, dtype=dtype)
    sums = torch.zeros(n, 3, width, device=device, dtype=torch.float64)
    heaviest = torch.zeros(n, width, device=device, dtype=torch.int64)
    step = ROWS.get(device.type, MANY_ROWS)
    for start in range(place.start, place.stop, step):
        x = _block(*source, slice(start, min(start + step, place.stop))).to(device).to(dtype)
        values = x[:, columns] * STEP - 1.0
        for b in range(n):
            v = x - guess[b]
            logits = (v * (slope[b] - terms.curvature * v) + constant) @ mask
            top, place_of_top = logits.max(dim=0)
            heaviest[b] = torch.where(top > m[b], place_of_top + start, heaviest[b])
            top = torch.maximum(top, m[b])
            old = torch.exp(m[b] - top).double()
            p = logits.sub_(top).exp_()
            fresh = (p.sum(0), (p * values).sum(0), p.square().sum(0))
            sums[b] *= torch.stack([old, old, old**2])
            sums[b] += torch.stack(fresh).double()
            m[b] = top
    s, y, s2 = sums.cpu().numpy().swapaxes(0, 1)
    return Part(m.double().cpu().numpy(), s, y, s2, heaviest.cpu().numpy())


def _block(images: np.ndarray, planted: Planted | None, place: slice) -> torch.Tensor:
    """Return images on the scale of bytes, (n, d)."""
    block = torch.from_numpy(np.array(images[place]))
    return block if planted is None else block + torch.from_numpy(planted.bytes_added(place))
