"""The locality denoiser on a GPU: masked sums on tensor cores, softmax on the way (Triton).

One program holds a tile of outputs and a span of images. For a block of images it forms the terms
L of a tile of inputs from bytes, multiplies them by the 0/1 masks of its outputs, unpacked from
bits, and takes the finished logits into a running softmax (m, s, y, s2, heaviest) per output.
Tiles of inputs that none of its outputs uses are not visited. Spans are joined afterwards.

0 and 1 are exact in float16. A term goes in as two halves, ``L = h + l / 2048`` with h the nearest
float16, and so keeps 22 bits of its own; products are summed in float32.

References
----------
Dao et al., FlashAttention: fast and memory-efficient exact attention with IO-awareness (2022)
"""

# ruff: noqa: PLR0915, PLR0917 - a kernel is one function of many arguments, never keywords
# Triton reads a kernel as its own language; checkers read it as Python.
# pyright: reportMissingImports=false, reportArgumentType=false, reportCallIssue=false
# pyright: reportIndexIssue=false, reportOperatorIssue=false, reportAttributeAccessIssue=false

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import torch
import triton
import triton.language as tl

from explorer.core.errors import InputError
from explorer.denoisers.masks import Masks
from explorer.denoisers.online import Part
from explorer.denoisers.terms import STEP, Terms

SPAN = 4096  # images per program: the same for any batch, and so is the result
PIECE = 2 << 30  # bytes of images sent to the device at once
ROWS, COLUMNS, INPUTS, WARPS = 64, 128, 32, 8
LARGEST = 2.0**14  # of scaled terms; float16 ends at 65,504


