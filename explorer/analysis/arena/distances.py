"""How far samples are from the data, by every measure that the target allows.

All are of sets of one size, since most of them depend on it. Images are compared with at most half
of the data, so that another half gives the floor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.rows import rows

if TYPE_CHECKING:
    from explorer.analysis.arena.target import Target
    from explorer.analysis.frechet import Features
    from explorer.analysis.mixture_law import MixtureLaw

COMPARED = 1000  # samples of distances that look at all pairs, or fewer
PAIRS_WORK = 3e8  # multiplications of all pairs of one set
FARTHEST = 1e40  # of a sample that ran away: its sixth power is still a number
AXES = 64  # principal axes of images, and at most an eighth of the samples
FITTED = 5000  # images that the axes are fitted to
WIDE = 1024  # pixels from which on the axes are found by random projections
WORK = 2e10  # multiplications for the nearest images of one set of samples
CHUNK = 4096  # training images at a time


def names(target: Target) -> tuple[str, ...]:
    """Return the metrics that a target allows.

    Examples
    --------
    >>> from explorer.analysis.arena.target import gaussian, nine_modes
    >>> names(gaussian(4))
    ('sliced-w2', 'energy-distance', 'marginal-error')
    >>> names(nine_modes())[-1]
    'mode-tv'
    """
    found = ["sliced-w2", "energy-distance"]
    if target.law is not None:
        return (*found, "marginal-error", *(["mode-tv"] if len(target.law.weights) > 1 else []))
    assert target.images is not None
    labels = ["label-tv"] if target.images.labels is not None else []
    return (*found, "frechet", "kid", *labels, "nearest")


def distances(
    target: Target, samples: Any, reference: np.ndarray, *, sigma: float, own: bool = False
) -> dict[str, float]:
    """Return every distance of samples to the data.

    Parameters
    ----------
    target : Target
    samples : array, shape (n, ...)
    reference : numpy.ndarray, shape (m, d)
        From ``target.reference``; both are cut to the smaller number.
    sigma : float
        Noise level of both.
    own : bool
        Whether the samples are images of the data, which are not compared with themselves.
    """
    x = np.clip(rows(samples), -FARTHEST, FARTHEST)
    n = min(len(x), len(reference))
    x, y = x[:n], reference[:n]
    few = int(np.clip((PAIRS_WORK / target.size) ** 0.5, 100, COMPARED))
    from explorer.analysis.energy_distance import energy_distance
    from explorer.analysis.sliced_wasserstein import sliced_wasserstein

    found = {
        "sliced-w2": sliced_wasserstein(x, y),
        "energy-distance": energy_distance(x[:few], y[:few]),
    }
    if target.law is not None:
        return found | _of_points(target, x, sigma)
    return found | _of_images(target, x, y, own=own)


def _of_points(target: Target, x: np.ndarray, sigma: float) -> dict[str, float]:
    from explorer.analysis.marginal_accuracy import marginal_error
    from explorer.analysis.weights_tv import nearest_mode

    assert target.law is not None
    law = target.law.at(sigma)
    found = {"marginal-error": marginal_error(x, law)}
    if len(law.weights) > 1:
        wanted = target.remember(("shares", sigma), lambda: _shares(law))
        counted = np.bincount(nearest_mode(x, law.means), minlength=len(wanted)) / len(x)
        found["mode-tv"] = 0.5 * float(np.abs(counted - wanted).sum())
    return found


def _shares(law: MixtureLaw) -> np.ndarray:
    """Return the shares of the modes among very many exact samples, by the nearest mean."""
    from explorer.analysis.weights_tv import mode_weights

    return mode_weights(law.means, law).wanted


def _of_images(target: Target, x: np.ndarray, y: np.ndarray, *, own: bool) -> dict[str, float]:
    from explorer.analysis.frechet import frechet
    from explorer.analysis.kid import polynomial_mmd2

    assert target.images is not None
    k = min(AXES, max(2, len(x) // 8), target.size)
    features = target.remember(("axes", k), lambda: _axes(target, k))
    a, b = features(x), features(y)
    found = {"frechet": frechet(a, b), "kid": polynomial_mmd2(a[:COMPARED], b[:COMPARED])}
    judged = int(np.clip(WORK / (target.images.n * target.size), 64, COMPARED))
    distance, index = nearest(target, x[:judged], own=own)
    if target.images.labels is not None:
        _, labels = np.unique(target.images.labels, return_inverse=True)  # any whole numbers
        kinds = int(labels.max()) + 1
        shares = [
            np.bincount(part, minlength=kinds) / len(part) for part in (labels[index], labels)
        ]
        found["label-tv"] = 0.5 * float(np.abs(shares[0] - shares[1]).sum())
    return found | {"nearest": float(np.median(distance))}


def _axes(target: Target, k: int) -> Features:
    """Return features along the principal axes of the data."""
    from explorer.analysis.frechet import Principal, principal
    from explorer.core import rng

    assert target.images is not None
    order = rng.numpy_generator(0).permutation(target.images.n)[:FITTED]
    data = rows(target.images.as_float(np.sort(order)))
    if target.size <= WIDE:
        return principal(data, k=k)
    from sklearn.decomposition import PCA

    found = PCA(k, svd_solver="randomized", random_state=0).fit(data)
    share = float(found.explained_variance_ratio_.sum())
    return Principal(np.array(found.mean_), np.array(found.components_).T.copy(), share)


def nearest(target: Target, x: np.ndarray, *, own: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return RMS distance to the nearest training image, and its number, both (n,).

    Parameters
    ----------
    target : Target
        With images.
    x : numpy.ndarray, shape (n, d)
    own : bool
        Whether x are training images: then the nearest other one.
    """
    assert target.images is not None
    images, sought = target.images, np.clip(x, -1e30, 1e30).astype(np.float32)
    size, best, which = target.size, [], []
    for start in range(0, images.n, CHUNK):
        part = images.as_float(slice(start, start + CHUNK)).reshape(-1, size)
        # |x - y|^2 / 2 without the part that is the same for all y, as one product of matrices.
        half = 0.5 * np.einsum("nd,nd->n", part, part) - sought @ part.T
        keep = np.argpartition(half, min(1, len(part) - 1), axis=1)[:, :2]
        best.append(np.take_along_axis(half, keep, axis=1))
        which.append(keep + start)
    order = np.argsort(np.concatenate(best, axis=1), axis=1)[:, int(own)]
    index = np.concatenate(which, axis=1)[np.arange(len(x)), order]
    found = images.as_float(index).reshape(len(x), -1)
    return np.sqrt(((x - found) ** 2).mean(axis=1)), index
