"""Average, at every pixel, of the posterior means of all patches that hold it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from explorer.denoisers.online import Part
from explorer.denoisers.patch_moves import inside
from explorer.denoisers.patch_sums import Machine, Query, flat_images, slack_of, window_sums


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """What images say of every pixel, their weights averaged over its patches.

    Attributes
    ----------
    y : numpy.ndarray, shape (B, C, H W)
        ``sum_i w_i u_i`` in bytes.
    s2, largest, heaviest : numpy.ndarray, shape (B, H W)
        ``sum_i w_i^2``, the largest weight and whose it is.
    """

    y: np.ndarray
    s2: np.ndarray
    largest: np.ndarray
    heaviest: np.ndarray

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> Votes:
        """Return the votes of no images, for queries of shape (B, C, H, W)."""
        batch, channels, height, width = shape
        size = (batch, height * width)
        y = np.zeros((batch, channels, height * width))
        return cls(y, np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.int64))

    def __add__(self, other: Votes) -> Votes:
        first = self.largest >= other.largest
        return Votes(
            self.y + other.y,
            self.s2 + other.s2,
            np.where(first, self.largest, other.largest),
            np.where(first, self.heaviest, other.heaviest),
        )


def window_votes(
    images: np.ndarray,
    query: Query,
    size: int,
    *,
    mirrored: bool,
    machine: Machine,
    device: torch.device,
) -> Votes:
    """Return the votes of all images.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    query : Query
        Of B noisy images.
    size : int
        Side of the patches, at most that of the images.
    mirrored : bool
        The images' mirror images vote, too. No copies are made: a mirror image's patches compare
        with a noisy image as the image's own do with the mirrored noisy image.
    machine : Machine
    device : torch.device
    """
    height, width = query.slopes.shape[2:]
    moves = inside(size, (height, width))
    batch = len(query.slopes)
    asked = query
    if mirrored:
        both = np.concatenate([query.slopes, query.slopes[..., ::-1]])
        asked = Query(both, np.concatenate([query.curvature] * 2))
    sums = window_sums(images, asked, moves, values=False, machine=machine, device=device)
    m, s = sums.m[:, 0], sums.s[:, 0]
    if mirrored:
        m, s = _over_both(m, s, (height, width), size)
    votes = _votes(images, asked, size, (m, s), machine=machine, device=device)
    if not mirrored:
        return votes
    return _cut(votes, slice(batch)) + _flip(_cut(votes, slice(batch, None)), (height, width))


def _votes(images, query, size, windows, *, machine: Machine, device: torch.device) -> Votes:
    """Return the votes, given largest logit and sum (B, H W) of every window."""
    if not machine.compiled(device):
        from explorer.denoisers.patch_torch import torch_votes

        return Votes(*torch_votes(images, query, size, windows, device=device))
    from explorer.denoisers.kernels.means import mean_of_windows

    flat, slack = flat_images(images), slack_of(len(images))

    def work(span: tuple[int, int]) -> Votes:
        votes = Votes.none(query.slopes.shape)
        arrays = (votes.y, votes.s2, votes.largest, votes.heaviest)
        mean_of_windows(flat, span, query.curvature, query.slopes, size, slack, windows, arrays)
        return votes

    total = Votes.none(query.slopes.shape)
    for votes in machine.spread(work, len(images)):
        total += votes
    return total


def _over_both(
    m: np.ndarray, s: np.ndarray, shape: tuple[int, int], size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return m and s of windows over images and mirror images, for both halves of a batch."""
    across = shape[1] - size + 1

    def mirror(a: np.ndarray) -> np.ndarray:
        grid = a.reshape(len(a), *shape).copy()
        grid[..., :across] = grid[..., :across][..., ::-1]
        return grid.reshape(a.shape)

    half = len(m) // 2
    zero = np.zeros_like(m[:half])
    own = Part(m[:half], s[:half], zero, zero, zero)
    other = Part(mirror(m[half:]), mirror(s[half:]), zero, zero, zero)
    both = own + other
    return (
        np.concatenate([both.m, mirror(both.m)]),
        np.concatenate([both.s, mirror(both.s)]),
    )


def _cut(votes: Votes, part: slice) -> Votes:
    return Votes(votes.y[part], votes.s2[part], votes.largest[part], votes.heaviest[part])


def _flip(votes: Votes, shape: tuple[int, int]) -> Votes:
    """Return the votes at mirrored pixels."""

    def mirror(a: np.ndarray) -> np.ndarray:
        return a.reshape(*a.shape[:-1], *shape)[..., ::-1].reshape(a.shape)

    return Votes(*(mirror(a) for a in (votes.y, votes.s2, votes.largest, votes.heaviest)))
