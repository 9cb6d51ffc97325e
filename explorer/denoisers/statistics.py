"""Mean, covariance and principal axes of a set of 8-bit images.

``S = U diag(lambda) U^T`` of pixels scaled to [-1, 1], from exact integer sums. Pixels that never
change ("dead") are left out of the decomposition, which is symmetric and in float64; eigenvalues
are clamped at 0. The optional quantisation floor adds ``(2/255)^2 / 12``, the variance of rounding
to 8 bits, to the eigenvalues of live pixels.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core.errors import InputError
from explorer.core.folders import cache_folder
from explorer.denoisers import cache as disk
from explorer.denoisers.leading import leading
from explorer.denoisers.sums import Sums

QUANTISATION = (2.0 / 255.0) ** 2 / 12.0
VERSION = 2
WORTH_KEEPING = 256  # pixels; below, the decomposition takes no longer than a file


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """What a linear denoiser knows of a data set.

    Attributes
    ----------
    mean : numpy.ndarray, shape (d,)
        In [-1, 1].
    eigenvalues : numpy.ndarray, shape (k,)
        Of the covariance, decreasing, >= 0; 0 for dead pixels. All k = d, or the leading ones.
    eigenvectors : numpy.ndarray, shape (d, k)
        Orthonormal columns. A dead pixel is an axis of its own.
    shape : tuple of int
        (C, H, W) with d = C H W; pixels are flattened in this order.
    n : int
        Number of images.
    dead : numpy.ndarray of bool, shape (d,)
        Pixels that are the same in all images.
    rank : int
        Numerical rank of the covariance, at most n - 1, before floor and cut-off.
    digest : str
        Of the data and the settings, for caches.
    floor : float
        What was added to the eigenvalues of live pixels.
    tail : float
        Eigenvalue of all other directions of live pixels, if only the leading ones are known.
    residual : float
        Largest ``|S v - lambda v| / lambda_1`` of an iterative decomposition; 0 for a direct one.
    """

    mean: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    shape: tuple[int, int, int]
    n: int
    dead: np.ndarray
    rank: int
    digest: str
    floor: float = 0.0
    tail: float = 0.0
    residual: float = 0.0

    @property
    def size(self) -> int:
        """Number of pixels d, channels included."""
        return self.mean.size

    def covariance(self) -> np.ndarray:
        """Return ``U diag(lambda) U^T``, and the tail on what is left, float64 (d, d)."""
        result = (self.eigenvectors * (self.eigenvalues - self.tail)) @ self.eigenvectors.T
        result[np.diag_indices(self.size)] += np.where(self.dead, 0.0, self.tail)
        return result

    def covariance_row(self, index: int) -> np.ndarray:
        """Return row `index` of the covariance, float64 (d,), without forming the matrix."""
        u = self.eigenvectors
        result = u @ (u[index] * (self.eigenvalues - self.tail))
        result[index] += 0.0 if self.dead[index] else self.tail
        return result

    @classmethod
    def fit(
        cls,
        images: Any,
        *,
        floor: str | float = 0.0,
        rank: int | None = None,
        cache: str | Path | None = "auto",
    ) -> Statistics:
        """Return the statistics of images.

        All eigenvalues of d pixels take ``O(d^3)`` and, at d = 12288, some 8 GB. The leading ones
        take ``O(N d rank)`` and a few times ``8 d rank`` bytes; see `leading`.

        Parameters
        ----------
        images : numpy.ndarray, uint8, shape (N, C, H, W), or ImageSet
        floor : float or "quantisation"
            Added to the eigenvalues of live pixels.
        rank : int, optional
            Decompose only that many leading directions and give the others their mean variance.
        cache : path, "auto" or None
            Folder of the disk cache. "auto" is ``$EXPLORER_CACHE`` or the platform's folder, for
            256 pixels or more; None keeps nothing.

        Raises
        ------
        InputError
            With field ``"images"`` or ``"floor"``.

        Examples
        --------
        >>> images = np.zeros((3, 1, 1, 2), dtype=np.uint8)
        >>> images[:, 0, 0, 1] = 0, 51, 102
        >>> s = Statistics.fit(images)
        >>> s.dead.tolist(), s.rank, round(float(s.eigenvalues[0]), 6)
        ([True, False], 1, 0.16)
        """
        array = image_array(images)
        added = _floor(floor)
        digest = digest_of(images)
        folder = folder_for(cache, size=array[0].size)
        key = f"statistics {VERSION} {digest} {added.hex()}" + (f" rank {rank}" if rank else "")
        kept = disk.load(folder, key) if folder is not None else None
        if kept is not None:
            return cls._unpacked(kept, array.shape, _short(key), added)
        rows, shape = array.reshape(len(array), -1), array.shape[1:]
        if rank is None:
            fitted = cls.of_sums(Sums.of(rows), shape, floor=added, digest=_short(key))
        else:
            fitted = cls._of_leading(rows, shape, rank=rank, floor=added, digest=_short(key))
        if folder is not None:
            disk.save(folder, key, fitted._packed())
        return fitted

    @classmethod
    def of_sums(
        cls, sums: Sums, shape: tuple[int, ...], *, floor: str | float = 0.0, digest: str = ""
    ) -> Statistics:
        """Return the statistics of exact sums, for instance of shards joined with ``+``."""
        dead = sums.dead()
        live = np.flatnonzero(~dead)
        values, vectors = np.linalg.eigh(sums.covariance(~dead)) if live.size else _nothing()
        values = np.maximum(values[::-1], 0.0)
        largest = values[0] if live.size else 0.0
        noise = largest * live.size * np.finfo(float).eps
        rank = min(int((values > noise).sum()), max(sums.n - 1, 0))
        d, added = dead.size, _floor(floor)
        eigenvalues, eigenvectors = np.zeros(d), np.zeros((d, d))
        eigenvalues[: live.size] = values + added
        eigenvectors[live, : live.size] = vectors[:, ::-1]
        eigenvectors[np.flatnonzero(dead), np.arange(live.size, d)] = 1.0
        c, h, w = shape
        moments = sums.mean(), eigenvalues, eigenvectors
        return cls(*moments, (c, h, w), sums.n, dead, rank, digest, added)

    @classmethod
    def _of_leading(
        cls, rows: np.ndarray, shape: tuple[int, ...], *, rank: int, floor: float, digest: str
    ) -> Statistics:
        found = leading(rows, rank)
        c, h, w = shape
        return cls(
            found.mean,
            found.eigenvalues + floor,
            found.eigenvectors,
            (c, h, w),
            len(rows),
            found.dead,
            found.eigenvalues.size,
            digest,
            floor,
            found.tail + floor,
            found.residual,
        )

    def low_rank(self, percent: float, *, tail: bool = False) -> Statistics:
        """Return the statistics without the smallest eigenvalues.

        Parameters
        ----------
        percent : float
            At most this percentage of ``sum lambda`` is removed, 0 to 100.
        tail : bool
            Give the removed directions of live pixels their mean eigenvalue (probabilistic PCA)
            instead of 0.

        References
        ----------
        Tipping and Bishop, Probabilistic principal component analysis, J. R. Stat. Soc. B 61 (1999)
        """
        if not 0.0 <= percent <= 100.0:
            problem = f"cutoff = {percent} is not a percentage."
            raise InputError("cutoff", problem, "Give a number from 0 to 100.")
        live = int((~self.dead).sum())
        known = min(live, self.eigenvalues.size)
        energy = self.tail * (live - known) + np.cumsum(self.eigenvalues[:known][::-1])
        limit = (energy[-1] if known else 0.0) * percent / 100.0
        removed = int((energy <= limit).sum()) if percent else 0
        values, rest = self.eigenvalues.copy(), self.tail
        if removed:
            others = removed + live - known
            rest = float(energy[removed - 1]) / others if tail else 0.0
            values[known - removed : known] = rest
            rest = rest if live > known else 0.0
        digest = _short(f"{self.digest} cut {float(percent).hex()} {tail}")
        return replace(self, eigenvalues=values, tail=rest, digest=digest)

    def _packed(self) -> dict[str, np.ndarray]:
        names = ("mean", "eigenvalues", "eigenvectors", "dead")
        scalars = np.array([self.tail, self.residual])
        named = {name: getattr(self, name) for name in names}
        return {**named, "rank": np.array([self.rank]), "scalars": scalars}

    @classmethod
    def _unpacked(
        cls, kept: dict[str, np.ndarray], shape: tuple[int, ...], digest: str, floor: float
    ):
        n, c, h, w = shape
        return cls(
            kept["mean"],
            kept["eigenvalues"],
            kept["eigenvectors"],
            (c, h, w),
            n,
            kept["dead"],
            int(kept["rank"][0]),
            digest,
            floor,
            *kept["scalars"].tolist(),
        )


def image_array(images: Any) -> np.ndarray:
    """Return uint8 images (N, C, H, W) of an array or of an ImageSet."""
    array = getattr(images, "images", images)
    if not isinstance(array, np.ndarray) or array.dtype != np.uint8 or array.ndim != 4:
        found = f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else type(array)
        problem = f"Images are {found}, not uint8 (N, C, H, W)."
        raise InputError("images", problem, "Give an ImageSet or an 8-bit array of four axes.")
    if not array.size:
        raise InputError(
            "images", f"Images of shape {array.shape} are empty.", "Give at least one."
        )
    return array


def digest_of(images: Any) -> str:
    """Return the digest of the images, from the ImageSet if it is one."""
    if hasattr(images, "digest"):
        return images.digest()
    digest = hashlib.sha256(repr(images.shape).encode())
    for start in range(0, len(images), 1024):
        digest.update(np.ascontiguousarray(images[start : start + 1024]).data)
    return digest.hexdigest()


def folder_for(cache: str | Path | None, *, size: int) -> Path | None:
    """Return where to keep what was made of images of `size` pixels; None for nowhere."""
    if cache is None:
        return None
    if cache == "auto":
        return cache_folder() if size >= WORTH_KEEPING else None
    return Path(cache)


def _floor(floor: str | float) -> float:
    if floor == "quantisation":
        return QUANTISATION
    if isinstance(floor, str) or not 0.0 <= floor < np.inf:
        problem = f"floor = {floor!r} is not a variance."
        raise InputError("floor", problem, 'Give a number >= 0, or "quantisation".')
    return float(floor)


def _nothing() -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(0), np.zeros((0, 0))


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
