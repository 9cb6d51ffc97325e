"""What the rooms hand to each other: sets of images, sets of points, denoisers and samplers.

An image ``u`` is stored as whole numbers 0 to 255 and means ``x = u / 127.5 - 1`` in [-1, 1].
A denoiser gets ``x = x0 + sigma * eps`` with ``eps ~ N(0, I)`` and estimates ``x0``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    import torch

CHUNK = 1024  # images, or points, that are read at a time
# One rounding, from float64, for each of the 256 values that a pixel can have.
_LEVELS = (np.arange(256) / 127.5 - 1.0).astype(np.float32)


@runtime_checkable
class Denoiser(Protocol):
    """Anything that estimates the clean image from a noisy one."""

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the estimate of x0, shaped (B, C, H, W) as ``x``.

        Parameters
        ----------
        x : torch.Tensor
            Noisy images ``x0 + sigma * eps``, (B, C, H, W); or points, (B, d).
        sigma : float or torch.Tensor
            Noise level, at least 0: one for all, or (B,).
        """
        ...


class Noises(Protocol):
    """The random numbers of one run; drawn in an order that no outcome changes."""

    def normal(self, x: torch.Tensor) -> torch.Tensor:
        """Return fresh N(0, I), shaped, typed and placed as x (B, ...)."""
        ...

    def uniform(self, n: int) -> torch.Tensor:
        """Return n = B fresh numbers of U[0, 1), float64 (n,), on the device of the run."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Where a sampler stands after one step.

    Attributes
    ----------
    index, count : int
        Number of the step, from 0, and of all steps.
    sigma : float
        Noise level after the step.
    x : torch.Tensor
        State at that level, (B, ...).
    x0 : torch.Tensor
        The last estimate of the clean data that the step used, shaped as x.
    nfe, energy : int
        Evaluations of denoiser or score, and of the log density, per sample since the start;
        filled in by the loop, a sampler leaves them 0.
    extras : mapping
        What else the sampler can tell of the step: name -> number or tensor.
    inner : (int, int) or None
        (j, S): this is how things stand after the j-th of S inner steps, from 1, of a step that is
        not finished; only of samplers that are watched. None for a finished step.
    """

    index: int
    count: int
    sigma: float
    x: torch.Tensor
    x0: torch.Tensor
    nfe: int = 0
    energy: int = 0
    extras: Mapping[str, Any] = field(default_factory=dict)
    inner: tuple[int, int] | None = None


