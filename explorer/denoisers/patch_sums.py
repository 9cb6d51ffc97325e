"""Softmax sums over patches, in compiled loops or in portable torch.

Logits ``-c |P(z, r) - P(x_i, r')|^2`` matter up to a constant per location r. With bytes
``u = (x + 1)/STEP`` they are window sums of ``u (slope - kappa u)``,

    slope = 2 c STEP (z + 1),   kappa = c STEP^2,   c = 1 / (2 sigma^2).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal, TypeVar

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers.online import Part
from explorer.denoisers.patch_moves import Moves

Engine = Literal["auto", "compiled", "torch"]
Result = TypeVar("Result")
STEP = 1.0 / 127.5
SMALLEST = 1e-100  # sigma that has a square
ROUNDING = 1e-4  # of a logit
EPSILON = 1e-7  # share of the weight that may be left out
CHUNKS = 16  # the same for any number of threads: so is the result
LANES = 32


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """Noisy images at one noise level, as coefficients of bytes.

    Attributes
    ----------
    slopes : numpy.ndarray, float64, shape (B, C, H, W)
    curvature : numpy.ndarray, float64, shape (B,)
    """

    slopes: np.ndarray
    curvature: np.ndarray

    @classmethod
    def of(cls, noisy: np.ndarray, sigma: float) -> Query:
        """Return the coefficients of noisy images, float64 (B, C, H, W).

        The sharpness c stops growing where the rounding of float64 sums would decide, below
        sigma = 0.001 for images that are not far off.
        """
        size = np.prod(noisy.shape[1:])
        largest = size * 2.0 * (2.0 * np.abs(noisy + 1.0).max(axis=(1, 2, 3)) + 2.0)
        limit = ROUNDING / (np.finfo(float).eps * largest)
        wanted = 0.5 / sigma**2 if sigma > SMALLEST else np.inf
        c = np.minimum(wanted, limit)
        slopes = 2.0 * STEP * c[:, None, None, None] * (noisy + 1.0)
        return cls(np.ascontiguousarray(slopes), c * STEP**2)


@dataclass(frozen=True, slots=True)
class Machine:
    """How sums are computed.

    Parameters
    ----------
    engine : "auto", "compiled" or "torch"
        Compiled loops on the CPU (numba), or torch where x lies.
    threads : int or None
        Of the compiled loops; the result does not depend on it.
    """

    engine: Engine = "auto"
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.engine not in {"auto", "compiled", "torch"}:
            problem = f"There is no engine {self.engine!r}."
            raise InputError("engine", problem, "Use auto, compiled or torch.")
        if self.engine == "compiled" and find_spec("numba") is None:
            raise InputError("engine", "The compiled loops need numba.", "Use engine='torch'.")
        if self.threads is not None and self.threads < 1:
            problem = f"threads = {self.threads} is not a number of threads."
            raise InputError("threads", problem, "Give a whole number >= 1, or None for all.")

    def compiled(self, device: torch.device) -> bool:
        """Return whether the compiled loops are used for x on this device."""
        if self.engine == "auto":
            return device.type == "cpu" and find_spec("numba") is not None
        return self.engine == "compiled"

    def spread(self, work: Callable[[tuple[int, int]], Result], n: int) -> Iterator[Result]:
        """Yield the results of pieces of n images, in order, computed by several threads."""
        from explorer.denoisers.kernels.walk import processors

        blocks = -(-n // LANES)
        width = -(-blocks // CHUNKS) * LANES
        spans = [(start, min(start + width, n)) for start in range(0, n, width)]
        with ThreadPoolExecutor(self.threads or processors()) as pool:
            yield from pool.map(work, spans)


def empty_part(query: Query, values: int) -> Part:
    """Return sums over nothing, (B, 1, H W), and ``y`` for `values` channels (B, values, H W)."""
    batch, _, height, width = query.slopes.shape
    part = Part.empty(batch, height * width)
    y = np.zeros((batch, values, height * width))
    return Part(part.m[:, None], part.s[:, None], y, part.s2[:, None], part.heaviest[:, None])


def window_sums(
    images: np.ndarray,
    query: Query,
    moves: Moves,
    *,
    values: bool = True,
    machine: Machine,
    device: torch.device,
) -> Part:
    """Return softmax sums at every location, over images and moves.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    query : Query
        Of B noisy images.
    moves : Moves
    values : bool
        Also sum the images' values at the places that are compared with.
    machine : Machine
    device : torch.device

    Returns
    -------
    Part
        ``y`` (B, C, H W) in bytes, or of no channels; the others (B, 1, H W). Locations that no
        move reaches have ``s = 0``.
    """
    if not machine.compiled(device):
        from explorer.denoisers.patch_torch import torch_sums

        return torch_sums(images, query, moves, values=values, device=device)
    from explorer.denoisers.kernels.boxes import softmax_of_windows

    flat, slack = flat_images(images), slack_of(len(images) * moves.places)

    def work(span: tuple[int, int]) -> Part:
        part = empty_part(query, images.shape[1] if values else 0)
        sums = (part.m[:, 0], part.s[:, 0], part.y, part.s2[:, 0], part.heaviest[:, 0])
        softmax_of_windows(
            flat, span, query.curvature, query.slopes, moves.reach, moves.table, slack, sums
        )
        return part

    return joined(machine.spread(work, len(images)))


def joined(parts: Iterable[Part]) -> Part:
    """Return the sum of parts, in their order."""
    total = None
    for part in parts:
        total = part if total is None else total + part
    assert total is not None
    return total


def slack_of(candidates: int) -> float:
    """Return how far below the largest logit a candidate may be left out.

    Each then weighs less than EPSILON / candidates of the largest, all less than EPSILON together.
    """
    return math.log(max(candidates, 2)) + math.log(1.0 / EPSILON)


def flat_images(images: np.ndarray) -> np.ndarray:
    """Return images as rows (N, d), read-only: the compiled loops know one type only."""
    flat = np.ascontiguousarray(images).reshape(len(images), -1).view()
    flat.flags.writeable = False
    return flat