@triton.jit
def _sums(
    images,
    bits,
    slope,
    guess,
    constant,
    curvature,
    scale,
    tiles,
    first_tile,
    m_out,
    s_out,
    y_out,
    s2_out,
    heaviest_out,
    n,
    d,
    width,
    span,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    INPUTS: tl.constexpr,
):
    """Write the sums over one span of images for a tile of outputs of one sample."""
    column, part, sample = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    q = column * COLUMNS + tl.arange(0, COLUMNS)
    outputs = q < d
    own_curvature, own_scale = tl.load(curvature + sample), tl.load(scale + sample)
    low_tile, high_tile = tl.load(first_tile + column), tl.load(first_tile + column + 1)
    m = tl.full((COLUMNS,), float("-inf"), tl.float32)
    s = tl.zeros((COLUMNS,), tl.float64)
    y = tl.zeros((COLUMNS,), tl.float64)
    s2 = tl.zeros((COLUMNS,), tl.float64)
    heaviest = tl.zeros((COLUMNS,), tl.int32)
    stop = tl.minimum((part + 1) * span, n)
    for start in range(part * span, stop, ROWS):
        rows = start + tl.arange(0, ROWS)
        inside = rows < stop
        block = images + tl.cast(start, tl.int64) * d
        place = (rows - start) * d
        upper = tl.zeros((COLUMNS, ROWS), tl.float32)
        lower = tl.zeros((COLUMNS, ROWS), tl.float32)
        for k in range(low_tile, high_tile):
            p = tl.load(tiles + k) * INPUTS + tl.arange(0, INPUTS)
            live = p < d
            packed = tl.load(
                bits + q[:, None] * width + (p // 8)[None, :],
                mask=outputs[:, None] & live[None, :],
                other=0,
            )
            mask = ((packed.to(tl.int32) >> (7 - p % 8)[None, :]) & 1).to(tl.float16)
            u = tl.load(
                block + (place[None, :] + p[:, None]), mask=live[:, None] & inside[None, :], other=0
            )
            v = u.to(tl.float32) - tl.load(guess + sample * d + p, mask=live, other=0.0)[:, None]
            tilt = tl.load(slope + sample * d + p, mask=live, other=0.0)[:, None]
            base = tl.load(constant + sample * d + p, mask=live, other=0.0)[:, None]
            term = v * (tilt - own_curvature * v) + base
            h = term.to(tl.float16)
            rest = ((term - h.to(tl.float32)) * 2048.0).to(tl.float16)
            upper = tl.dot(mask, h, upper)
            lower = tl.dot(mask, rest, lower)
        logits = (upper + lower * (1.0 / 2048.0)) / own_scale
        logits = tl.where(inside[None, :], logits, float("-inf"))
        top = tl.max(logits, axis=1)
        found = tl.min(tl.where(logits == top[:, None], rows[None, :], n), axis=1)
        heaviest = tl.where(top > m, found, heaviest)
        top = tl.maximum(m, top)
        old = tl.exp(m - top).to(tl.float64)
        weights = tl.exp(logits - top[:, None])
        seen = outputs[:, None] & inside[None, :]
        values = tl.load(block + (place[None, :] + q[:, None]), mask=seen, other=0).to(tl.float32)
        s = s * old + tl.sum(weights, axis=1)
        y = y * old + tl.sum(weights * values, axis=1)
        s2 = s2 * old * old + tl.sum(weights * weights, axis=1)
        m = top
    at = (part * tl.num_programs(2) + sample).to(tl.int64) * d + q
    tl.store(m_out + at, m, mask=outputs)
    tl.store(s_out + at, s, mask=outputs)
    tl.store(y_out + at, y, mask=outputs)
    tl.store(s2_out + at, s2, mask=outputs)
    tl.store(heaviest_out + at, heaviest, mask=outputs)


def interpreted() -> bool:
    """Return whether Triton runs its kernels in Python, which it can without a GPU."""
    return os.environ.get("TRITON_INTERPRET", "0") == "1"


def check_device(device: torch.device) -> None:
    """Raise InputError unless Triton can run there."""
    if device.type != "cuda" and not interpreted():
        problem = f"The engine triton runs on an NVIDIA GPU; the images are on {device.type}."
        raise InputError("engine", problem, "Use engine='auto', or move x to a GPU.")


def pieces(images: np.ndarray, batch: int | None) -> Iterator[slice]:
    """Yield spans of images (N, d) that a device takes at once, in whole spans or batches."""
    unit = batch or SPAN
    size = max(PIECE // (images.shape[1] * unit), 1) * unit
    for start in range(0, len(images), size):
        yield slice(start, min(start + size, len(images)))


def flash(images: torch.Tensor, masks: Masks, terms: Terms, *, batch: int | None) -> Iterator[Part]:
    """Yield the sums over batches of images, in order; over all of them if `batch` is None.

    Parameters
    ----------
    images : torch.Tensor, uint8, shape (N, d)
        Contiguous, on the device.
    masks : Masks
    terms : Terms
        Of B samples at one noise level.
    batch : int or None
    """
    n, d = images.shape
    samples, span = len(terms.slope), batch or SPAN
    scale = 2.0 ** np.floor(np.log2(LARGEST / np.maximum(terms.bound().max(axis=1), 1e-30)))
    grid = (-(-d // COLUMNS), -(-n // span), samples)
    tiles, first_tile = _tiles(masks)

    def on_device(array: np.ndarray, dtype: torch.dtype) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(images.device, dtype)

    def empty(dtype: torch.dtype) -> torch.Tensor:
        return torch.empty(grid[1], samples, d, dtype=dtype, device=images.device)

    out = empty(torch.float32), *(empty(torch.float64) for _ in range(3)), empty(torch.int32)
    _sums[grid](
        images,
        on_device(masks.bits, torch.uint8),
        on_device(terms.slope * scale[:, None], torch.float32),
        on_device(terms.guess, torch.float32),
        on_device(terms.constant * scale[:, None], torch.float32),
        on_device(terms.curvature * scale, torch.float32),
        on_device(scale, torch.float32),
        on_device(tiles, torch.int32),
        on_device(first_tile, torch.int32),
        *out,
        n,
        d,
        masks.bits.shape[1],
        span,
        ROWS=ROWS,
        COLUMNS=COLUMNS,
        INPUTS=INPUTS,
        num_warps=WARPS,
        enable_fp_fusion=True,
    )
    if batch is not None:
        host = [values.cpu().numpy() for values in out]
        yield from (_part(*(values[i] for values in host)) for i in range(grid[1]))
    else:
        yield _part(*(values.cpu().numpy() for values in _joined(*out)))


def _joined(
    m: torch.Tensor, s: torch.Tensor, y: torch.Tensor, s2: torch.Tensor, heaviest: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """Return the sums over all spans, each (B, d)."""
    top, span = m.max(dim=0)
    scale = torch.exp(m.double() - top.double())
    chosen = heaviest.gather(0, span[None])[0]
    return top, (scale * s).sum(0), (scale * y).sum(0), (scale**2 * s2).sum(0), chosen


def _part(
    m: np.ndarray, s: np.ndarray, y: np.ndarray, s2: np.ndarray, heaviest: np.ndarray
) -> Part:
    return Part(m.astype(np.float64), s, y * STEP - s, s2, heaviest.astype(np.int64))


def _tiles(masks: Masks) -> tuple[np.ndarray, np.ndarray]:
    """Return the tiles of inputs that each tile of outputs uses, and where its list begins."""
    d, width = masks.sizes.size, INPUTS // 8
    lists = []
    for left in range(0, d, COLUMNS):
        used = np.bitwise_or.reduce(masks.bits[left : left + COLUMNS], axis=0)
        used = np.pad(used, (0, -used.size % width)).reshape(-1, width).any(axis=1)
        lists.append(np.flatnonzero(used))
    first = np.concatenate([[0], np.cumsum([found.size for found in lists])])
    return np.concatenate(lists), first
