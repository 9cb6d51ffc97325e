r"""From how many training images each pixel of a denoised picture is put together.

Both the optimal and the locality denoiser answer with a weighted mean of training images,
``sum_i p_i x_i``; the first has one set of weights for the whole picture, the second one for each
pixel. Of the weights are kept

    N_eff = 1 / sum_i p_i^2,    p_max = max_i p_i,    argmax_i p_i:

the effective number of images, from 1 (a copy) to N, the largest weight, and whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.denoisers.statistics import Statistics


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What the weights of one denoiser say, each array of shape (C, H, W).

    Attributes
    ----------
    image : numpy.ndarray
        The answer.
    effective : numpy.ndarray
        N_eff.
    largest : numpy.ndarray
        p_max.
    heaviest : numpy.ndarray of int
        Number of the heaviest image, in the data set.
    """

    image: np.ndarray
    effective: np.ndarray
    largest: np.ndarray
    heaviest: np.ndarray

    @property
    def copied(self) -> float:
        """Fraction of the pixels with ``p_max > 1/2``: one image outweighs all others."""
        return float((self.largest > 0.5).mean())

    @property
    def sources(self) -> int:
        """Number of different images among the heaviest."""
        return int(np.unique(self.heaviest).size)


@dataclass(frozen=True, slots=True, eq=False)
class Copying:
    """Both denoisers' weights for one noisy picture at one noise level.

    Attributes
    ----------
    sigma : float
    n : int
        Images that were averaged over.
    left_out : int or None
        Image that was not among them.
    locality, optimal : Weights
    mosaic : numpy.ndarray, shape (C, H, W)
        Each pixel as it is in its heaviest image under the locality denoiser.
    """

    sigma: float
    n: int
    left_out: int | None
    locality: Weights
    optimal: Weights
    mosaic: np.ndarray


def copying(
    images: np.ndarray,
    statistics: Statistics,
    *,
    noisy: np.ndarray,
    sigma: float,
    threshold: float,
    leave_out: int | None = None,
) -> Copying:
    """Denoise one picture and say of each pixel from how many images it is made.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
        The images that are averaged over.
    statistics : Statistics
        They decide on the masks (symmetric rule); of these images or of more of their kind.
    noisy : numpy.ndarray, shape (C, H, W)
    sigma : float
    threshold : float
        tau of the masks.
    leave_out : int, optional
        Number of an image that is not averaged over. The masks stay as they are.

    Raises
    ------
    InputError
        For a `leave_out` that is no image, or the only one.

    References
    ----------
    Kamb and Ganguli, An analytic theory of creativity in convolutional diffusion models (2024)
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025)

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> data = datasets.load("digits")
    >>> found = copying(
    ...     data.images,
    ...     denoisers.Statistics.fit(data),
    ...     noisy=data.as_float(7),
    ...     sigma=0.1,
    ...     threshold=0.05,
    ... )
    >>> set(found.optimal.heaviest.ravel().tolist()), found.optimal.copied
    ({7}, 1.0)
    """
    import torch

    from explorer import denoisers

    kept, numbers = _without(images, leave_out)
    x = torch.from_numpy(np.asarray(noisy, dtype=np.float64)[None])

    def weights(name: str, **options: Any) -> Weights:
        built: Any = denoisers.build(name, kept, **options)
        p = built.posterior(x, sigma)
        found = (p.mean, p.effective, p.largest, p.heaviest)
        image, effective, largest, heaviest = (value[0].numpy().copy() for value in found)
        return Weights(image, effective, largest, numbers[heaviest])

    locality = weights("locality", threshold=threshold, statistics=statistics, cache=None)
    at = np.indices(locality.heaviest.shape)
    mosaic = images[locality.heaviest, at[0], at[1], at[2]] / 127.5 - 1.0
    return Copying(float(sigma), len(kept), leave_out, locality, weights("optimal"), mosaic)


def _without(images: np.ndarray, index: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the images without one of them, and the number that each has in the data set."""
    numbers = np.arange(len(images))
    if index is None:
        return images, numbers
    if not 0 <= index < len(images) or len(images) < 2:
        problem = f"leave_out = {index} with {len(images)} images."
        raise InputError("leave_out", problem, "Give the number of one of several images, from 0.")
    return np.delete(images, index, axis=0), np.delete(numbers, index)
