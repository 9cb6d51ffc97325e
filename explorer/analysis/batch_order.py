r"""What the order of the images does to a softmax that is taken batch by batch.

The locality denoiser averages over all images with the weights ``p_i = exp(l_i) / sum_j exp(l_j)``.
Its published code takes the softmax within each batch of the data file and then the plain mean of
the batches' answers:

    D(z) = (1/K) sum_k [ sum_{i in k} x_i exp(l_i) / sum_{j in k} exp(l_j) ].

That depends on which images share a batch. Here the same images are put into another order, and
both ways of averaging answer the same noisy picture in both orders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core import rng

if TYPE_CHECKING:
    from explorer.denoisers.statistics import Statistics


@dataclass(frozen=True, slots=True, eq=False)
class OrderEffect:
    """Answers to one noisy picture at one noise level.

    Attributes
    ----------
    sigma : float
    batches : int
        Into which the images fall.
    published, reordered : numpy.ndarray, shape (C, H, W)
        Of the softmax per batch, in the file's order and in another.
    exact, exact_reordered : numpy.ndarray, shape (C, H, W)
        Of the softmax over all images.
    clean : numpy.ndarray, shape (C, H, W)
    """

    sigma: float
    batches: int
    published: np.ndarray
    reordered: np.ndarray
    exact: np.ndarray
    exact_reordered: np.ndarray
    clean: np.ndarray

    @property
    def by_order(self) -> float:
        """Root mean square change of the published answer by the order alone."""
        return _rms(self.reordered - self.published)

    @property
    def exact_by_order(self) -> float:
        """The same of the exact answer: rounding."""
        return _rms(self.exact_reordered - self.exact)

    @property
    def by_softmax(self) -> float:
        """Root mean square distance of the published from the exact answer, file's order."""
        return _rms(self.published - self.exact)

    @property
    def errors(self) -> tuple[float, float, float]:
        """Distance to the clean picture: published, published in another order, exact."""
        answers = (self.published, self.reordered, self.exact)
        first, second, third = (_rms(answer - self.clean) for answer in answers)
        return first, second, third


def order(n: int, seed: int) -> np.ndarray:
    """Return the other order of n images, a permutation.

    Examples
    --------
    >>> sorted(order(4, 0).tolist())
    [0, 1, 2, 3]
    """
    return rng.numpy_generator(seed, n).permutation(n)


def order_effect(
    images: np.ndarray,
    statistics: Statistics,
    *,
    clean: np.ndarray,
    noise: np.ndarray,
    sigma: float,
    threshold: float,
    batch: int = 512,
    seed: int = 0,
) -> OrderEffect:
    """Denoise one picture by both softmaxes, with the images in two orders.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    statistics : Statistics
        They decide on the masks (symmetric rule), which no order changes.
    clean, noise : numpy.ndarray, shape (C, H, W)
        The picture is ``clean + sigma noise``.
    sigma : float
    threshold : float
        tau of the masks.
    batch : int
        Images per batch; 512 in the published code for images up to 32 x 32.
    seed : int
        Of the other order.

    Raises
    ------
    InputError
        As the denoiser for a threshold or batch that is none.

    References
    ----------
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025)

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> data = datasets.load("digits")
    >>> found = order_effect(
    ...     data.images,
    ...     denoisers.Statistics.fit(data),
    ...     clean=data.as_float(0),
    ...     noise=rng.normal(0, 1, data.shape)[0],
    ...     sigma=1.24,
    ...     threshold=0.05,
    ... )
    >>> found.batches, found.by_order > 0.01, found.exact_by_order < 1e-6
    (4, True, True)
    """
    import torch

    from explorer import denoisers

    noisy = torch.from_numpy((clean + sigma * noise).astype(np.float64)[None])

    exact: Any = denoisers.build(
        "locality", images, threshold=threshold, statistics=statistics, batch=batch, cache=None
    )

    def answer(softmax: str, which: np.ndarray) -> np.ndarray:
        # The masks are made once and shared: the order of the images has no say in them.
        return replace(exact, softmax=softmax, images=which)(noisy, sigma)[0].numpy()

    turned = images[order(len(images), seed)]
    return OrderEffect(
        sigma=float(sigma),
        batches=-(-len(images) // batch),
        published=answer("published", images),
        reordered=answer("published", turned),
        exact=answer("exact", images),
        exact_reordered=answer("exact", turned),
        clean=np.asarray(clean, dtype=np.float64),
    )


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))
