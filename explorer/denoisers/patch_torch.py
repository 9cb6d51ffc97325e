"""Softmax sums over patches in torch: on any device, and where nothing is compiled.

Window sums are differences of running sums, in float64. No more than a chunk of images is held in
floating point.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from explorer.denoisers.online import Part
from explorer.denoisers.patch_moves import Moves
from explorer.denoisers.patch_sums import Query

VALUES = 1 << 20  # pixel values of a chunk of images


def torch_sums(
    images: np.ndarray, query: Query, moves: Moves, *, values: bool, device: torch.device
) -> Part:
    """Return the same as `patch_sums.window_sums`."""
    samples, channels, height, width = query.slopes.shape
    slopes = torch.tensor(query.slopes, device=device)
    size = height * width
    m = torch.full((samples, 1, size), -torch.inf, dtype=torch.float64, device=device)
    s, s2 = torch.zeros_like(m), torch.zeros_like(m)
    y = m.new_zeros(samples, channels if values else 0, size)
    heaviest = torch.zeros(samples, 1, size, dtype=torch.int64, device=device)
    for first, u in byte_chunks(images, device):
        squares = u.square().sum(dim=1)
        for move in moves.table.tolist():
            rows, columns = slice(*move[2:4]), slice(*move[4:6])
            at = locations(move, height, width, device)
            for b in range(samples):
                logits = moved_logits(
                    u, query.curvature[b] * squares, slopes[b], moves.reach, move
                ).flatten(1)
                top, place = logits.max(dim=0)
                old = m[b, 0, at]
                heaviest[b, 0, at] = torch.where(top > old, place + first, heaviest[b, 0, at])
                top = torch.maximum(top, old)
                scale = torch.exp(old - top)
                p = torch.exp(logits - top)
                m[b, 0, at] = top
                s[b, 0, at] = s[b, 0, at] * scale + p.sum(dim=0)
                s2[b, 0, at] = s2[b, 0, at] * scale**2 + p.square().sum(dim=0)
                if values:
                    seen = u[:, :, rows, columns].flatten(2)
                    y[b][:, at] = y[b][:, at] * scale + torch.einsum("nq,ncq->cq", p, seen)
    return Part(*(a.cpu().numpy() for a in (m, s, y, s2, heaviest)))


def byte_chunks(images: np.ndarray, device: torch.device) -> Iterator[tuple[int, torch.Tensor]]:
    """Yield number of the first image and bytes as float64 (n, C, H, W), a chunk at a time."""
    step = max(VALUES // int(np.prod(images.shape[1:])), 1)
    for first in range(0, len(images), step):
        part = np.ascontiguousarray(images[first : first + step])
        yield first, torch.tensor(part, device=device).double()


def moved_logits(
    u: torch.Tensor,
    base: torch.Tensor,
    slope: torch.Tensor,
    reach: tuple[int, int],
    move: list[int],
) -> torch.Tensor:
    """Return the logits (n, rows, columns) of a move's places for one noisy image."""
    dy, dx, top, bottom, left, right = move
    moved = torch.roll(slope, (dy, dx), dims=(1, 2))
    terms = (u * moved).sum(dim=1) - base
    return box_sums(box_sums(terms, reach, (top, bottom), 1), reach, (left, right), 2)


def box_sums(
    table: torch.Tensor, reach: tuple[int, int], places: tuple[int, int], dim: int
) -> torch.Tensor:
    """Return sums over windows along a dimension, cut at the border, at places (first, stop)."""
    size = table.shape[dim]
    running = table.cumsum(dim=dim)
    nothing = torch.zeros_like(running.narrow(dim, 0, 1))
    running = torch.cat([nothing, running], dim=dim)
    at = torch.arange(*places, device=table.device)
    low, high = (at - reach[0]).clamp_min(0), (at + reach[1] + 1).clamp_max(size)
    return running.index_select(dim, high) - running.index_select(dim, low)


def locations(move: list[int], height: int, width: int, device: torch.device) -> torch.Tensor:
    """Return the flat locations of the noisy image that a move's places belong to."""
    dy, dx, top, bottom, left, right = move
    rows = (torch.arange(top, bottom, device=device) - dy) % height
    columns = (torch.arange(left, right, device=device) - dx) % width
    return (rows[:, None] * width + columns).flatten()


def torch_votes(
    images: np.ndarray,
    query: Query,
    size: int,
    windows: tuple[np.ndarray, np.ndarray],
    *,
    device: torch.device,
) -> tuple[np.ndarray, ...]:
    """Return y, s2, largest and heaviest, the same as the compiled loops of `patch_means`."""
    samples, channels, height, width = query.slopes.shape
    slopes = torch.tensor(query.slopes, device=device)
    down, across = height - size + 1, width - size + 1
    m, s = (
        torch.tensor(a, device=device).reshape(samples, height, width)[:, :down, :across]
        for a in windows
    )
    y = slopes.new_zeros(samples, channels, height, width)
    s2, largest = slopes.new_zeros(samples, height, width), slopes.new_zeros(samples, height, width)
    heaviest = torch.zeros(samples, height, width, dtype=torch.int64, device=device)
    move = [0, 0, 0, down, 0, across]
    back = (size - 1, 0)
    count = slopes.new_ones(1, down, across)
    count = box_sums(box_sums(count, back, (0, height), 1), back, (0, width), 2)
    for first, u in byte_chunks(images, device):
        squares = u.square().sum(dim=1)
        for b in range(samples):
            logits = moved_logits(u, query.curvature[b] * squares, slopes[b], (0, size - 1), move)
            p = torch.exp(logits - m[b]) / s[b]
            w = box_sums(box_sums(p, back, (0, height), 1), back, (0, width), 2) / count
            y[b] += torch.einsum("nhw,nchw->chw", w, u)
            s2[b] += w.square().sum(dim=0)
            top, place = w.max(dim=0)
            heaviest[b] = torch.where(top > largest[b], place + first, heaviest[b])
            largest[b] = torch.maximum(largest[b], top)
    flat = (a.flatten(-2).cpu().numpy() for a in (y, s2, largest, heaviest))
    return tuple(flat)
