"""What the figures of the tab *Side by side* show, as arrays: grounds, flights, histograms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis import mixture_views
from explorer.analysis.arena.score import level
from explorer.figures import arena_histogram, sampler_style
from explorer.figures.arena_histogram import Exact
from explorer.figures.arena_scatter import Ground
from explorer.ui.arena.flight_packing import Flight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.target import Target
    from explorer.analysis.arena.trail import Trail
    from explorer.analysis.mixture_law import MixtureLaw
    from explorer.ui.arena.shown import Shown

BANDS = (0.5, 0.9, 0.99)  # shares of the exact mass
REACH = 4.2  # standard deviations beyond the outermost modes
FEWEST, MOST = 64, 144  # pixels of a ground
SLAB = (0.75, 1.25)  # of coordinate 1, as in the histogram of the RTK paper
COUNT, FEW = 56, 40  # bins; of the samples in the slab
FOLLOWED = 4_000  # states of all flights together: a fifth of what one redraw may send
DATA = 2_000  # images that give the principal axis and the histogram of the data


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Histograms of several entries with what they should be.

    Attributes
    ----------
    edges : numpy.ndarray, shape (b + 1,)
    counts : numpy.ndarray, shape (E, b)
    sizes : numpy.ndarray, shape (E,)
        Samples of each, those beyond the edges included.
    exact : numpy.ndarray, shape (b,)
        Exact share of each bin, or that of the data.
    line : Exact
        The same as a line.
    chance : numpy.ndarray, shape (E,)
        Share in wrong bins that exact samples have on average.
    """

    edges: np.ndarray
    counts: np.ndarray
    sizes: np.ndarray
    exact: np.ndarray
    line: Exact
    chance: np.ndarray

    @property
    def density(self) -> np.ndarray:
        """Shares over widths, (E, b)."""
        return self.counts / np.maximum(self.sizes, 1)[:, None] / np.diff(self.edges)

    @property
    def misplaced(self) -> np.ndarray:
        """Share of each entry's samples in wrong bins, (E,); outer bins on either side count."""
        share = self.counts / np.maximum(self.sizes, 1)[:, None]
        return np.array([arena_histogram.misplaced(_closed(s), _closed(self.exact)) for s in share])


def ended(shown: Shown) -> dict[Entry, Trail]:
    """Return the runs that are at their end, in the order of the entries."""
    known = {entry: shown.trails.get(entry) for entry in shown.wish.entries}
    return {entry: trail for entry, trail in known.items() if trail is not None and trail.finished}


def law(shown: Shown) -> MixtureLaw:
    """Return the exact law at the level at which the samples stand; for points only."""
    exact = shown.target().law
    assert exact is not None
    return exact.at(level(shown.wish.setting))


# --- in the plane -------------------------------------------------------------------------------


def ground(exact: MixtureLaw) -> Ground:
    """Return the density of the first two coordinates with the bands that hold 50, 90, 99 %."""
    means, stds = exact.shadows(np.eye(2, exact.means.shape[1]))  # (K, 2) each
    low, high = (means - REACH * stds).min(axis=0), (means + REACH * stds).max(axis=0)
    half = float((high - low).max()) / 2
    ends = [(float(middle) - half, float(middle) + half) for middle in (low + high) / 2]
    pixels = int(np.clip(2 * half / (0.3 * float(stds.min())), FEWEST, MOST))
    x, y = (_middles(np.linspace(*both, pixels + 1)) for both in ends)
    density = mixture_views.over_plane(exact, x, y)
    return Ground(ends[0], ends[1], density, mixture_views.levels(density, BANDS).tolist())


def round_modes(exact: MixtureLaw) -> tuple[tuple[tuple[float, float, float], ...], float] | None:
    """Return modes (x, y, weight) and their width, if all are round and alike in the plane."""
    plane = exact.covariances[:, :2, :2]
    variance = float(plane[0, 0, 0])
    if not np.allclose(plane, variance * np.eye(2), rtol=1e-9, atol=1e-12):
        return None
    places = zip(exact.means[:, :2].tolist(), exact.weights.tolist(), strict=True)
    return tuple((x, y, weight) for (x, y), weight in places), variance**0.5


def square(exact: MixtureLaw, limits: float, pixels: int = 96) -> np.ndarray:
    """Return the density on [-limits, limits]^2, rows from the bottom."""
    at = _middles(np.linspace(-limits, limits, pixels + 1))
    return mixture_views.over_plane(exact, at, at)


