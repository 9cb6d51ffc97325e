r"""What pixels that never or hardly ever vary do to the published rule for masks.

The rule compares ``|m_ij| = |W_ij| / W_ii`` with ``theta = tau max |m|``. Where pixel i hardly
varies, W_ii is tiny and its ratios are huge: only ``sqrt(W_jj / W_ii)`` bounds them (Cauchy and
Schwarz). The one maximum raises the threshold of all pixels. Once ``max |m| > 1/tau`` it exceeds 1,
the ratio of a pixel with itself: no pixel uses itself, masks are empty, all images weigh the same
there, and the answer is the mean image. The symmetric rule divides by ``sqrt(W_ii W_jj)``: no ratio
exceeds 1, no mask is empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.mask_sizes import MaskSizes

if TYPE_CHECKING:
    from explorer.denoisers.locality import Locality
    from explorer.denoisers.single_precision import Precision
    from explorer.denoisers.statistics import Statistics


@dataclass(frozen=True, slots=True, eq=False)
class RuleAnswer:
    """Masks of one rule at one noise level, and what they make of a noisy picture.

    Attributes
    ----------
    masks : MaskSizes
    image : numpy.ndarray, shape (C, H, W)
    error : float
        Root mean square distance to the clean picture.
    live_empty, live_missing : int
        Pixels that vary, and whose mask is empty or leaves them out themselves.
    """

    masks: MaskSizes
    image: np.ndarray
    error: float
    live_empty: int
    live_missing: int


@dataclass(frozen=True, slots=True, eq=False)
class DeadPixels:
    """Both rules at one noise level.

    Attributes
    ----------
    sigma : float
    dead : int
        Pixels that are the same in all images.
    live : int
        The others.
    published, symmetric : RuleAnswer
    """

    sigma: float
    dead: int
    live: int
    published: RuleAnswer
    symmetric: RuleAnswer


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The locality denoiser with the masks of both rules, for one data set.

    Attributes
    ----------
    published, symmetric : Locality
    """

    published: Locality
    symmetric: Locality

    def at(self, clean: np.ndarray, noise: np.ndarray, sigma: float) -> DeadPixels:
        """Denoise ``clean + sigma noise``, shaped (C, H, W), by both; report on the masks."""
        import torch

        dead = self.symmetric.source.wiener.statistics.dead
        noisy = torch.from_numpy((clean + sigma * noise).astype(np.float64)[None])

        def answer(built: Locality) -> RuleAnswer:
            image = built(noisy, sigma)[0].numpy()
            masks = built.masks(sigma)
            own = np.diagonal(masks.rows(slice(None)))
            return RuleAnswer(
                MaskSizes.of(
                    masks,
                    rule=built.source.rule,
                    threshold=built.source.threshold,
                    shape=image.shape,
                ),
                image,
                float(np.sqrt(np.mean((image - clean) ** 2))),
                live_empty=int(((masks.sizes == 0) & ~dead).sum()),
                live_missing=int((~own & ~dead).sum()),
            )

        return DeadPixels(
            sigma=float(sigma),
            dead=int(dead.sum()),
            live=int((~dead).sum()),
            published=answer(self.published),
            symmetric=answer(self.symmetric),
        )


def rules(
    images: np.ndarray,
    statistics: Statistics,
    *,
    threshold: float,
    precision: Precision = "float64",
) -> Rules:
    """Return the locality denoiser with the masks of both rules.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
        The images that are averaged over.
    statistics : Statistics
        They decide on the masks; of these images or of more of their kind.
    threshold : float
        tau of both rules. Published: 0.005 for MNIST.
    precision : "float64" or "float32"
        Of the published masks; see `explorer.denoisers.single_precision`.

    Raises
    ------
    InputError
        As the denoiser for a threshold that is none.

    References
    ----------
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025)

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> data = datasets.load("digits")
    >>> made = rules(data.images, denoisers.Statistics.fit(data), threshold=0.05)
    >>> found = made.at(data.as_float(0), np.zeros(data.shape), 3.44)
    >>> found.dead, found.published.live_empty > 0, found.symmetric.live_empty
    (3, True, 0)
    """
    from explorer import denoisers

    def built(rule: str, **options: Any) -> Any:
        return denoisers.build(
            "locality",
            images,
            threshold=threshold,
            mask=rule,
            statistics=statistics,
            cache=None,
            **options,
        )

    return Rules(built("published", precision=precision), built("symmetric"))
