"""A Gaussian mixture of one window, estimated from the images there.

Clusters are found in the window's leading principal axes: k-means, then a few rounds of hard EM, in
which every image goes to the component with the largest ``w_k N(y; m_k, C_k)``. In each cluster the
covariance of its n_k images, from exact integer sums over all the window's live pixels, is shrunk
towards the covariance S_w within all clusters:

    (n_k S_k + nu S_w) / (n_k + nu) + floor I.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from explorer.denoisers.sums import Sums

AXES = 24  # principal axes in which clusters are found
CHUNK = 1024
SMALL = 256  # rows whose distances to all components stay in the processor's cache
LLOYD = 8  # rounds of k-means
ROUNDS = 3  # of hard EM, at most


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A mixture of K Gaussians of p pixels.

    Attributes
    ----------
    index : numpy.ndarray of int, shape (p,)
        Flat numbers of the pixels.
    weights : numpy.ndarray, shape (K,)
        Positive, sum 1.
    means : numpy.ndarray, shape (K, p)
        In [-1, 1].
    values : numpy.ndarray, shape (K, p)
        Eigenvalues of the covariances, > 0.
    vectors : numpy.ndarray, float32, shape (K, p, p)
        Their eigenvectors, as columns.
    """

    index: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    values: np.ndarray
    vectors: np.ndarray


def fit(
    rows: np.ndarray,
    index: np.ndarray,
    *,
    components: int,
    shrinkage: float,
    floor: float,
    generator: np.random.Generator,
) -> Window:
    """Return the mixture of a window.

    Parameters
    ----------
    rows : numpy.ndarray, uint8, shape (n, p)
        The window's pixels in every image.
    index : numpy.ndarray of int, shape (p,)
    components : int
        K; clusters that run empty are left out.
    shrinkage, floor : float
        nu in images; a variance > 0.
    generator : numpy.random.Generator
        For the first centres.
    """
    labels = clusters(rows, components, shrinkage=shrinkage, floor=floor, generator=generator)
    parts = [Sums.of(rows[labels == k]) for k in np.unique(labels)]
    counts = np.array([part.n for part in parts], dtype=np.float64)
    # With 1/n, so that a cluster of one image has covariance 0 and n S is its scatter.
    scatters = np.stack([part.covariance() * max(part.n - 1, 1) for part in parts])
    values, vectors = np.linalg.eigh(_shrunk(scatters, counts, shrinkage, floor))
    means = np.stack([part.mean() for part in parts])
    weights = counts / counts.sum()
    return Window(index, weights, means, np.maximum(values, floor), vectors.astype(np.float32))


def posterior(
    window: Window, rows: torch.Tensor, sigma: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return posterior mean and variance of a window's pixels, float64 (B, p), from rows (B, p)."""
    weights, means, values, vectors = (
        torch.from_numpy(a).to(rows.device).double()
        for a in (window.weights, window.means, window.values, window.vectors)
    )
    total = values + sigma**2
    gains = values / total
    turned = torch.bmm(rows - means[:, None], vectors)  # (K, B, p)
    squares = (turned.square() / total[:, None]).sum(dim=2)
    logits = (weights.log() - 0.5 * total.log().sum(dim=1))[:, None] - 0.5 * squares
    r = torch.softmax(logits, dim=0)[..., None]
    each = means[:, None] + torch.bmm(turned * gains[:, None], vectors.transpose(1, 2))
    mean = (r * each).sum(dim=0)
    own = sigma**2 * torch.bmm(vectors.square(), gains[..., None]).transpose(1, 2)  # (K, 1, p)
    return mean, (r * (own + (each - mean).square())).sum(dim=0)


def clusters(
    rows: np.ndarray,
    components: int,
    *,
    shrinkage: float,
    floor: float,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the cluster of every row, int (n,)."""
    if components == 1:
        return np.zeros(len(rows), dtype=np.int64)
    coordinates = _coordinates(rows)
    labels = _k_means(coordinates, components, generator)
    for _ in range(ROUNDS):
        new = _likeliest(coordinates, labels, shrinkage, floor)
        if np.array_equal(new, labels):
            break
        labels = new
    return labels


def _coordinates(rows: np.ndarray) -> np.ndarray:
    """Return the leading principal coordinates of rows, float32 (n, r)."""
    sums = Sums.of(rows)
    _, vectors = np.linalg.eigh(sums.covariance())
    axes = (vectors[:, ::-1][:, :AXES] / 127.5).astype(np.float32)
    centre = (sums.total / sums.n).astype(np.float32) @ axes
    result = np.empty((len(rows), axes.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), CHUNK):
        shifted = rows[start : start + CHUNK].astype(np.float32) - 128.0
        result[start : start + CHUNK] = shifted @ axes - centre
    return result


def _k_means(y: np.ndarray, components: int, generator: np.random.Generator) -> np.ndarray:
    """Return the labels of Lloyd's iteration from centres spread by k-means++, int (n,)."""
    centres = _spread(y, components, generator)
    labels = np.full(len(y), -1)
    for _ in range(LLOYD):
        new = (y @ centres.T - 0.5 * np.square(centres).sum(axis=1)).argmax(axis=1)
        if np.array_equal(new, labels):
            break
        labels = new
        for k in np.unique(labels):
            centres[k] = y[labels == k].mean(axis=0)
    return labels


def _spread(y: np.ndarray, components: int, generator: np.random.Generator) -> np.ndarray:
    """Return first centres: each next one drawn by its squared distance to those before."""
    centres = [y[generator.integers(len(y))]]
    distance = np.full(len(y), np.inf)
    for _ in range(components - 1):
        distance = np.minimum(distance, np.square(y - centres[-1]).sum(axis=1, dtype=np.float64))
        total = distance.sum()
        if not total > 0.0:  # fewer different rows than components
            break
        centres.append(y[generator.choice(len(y), p=distance / total)])
    return np.stack(centres)


def _likeliest(y: np.ndarray, labels: np.ndarray, shrinkage: float, floor: float) -> np.ndarray:
    """Return for every row the component with the largest weighted density, int (n,)."""
    known, counts = np.unique(labels, return_counts=True)
    means, scatters = [], []
    for k in known:
        part = y[labels == k].astype(np.float64)
        means.append(part.mean(axis=0))
        part -= means[-1]
        scatters.append(part.T @ part)
    covariances = _shrunk(np.stack(scatters), counts.astype(np.float64), shrinkage, floor)
    roots = np.linalg.cholesky(np.linalg.inv(covariances))  # C^-1 = R R^T
    constants = np.log(counts) + np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    shifts = np.einsum("kr,krs->ks", np.stack(means), roots).ravel()
    turn = np.ascontiguousarray(roots.transpose(1, 0, 2).reshape(y.shape[1], -1), dtype=np.float32)
    best = np.empty(len(y), dtype=np.int64)
    for start in range(0, len(y), SMALL):
        whitened = y[start : start + SMALL] @ turn - shifts.astype(np.float32)
        parts = whitened.reshape(-1, *roots.shape[::2])
        scores = constants - 0.5 * np.einsum("nkr,nkr->nk", parts, parts)
        best[start : start + SMALL] = scores.argmax(axis=1)
    return known[best]


def _shrunk(scatters: np.ndarray, counts: np.ndarray, shrinkage: float, floor: float) -> np.ndarray:
    """Return the covariances of components, (K, p, p), from their scatters."""
    within = scatters.sum(axis=0) / counts.sum()
    mixed = (scatters + shrinkage * within) / (counts + shrinkage)[:, None, None]
    return mixed + floor * np.eye(within.shape[0])
