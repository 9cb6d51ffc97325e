"""Noise in fixed blocks of samples, so that no result depends on how samples are grouped.

Sample k belongs to block ``j = k // block``, and block j has a generator of its own, seeded from
``(seed, j)``. Noise is drawn block by block, in float32 on the CPU, then converted and moved: it is
the same in every grouping into chunks, in every precision and on every device. More samples leave
those of whole blocks as they are; a last block that was not whole is drawn anew.
"""

from __future__ import annotations

import torch

from explorer.core import rng
from explorer.core.errors import InputError

BLOCK = 64


class Noise:
    """The random numbers of a run.

    Parameters
    ----------
    seed : int
        At least 0.
    n : int
        Number of samples, at least 1.
    block : int
        Samples in a block.
    first : int
        Number of the first block: the samples are ``first * block ... first * block + n - 1``.
    device : torch.device or str
        Where the uniform numbers are wanted.

    Examples
    --------
    >>> whole = Noise(0, 100).normal(torch.zeros(100, 2))
    >>> part = Noise(0, 36, first=1).normal(torch.zeros(36, 2))
    >>> torch.equal(whole[64:], part)
    True
    """

    def __init__(
        self,
        seed: int,
        n: int,
        *,
        block: int = BLOCK,
        first: int = 0,
        device: torch.device | str = "cpu",
    ) -> None:
        self.n, self.device = n, device
        # A block's generator, and how many samples of it there are: the last may be cut.
        self._blocks = [
            (rng.torch_generator(seed, first + j), min(block, n - j * block))
            for j in range(-(-n // block))
        ]

    def normal(self, x: torch.Tensor) -> torch.Tensor:
        """Return fresh N(0, I), shaped, typed and placed as x (n, ...).

        Raises
        ------
        InputError
            With field ``"x"``, if x has another number of samples.
        """
        self._check(len(x))
        drawn = [
            torch.randn((size, *x.shape[1:]), generator=generator, dtype=torch.float32)
            for generator, size in self._blocks
        ]
        return torch.cat(drawn).to(device=x.device, dtype=x.dtype)

    def uniform(self, n: int) -> torch.Tensor:
        """Return fresh U[0, 1), float64 (n,), one number for each sample.

        Raises
        ------
        InputError
            With field ``"x"``, if n is not the number of samples.
        """
        self._check(n)
        drawn = [
            torch.rand(size, generator=generator, dtype=torch.float64)
            for generator, size in self._blocks
        ]
        return torch.cat(drawn).to(self.device)

    def _check(self, n: int) -> None:
        if n != self.n:
            problem = f"Noise for {n} samples is asked of a run of {self.n}."
            raise InputError("x", problem, "Draw for all samples at once, as in every other step.")
