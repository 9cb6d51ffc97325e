"""What the samplers of a contest aim at: a denoiser, its exact law or its images, and the starts.

Points are shaped (1, 1, d) in float64, images (C, H, W) in float32. Sample number i of a seed
starts from numbers of its own, so that all samplers share the starts of a seed, and the first k of
them do not depend on how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.arena.setting import Setting
from explorer.analysis.mixture_law import MixtureLaw
from explorer.core import rng
from explorer.core.errors import InputError

if TYPE_CHECKING:
    import torch

    from explorer.core.sets import ImageSet
    from explorer.core.types import Denoiser

NOISE, CLEAN, HALVES = 71, 72, 73  # streams
REFERENCE = 0  # seed of the reference sets; their number tells them apart
VARIANCE = 0.25  # mean over the coordinates of a Gaussian target: that of images in [-1, 1]
MOST_COMPONENTS, MOST_DIMENSIONS = 64, 256


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A denoiser with what its samples should look like.

    Attributes
    ----------
    title : str
        For people.
    denoiser : Denoiser
    shape : tuple of int
        Of one sample: (1, 1, d) for points, (C, H, W) for images.
    law : MixtureLaw or None
        The exact law of the data, of points.
    images : ImageSet or None
        The data, of images.
    dtype : {"float64", "float32"}
    device : str
        Where the samplers run. Noise is always drawn on the CPU.
    """

    title: str
    denoiser: Denoiser
    shape: tuple[int, int, int]
    law: MixtureLaw | None = None
    images: ImageSet | None = None
    dtype: str = "float64"
    device: str = "cpu"
    _memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if (self.law is None) == (self.images is None):
            problem = f"The target {self.title} has {'both' if self.law else 'neither'}."
            raise InputError("target", problem, "Give its law, or its images.")

    @property
    def is_points(self) -> bool:
        """Whether samples are points with an exact law."""
        return self.law is not None

    @property
    def size(self) -> int:
        """Number of values of a sample."""
        return math.prod(self.shape)

    def remember(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what `make` gives, made once for each key: it depends on the target alone."""
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]

    def start(self, n: int, seed: int, setting: Setting) -> torch.Tensor:
        """Return n starts at sigma_max, (n, *shape), of the target's type and on its device.

        Parameters
        ----------
        n : int
            The first n samples of the seed.
        seed : int
        setting : Setting
            With ``start="exact"`` the data with noise, otherwise noise alone.
        """
        import torch

        x = setting.sigma_max * rng.normal(seed, n, self.shape, stream=NOISE).astype(np.float64)
        if setting.start == "exact":
            x += self._clean(n, seed)
        return torch.from_numpy(x).to(device=self.device, dtype=getattr(torch, self.dtype))

    def reference(self, n: int, number: int, *, sigma: float = 0.0) -> np.ndarray:
        """Return samples of the data, float64 (n, d), with noise of level sigma.

        Parameters
        ----------
        n : int
        number : int
            Every number is another set, independent for a law. Of images there are at most half,
            and the numbers 2 k and 2 k + 1 are parts without a common image; in random order.
        sigma : float
            Noise level at which samples are compared; 0 for clean data.
        """
        if self.law is not None:
            return self.law.at(sigma).draw(n, number, seed=REFERENCE)
        assert self.images is not None
        n = min(n, self.images.n // 2)
        order = rng.numpy_generator(REFERENCE, HALVES, number // 2).permutation(self.images.n)
        chosen = order[:n] if number % 2 == 0 else order[n : 2 * n]
        # Read from front to back and kept in random order: data may be sorted by label, and some
        # distances look at the first samples only.
        found, rank = np.empty((n, self.size)), np.argsort(chosen)
        found[rank] = self.images.as_float(chosen[rank]).reshape(n, -1)
        if sigma > 0.0:
            draw = rng.numpy_generator(REFERENCE, NOISE, number)
            found += sigma * draw.standard_normal(found.shape)
        return found

    def _clean(self, n: int, seed: int) -> np.ndarray:
        """Return one random sample of the data for each start, float64 (n, *shape)."""
        from scipy.special import ndtr

        # One more number for each sample: which image, or which component.
        size = 0 if self.law is None else self.size
        drawn = rng.normal(seed, n, (1 + size,), stream=CLEAN).astype(np.float64)
        share, own = ndtr(drawn[:, 0]), drawn[:, 1:]
        if self.images is not None:
            which = np.minimum((share * self.images.n).astype(np.int64), self.images.n - 1)
            return self.images.as_float(which).astype(np.float64)
        assert self.law is not None
        law = self.law
        kinds = np.searchsorted(np.cumsum(law.weights)[:-1], share, side="right")
        for k, (mean, covariance) in enumerate(zip(law.means, law.covariances, strict=True)):
            values, vectors = np.linalg.eigh(covariance)
            mine = kinds == k
            own[mine] = mean + own[mine] * np.sqrt(np.clip(values, 0.0, None)) @ vectors.T
        return own.reshape(n, *self.shape)


def nine_modes(*, std: float = 0.25, dimension: int = 10, device: str = "cpu") -> Target:
    """Return nine modes on a square in the first two of ten dimensions.

    Raises
    ------
    InputError
        If std or dimension is out of range.

    Examples
    --------
    >>> target = nine_modes()
    >>> target.shape, target.start(2, 0, Setting()).shape, target.reference(3, 0).shape
    ((1, 1, 10), torch.Size([2, 1, 1, 10]), (3, 10))
    """
    from explorer.denoisers.grid_mixture import grid_mixture

    _check_dimension(dimension)
    denoiser = grid_mixture(std=std, dimension=dimension)
    title = f"Nine modes in {dimension} dimensions, std {std:g}"
    return Target(title, denoiser, denoiser.shape, MixtureLaw.of(denoiser), device=device)


def modes(points: Any, std: float = 0.25, weights: Any = None, *, device: str = "cpu") -> Target:
    """Return round modes where you want them.

    Parameters
    ----------
    points : array, shape (K, d)
        Their centres; 1 to 64.
    std : float
        Standard deviation of each, positive.
    weights : array, shape (K,), optional
        Positive; divided by their sum. Equal by default.

    Raises
    ------
    InputError
        If the numbers do not fit.

    Examples
    --------
    >>> modes([[-1.0, 0.0], [1.0, 0.0]], 0.2).law.weights.tolist()
    [0.5, 0.5]
    """
    centres = np.asarray(points, dtype=np.float64)
    k = len(centres) if centres.ndim == 2 else 0
    if not 1 <= k <= MOST_COMPONENTS or not np.isfinite(centres).all():
        problem = f"The centres of the modes are shaped {centres.shape}."
        raise InputError("points", problem, f"Give 1 to {MOST_COMPONENTS} rows of finite numbers.")
    _check_dimension(centres.shape[1])
    if not 0.0 < std < math.inf:
        raise InputError("std", f"std = {std} is not positive.", "Give about 0.25.")
    given = np.ones(k) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != (k,) or not (np.isfinite(given).all() and (given > 0.0).all()):
        problem = f"There are {k} modes and weights {given.tolist()[:8]}."
        raise InputError("weights", problem, "Give one positive weight for each mode.")
    covariances = np.tile(std**2 * np.eye(centres.shape[1]), (k, 1, 1))
    title = f"{k} mode{'s' if k > 1 else ''}, std {std:g}"
    return _mixture(title, given / given.sum(), centres, covariances, device)


def gaussian(dimension: int = 16, decay: float = 1.0, *, device: str = "cpu") -> Target:
    """Return a Gaussian whose variances fall as ``k^-decay``, with mean variance 0.25.

    Parameters
    ----------
    dimension : int
    decay : float
        At least 0; 0 is white, about 2 is that of photographs.

    Raises
    ------
    InputError
        If a number is out of range.

    Examples
    --------
    >>> gaussian(2, 1.0).law.covariances[0].diagonal().round(6).tolist()
    [0.333333, 0.166667]
    """
    _check_dimension(dimension)
    if not 0.0 <= decay <= 6.0:
        raise InputError("decay", f"decay = {decay}.", "Give 0 to 6.")
    variances = np.arange(1.0, dimension + 1.0) ** -decay
    variances *= VARIANCE / variances.mean()
    title = f"Gaussian in {dimension} dimensions, variances falling as k^-{decay:g}"
    covariances = np.diag(variances)[None]
    return _mixture(title, np.ones(1), np.zeros((1, dimension)), covariances, device)


def of_data(
    data: ImageSet, denoiser: str = "wiener", *, device: str = "cpu", **options: Any
) -> Target:
    """Return images with an analytic denoiser of them.

    Parameters
    ----------
    data : ImageSet
    denoiser : str
        Registered name.
    **options
        Of the denoiser.

    Raises
    ------
    InputError
        For an unknown name or option, or fewer than four images.
    """
    from explorer import denoisers

    if data.n < 4:
        problem = f"{data.name} has {data.n} images; two halves of two are compared."
        raise InputError("data", problem, "Use a larger set.")
    built = denoisers.build(denoiser, data, **options)
    title = f"{denoisers.describe(denoiser).title} on {data.name}"
    return Target(title, built, data.shape, images=data, dtype="float32", device=device)


def _mixture(
    title: str, weights: np.ndarray, means: np.ndarray, covariances: np.ndarray, device: str
) -> Target:
    from explorer.denoisers.gaussian_mixture import GaussianMixture

    shape = (1, 1, means.shape[1])
    denoiser = GaussianMixture(weights, means, covariances, shape)
    return Target(title, denoiser, shape, MixtureLaw(weights, means, covariances), device=device)


def _check_dimension(dimension: int) -> None:
    if not 1 <= dimension <= MOST_DIMENSIONS:
        problem = f"dimension = {dimension}."
        raise InputError("dimension", problem, f"Give 1 to {MOST_DIMENSIONS}.")
