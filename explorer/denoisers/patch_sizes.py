"""Which patch size belongs to which noise level.

A table of (sigma, size); a noise level takes the size of the nearest one on the logarithmic scale.
Two tables are published, both for CIFAR-10 (32 x 32):

* Kamb and Ganguli: sizes that fit a zero-padded U-Net best, at 20 levels of the schedule
  ``1 - alpha_bar = sin^2(pi t / 2.016)``, t = i/20. They are receptive fields of a network, in
  pixels, and stay as they are for other image sizes, but for a cap at the shorter side.
* Niedoba et al.: sizes on the 18-level grid of EDM (sigma from 80 to 0.002, rho = 7), the
  largest the whole image. They go over to other image sizes in proportion to the shorter side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from explorer.core.errors import InputError
from explorer.denoisers.per_level import PerLevel

PatchOption = int | Mapping[float, int] | Iterable[tuple[float, int]] | None

_KAMB = (3, 3, 3, 3, 5, 5, 5, 5, 7, 7, 7, 7, 9, 9, 11, 13, 13, 15, 17, 25)
_NIEDOBA = (*(32,) * 7, 23, 15, 11, 7, 5, *(3,) * 6)
_SIDE = 32  # of the images that both were made for


def kamb(side: int) -> PerLevel:
    """Return the calibration of Kamb and Ganguli, none above the largest odd number <= side.

    References
    ----------
    Kamb and Ganguli, An analytic theory of creativity in convolutional diffusion models (2024)

    Examples
    --------
    >>> table = kamb(28)
    >>> [table.at(sigma) for sigma in (0.01, 0.342, 1.24, 6.17, 60.8)]
    [3, 3, 7, 15, 25]
    """
    largest = side - 1 + side % 2
    sigmas = tuple(math.tan(math.pi / 2 * i / 20 / 1.008) for i in range(1, 21))
    return PerLevel(sigmas, tuple(min(size, largest) for size in _KAMB))


def niedoba(side: int) -> PerLevel:
    """Return the square schedule of Niedoba et al., in proportion to the side, at least 1.

    References
    ----------
    Niedoba et al., Towards a mechanistic explanation of diffusion model generalization (2024)

    Examples
    --------
    >>> niedoba(32).at(80.0), niedoba(28).at(80.0), niedoba(28).at(0.01)
    (32, 28, 3)
    """
    sizes = (min(max(round(size * side / _SIDE), 1), side) for size in _NIEDOBA)
    return PerLevel(edm_levels(), tuple(sizes))


def edm_levels() -> tuple[float, ...]:
    """Return the 18 noise levels of EDM, decreasing from 80 to 0.002 with rho = 7.

    References
    ----------
    Karras et al., Elucidating the design space of diffusion-based generative models (2022)

    Examples
    --------
    >>> [round(sigma, 3) for sigma in edm_levels()[::4]]
    [80.0, 19.352, 3.257, 0.296, 0.008]
    """
    return tuple((np.linspace(80.0 ** (1 / 7), 0.002 ** (1 / 7), 18) ** 7).tolist())


def size_table(patch: PatchOption, published: PerLevel, *, odd: bool) -> PerLevel:
    """Return the table that an option means: None the published one, an int that for all levels.

    Raises
    ------
    InputError
        With field ``"patch"``, unless all sizes are whole, >= 1 and, if `odd`, odd, and all levels
        are > 0.

    Examples
    --------
    >>> size_table({1.0: 5, 0.1: 3}, kamb(8), odd=True)
    PerLevel(sigmas=(1.0, 0.1), values=(5, 3))
    """
    if patch is None:
        return published
    if isinstance(patch, int | np.integer) and not isinstance(patch, bool):
        return PerLevel((1.0,), (_checked_size(patch, odd),))
    try:
        given = patch.items() if isinstance(patch, Mapping) else patch
        pairs = [(float(sigma), size) for sigma, size in given]  # pyright: ignore[reportGeneralTypeIssues]
    except (TypeError, ValueError):
        pairs = []
    sigmas = tuple(sigma for sigma, _ in pairs)
    different = len(set(sigmas)) == len(pairs) >= 1
    if not different or not all(0.0 < sigma < math.inf for sigma in sigmas):
        problem = f"patch = {str(patch)[:60]} is not a patch size."
        remedy = "Give a whole number, or pairs (sigma, size) with different sigma > 0."
        raise InputError("patch", problem, remedy)
    return PerLevel(sigmas, tuple(_checked_size(size, odd) for _, size in pairs))


def _checked_size(size: object, odd: bool) -> int:
    whole = isinstance(size, int | np.integer) and not isinstance(size, bool) and size >= 1
    if not whole or (odd and int(size) % 2 == 0):  # pyright: ignore[reportArgumentType]
        kind = "an odd whole number" if odd else "a whole number >= 1"
        remedy = "Use for instance 3, 5 or 7." if odd else "Use for instance 3."
        raise InputError("patch", f"Patch size {size!r} is not {kind}.", remedy)
    return int(size)  # pyright: ignore[reportArgumentType]
