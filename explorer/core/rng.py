"""Random numbers from a seed and a place: ``(seed, index, ...)`` names one stream.

Every sample has a stream of its own, so it depends on neither the batch that it is drawn in nor
the order of drawing. NumPy's SeedSequence mixes seed and place into independent streams.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    import torch

LARGEST_SEED = 2**63 - 1
LARGEST_INDEX = 2**32 - 1  # one word of SeedSequence; larger ones could collide


def sequence(seed: int, *index: int) -> np.random.SeedSequence:
    """Return the seed sequence of a place.

    Parameters
    ----------
    seed : int
        0 to 2**63 - 1.
    *index : int
        Place of the stream, each 0 to 2**32 - 1: for instance purpose, sample number.

    Raises
    ------
    InputError
        If a number is out of range or not whole.
    """
    entropy = _whole(seed, "seed", LARGEST_SEED)
    place = tuple(_whole(i, "index", LARGEST_INDEX) for i in index)
    return np.random.SeedSequence(entropy, spawn_key=place)


def numpy_generator(seed: int, *index: int) -> np.random.Generator:
    """Return NumPy's generator for a place.

    Examples
    --------
    >>> a, b = (numpy_generator(0, 7).standard_normal(3) for _ in range(2))
    >>> bool((a == b).all())
    True
    """
    return np.random.Generator(np.random.PCG64(sequence(seed, *index)))


def torch_generator(seed: int, *index: int, device: str = "cpu") -> torch.Generator:
    """Return torch's generator for a place, on a device.

    Its numbers are not those of ``numpy_generator``, and differ between kinds of devices.
    """
    import torch

    word = int(sequence(seed, *index).generate_state(1, np.uint64)[0])
    return torch.Generator(device=device).manual_seed(word)


def normal(
    seed: int, indices: int | Iterable[int], shape: tuple[int, ...], *, stream: int = 0
) -> np.ndarray:
    """Return standard normal noise, one sample per index, the same in every batch.

    Parameters
    ----------
    seed : int
    indices : int or iterable of int
        Numbers of the samples; an int B means 0 ... B - 1.
    shape : tuple of int
        Of one sample.
    stream : int
        Purpose, for independent noises of the same sample.

    Returns
    -------
    numpy.ndarray
        float32, (B, *shape).

    Examples
    --------
    >>> bool((normal(0, 8, (1, 2, 2))[5] == normal(0, [5], (1, 2, 2))[0]).all())
    True
    """
    numbers = range(indices) if isinstance(indices, (int, np.integer)) else list(indices)
    noise = np.empty((len(numbers), *shape), np.float32)
    for row, number in zip(noise, numbers, strict=True):
        row[...] = numpy_generator(seed, stream, number).standard_normal(shape, np.float32)
    return noise


def _whole(value: int, name: str, largest: int) -> int:
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_whole or not 0 <= value <= largest:
        problem = f"The {name} {str(value)[:24]} is not a whole number from 0 to {largest}."
        raise InputError(name, problem, "Use for instance 0.")
    return int(value)
