"""Sets of images and sets of points: what datasets give, checked once and read-only.

An image ``u`` is stored as whole numbers 0 to 255 and means ``x = u / 127.5 - 1`` in [-1, 1].
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from explorer.core.errors import InputError

CHUNK = 1024  # images, or points, that are read at a time
# One rounding, from float64, for each of the 256 values that a pixel can have.
_LEVELS = (np.arange(256) / 127.5 - 1.0).astype(np.float32)


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
