r"""What pixels that never or hardly ever vary do to the published rule for masks.

The rule compares ``|m_ij| = |W_ij| / W_ii`` with ``theta = tau max |m|``. Where pixel i hardly
varies, W_ii is tiny and its ratios are huge: only ``sqrt(W_jj / W_ii)`` bounds them (Cauchy and
Schwarz). The one maximum raises the threshold of all pixels. Once ``max |m| > 1/tau`` it exceeds 1,
the ratio of a pixel with itself: no pixel uses itself, masks are empty, all images weigh the same
there, and the answer is the mean image. The symmetric rule divides by ``sqrt(W_ii W_jj)``: no ratio
exceeds 1, no mask is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.mask_sizes import MaskSizes, matched

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
    """Both rules at one noise level, with masks of the same mean size where that can be.

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
        The latter's threshold is replaced, at each noise level, by the one at which its masks are
        as large as the published ones on average, or hold the own pixel alone.
    """

    published: Locality
    symmetric: Locality

    def at(self, clean: np.ndarray, noise: np.ndarray, sigma: float) -> DeadPixels:
        """Denoise ``clean + sigma noise``, shaped (C, H, W), by both; report on the masks."""
        published = self._answer(self.published, clean, noise, sigma)
        size = max(published.masks.mean, 1.0)
        tau = matched(self.symmetric.source.wiener, sigma, size)
        source = replace(self.symmetric.source, threshold=tau)
        symmetric = replace(self.symmetric, source=source)
        dead = self._dead
        return DeadPixels(
            sigma=float(sigma),
            dead=int(dead.sum()),
            live=int((~dead).sum()),
            published=published,
            symmetric=self._answer(symmetric, clean, noise, sigma),
        )

    @property
    def _dead(self) -> np.ndarray:
        return self.symmetric.source.wiener.statistics.dead

    def _answer(
        self, built: Locality, clean: np.ndarray, noise: np.ndarray, sigma: float
    ) -> RuleAnswer:
        import torch

        noisy = torch.from_numpy((clean + sigma * noise).astype(np.float64)[None])
        image = built(noisy, sigma)[0].numpy()
        masks, rule = built.masks(sigma), built.source.rule
        own, dead = np.diagonal(masks.rows(slice(None))), self._dead
        tau = built.source.threshold_at(sigma)
        return RuleAnswer(
            MaskSizes.of(masks, rule=rule, threshold=tau, shape=image.shape),
            image,
            float(np.sqrt(np.mean((image - clean) ** 2))),
            live_empty=int(((masks.sizes == 0) & ~dead).sum()),
            live_missing=int((~own & ~dead).sum()),
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
        tau of the published rule; 0.005 for MNIST.
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