def flights(shown: Shown, titles: Sequence[str]) -> list[Flight]:
    """Return the ways of the first samples in the plane, as many as one redraw may send."""
    runs = [(entry, shown.trails[entry]) for entry in shown.wish.entries if entry in shown.trails]
    states = sum(len(trail.x) for _, trail in runs)
    most = max(24, FOLLOWED // max(states, 1))
    return [
        Flight(
            title,
            sampler_style.among(entry, shown.wish.entries).colour,
            trail.sigmas,
            trail.x[:, :most, :2],
        )
        for (entry, trail), title in zip(runs, titles, strict=True)
    ]


# --- histograms ---------------------------------------------------------------------------------


def along(exact: MixtureLaw, samples: Sequence[np.ndarray], angle: float) -> Histogram:
    """Return histograms of points (n, d) along a direction, with the exact density."""
    theta = mixture_views.direction(exact.means.shape[1], angle)
    edges = _edges(exact, theta)
    exact_share = np.diff(exact.cdf(theta[None], edges[None])[0])
    x = np.linspace(edges[0], edges[-1], 601)
    line = Exact(x, mixture_views.along(exact, theta, x))
    return _histogram(edges, [points @ theta for points in samples], exact_share, line)


def given(exact: MixtureLaw, samples: Sequence[np.ndarray]) -> Histogram:
    """Return histograms of coordinate 2 of the points whose coordinate 1 lies in the slab.

    Raises
    ------
    InputError
        If the exact law has no mass there.
    """
    second = mixture_views.direction(exact.means.shape[1], 90.0)
    edges = _edges(exact, second, FEW)
    fine = np.linspace(edges[0], edges[-1], 10 * (len(edges) - 1) + 1)
    density = mixture_views.given(exact, fine, SLAB)
    whole = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(fine))))
    inside = [points[(points[:, 0] > SLAB[0]) & (points[:, 0] < SLAB[1]), 1] for points in samples]
    return _histogram(edges, inside, np.diff(whole[::10]), Exact(fine, density))


def of_images(target: Target, samples: Sequence[np.ndarray], sigma: float) -> Histogram:
    """Return histograms of images along the first principal axis of the data."""
    mean, axis = target.remember("first axis", lambda: first_axis(target))
    data = (target.reference(DATA, 1, sigma=sigma) - mean) @ axis
    values = [(images.reshape(len(images), -1) - mean) @ axis for images in samples]
    half = 1.15 * float(np.abs(data).max())
    edges = np.linspace(-half, half, FEW + 1)
    share = np.histogram(data, edges)[0] / len(data)
    line = Exact(edges, share / np.diff(edges), steps=True)
    found = _histogram(edges, values, share, line)
    both = found.sizes * len(data) // np.maximum(found.sizes + len(data), 1)
    chance = [arena_histogram.expected(share, int(size)) for size in both]
    return replace(found, chance=np.array(chance))


def first_axis(target: Target) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the first principal axis of the data, both (d,)."""
    from sklearn.decomposition import PCA

    assert target.images is not None
    some = np.linspace(0, target.images.n - 1, min(target.images.n, DATA)).astype(int)
    images = target.images.as_float(np.unique(some)).reshape(-1, target.size)
    found = PCA(1, svd_solver="randomized", random_state=0).fit(images)
    return np.asarray(found.mean_), np.asarray(found.components_)[0]


def _histogram(
    edges: np.ndarray, values: Sequence[np.ndarray], exact: np.ndarray, line: Exact
) -> Histogram:
    kept = [v[np.isfinite(v)] for v in values]
    counts = np.array([np.histogram(v, edges)[0] for v in kept]).reshape(-1, len(edges) - 1)
    sizes = np.array([len(v) for v in values], dtype=int)
    chance = np.array([arena_histogram.expected(_closed(exact), int(n)) for n in sizes])
    return Histogram(edges, counts, sizes, exact, line, chance)


def _edges(exact: MixtureLaw, theta: np.ndarray, count: int = COUNT) -> np.ndarray:
    means, stds = exact.shadows(theta[None])
    low, high = float((means - REACH * stds).min()), float((means + REACH * stds).max())
    return np.linspace(low, high, count + 1)


def _closed(share: np.ndarray) -> np.ndarray:
    """Add one bin for all that lies beyond the edges."""
    return np.append(share, max(0.0, 1.0 - float(share.sum())))


def _middles(edges: np.ndarray) -> np.ndarray:
    return (edges[1:] + edges[:-1]) / 2