@runtime_checkable
class Sampler(Protocol):
    """A way from noise to data: a frozen dataclass of its parameters.

    What it remembers of earlier steps lives in local variables of `steps`.
    """

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def order(self) -> int | None:
        """Order of convergence of a method for the ODE; None where noise is added."""
        ...

    @property
    def stochastic(self) -> bool:
        """Whether noise is drawn on the way."""
        ...

    @property
    def needs_energy(self) -> bool:
        """Whether the denoiser must have a `log_density`."""
        ...

    @property
    def default_grid(self) -> str:
        """Registered name of the noise grid that it is used with."""
        ...

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return evaluations of denoiser or score per sample of n steps.

        Parameters
        ----------
        n : int
            Number of steps, at least 1; the grid has n + 1 nodes.
        end : {"sigma_min", "zero"}
            Whether the last node is positive or 0.
        """
        ...

    def energy(self, n: int, end: str = "sigma_min") -> int:
        """Return evaluations of the log density per sample of n steps."""
        ...

    def steps(
        self,
        denoise: Callable[[torch.Tensor, float], torch.Tensor],
        x: torch.Tensor,
        sigmas: np.ndarray,
        noise: Noises,
    ) -> Iterator[Step]:
        """Yield a `Step` after each step.

        Parameters
        ----------
        denoise : callable
            The counted denoiser, ``denoise(x, sigma) -> x0``.
        x : torch.Tensor
            State at ``sigmas[0]``, (B, ...).
        sigmas : numpy.ndarray
            Decreasing noise levels, float64 (n + 1,); the last may be 0.
        noise : Noises
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ImageSet:
    """Images of one size, as stored: whole numbers, read-only, memory-mapped where possible.

    Attributes
    ----------
    images : numpy.ndarray
        uint8, (N, C, H, W), N at least 1.
    name : str
        Registered name of the data set, or what the user called it.
    labels : numpy.ndarray or None
        Whole numbers, (N,).
    source, licence : str
        Where the images come from and on which terms.

    Raises
    ------
    InputError
        If the arrays do not have these types and shapes.

    Examples
    --------
    >>> data = ImageSet(np.zeros((5, 1, 8, 8), np.uint8), "black")
    >>> data.n, data.shape, data.size
    (5, (1, 8, 8), 64)
    >>> data.as_float([0, 3]).shape, float(data.as_float(0).max())
    ((2, 1, 8, 8), -1.0)
    """

    images: np.ndarray
    name: str
    labels: np.ndarray | None = None
    source: str = ""
    licence: str = ""
    _memory: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        images = self.images
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.ndim != 4:
            found = f"{getattr(images, 'dtype', type(images).__name__)} {np.shape(images)}"
            problem = f"The images of {self.name} are {found}, not uint8 (N, C, H, W)."
            raise InputError("images", problem, "Scale them to 0 ... 255 and convert to uint8.")
        if images.size == 0:
            problem = f"The data set {self.name} is empty: its shape is {images.shape}."
            raise InputError("images", problem, "Give at least one image.")
        object.__setattr__(self, "images", _read_only(images))
        object.__setattr__(self, "labels", _checked_labels(self.labels, len(images), self.name))

    @property
    def n(self) -> int:
        """Number of images."""
        return self.images.shape[0]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one image."""
        c, h, w = self.images.shape[1:]
        return c, h, w

    @property
    def size(self) -> int:
        """Dimension d = C H W."""
        return int(np.prod(self.shape))

    def digest(self) -> str:
        """Return the SHA-256 of shape and pixels, in hexadecimal; read once, in chunks."""
        if "digest" not in self._memory:
            self._memory["digest"] = _digest(self.images)
        return self._memory["digest"]

    def as_float(self, index: int | slice | list[int] | np.ndarray) -> np.ndarray:
        """Return ``u / 127.5 - 1``, float32 in [-1, 1], shaped as ``images[index]``."""
        return _LEVELS[self.images[index]]


@dataclass(frozen=True, slots=True, eq=False)
class PointSet:
    """Points of the plane or of a space of few dimensions.

    Attributes
    ----------
    points : numpy.ndarray
        float64, (N, d), N and d at least 1, finite, read-only.
    name : str
        Registered name of the data set, or what the user called it.
    labels : numpy.ndarray or None
        Whole numbers, (N,).
    source, licence : str
        Where the points come from and on which terms.

    Raises
    ------
    InputError
        If the arrays do not have these types and shapes.

    Examples
    --------
    >>> data = PointSet(np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]), "corners")
    >>> data.n, data.size
    (3, 2)
    """

    points: np.ndarray
    name: str
    labels: np.ndarray | None = None
    source: str = ""
    licence: str = ""
    _memory: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        points = self.points
        is_table = isinstance(points, np.ndarray) and points.dtype == np.float64
        if not is_table or points.ndim != 2 or points.size == 0 or not np.isfinite(points).all():
            problem = f"The points of {self.name} are not a table of finite float64 numbers (N, d)."
            raise InputError("points", problem, "Give one row per point and at least one row.")
        object.__setattr__(self, "points", _read_only(points))
        object.__setattr__(self, "labels", _checked_labels(self.labels, len(points), self.name))

    @property
    def n(self) -> int:
        """Number of points."""
        return self.points.shape[0]

    @property
    def size(self) -> int:
        """Dimension d."""
        return self.points.shape[1]

    def digest(self) -> str:
        """Return the SHA-256 of shape and coordinates, in hexadecimal."""
        if "digest" not in self._memory:
            self._memory["digest"] = _digest(self.points)
        return self._memory["digest"]


def _digest(array: np.ndarray) -> str:
    hasher = hashlib.sha256(f"{array.dtype.str} {array.shape}".encode())
    for start in range(0, len(array), CHUNK):
        hasher.update(np.ascontiguousarray(array[start : start + CHUNK]).data)
    return hasher.hexdigest()


def _read_only(array: np.ndarray) -> np.ndarray:
    """Return a view that cannot be written; the caller's own array stays as it is."""
    view = array.view()
    view.flags.writeable = False
    return view


def _checked_labels(labels: np.ndarray | None, n: int, name: str) -> np.ndarray | None:
    if labels is None:
        return None
    if not isinstance(labels, np.ndarray) or labels.shape != (n,) or labels.dtype.kind not in "iu":
        problem = f"The labels of {name} are shaped {np.shape(labels)}, not {n} whole numbers."
        raise InputError("labels", problem, "Give one whole number per image, or none at all.")
    return _read_only(labels)
