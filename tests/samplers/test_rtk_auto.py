"""The meter and the segments it allows, on mixtures whose curvature is known."""

import numpy as np
import pytest
import torch

from explorer import samplers
from explorer.analysis.ks_max import ks_max
from explorer.analysis.mixture_law import MixtureLaw
from explorer.core.errors import InputError
from explorer.denoisers.gaussian_mixture import GaussianMixture
from explorer.denoisers.grid_mixture import grid_mixture
from explorer.samplers import log_concavity
from explorer.samplers.log_concavity import auto_segments
from explorer.samplers.rtk_auto import denoiser_bound, meter, mixture_bound
from explorer.samplers.rtk_mixture import Axes

TWO = GaussianMixture(
    np.array([0.5, 0.5]), np.array([[-1.0, 0.0], [1.0, 0.0]]), np.tile(0.04 * np.eye(2), (2, 1, 1)),
    (1, 1, 2),
)  # fmt: skip


@pytest.mark.parametrize("sigma", [0.3, 0.7, 0.97, 1.5])
def test_two_modes_are_least_concave_half_way(sigma: float) -> None:
    """At the middle the second derivative of log p is 1/V^2 - 1/V, V = s^2 + sigma^2."""
    v = 0.04 + sigma**2
    wanted = max(0.0, 1.0 / v**2 - 1.0 / v)
    assert mixture_bound(TWO)(sigma) == pytest.approx(wanted, rel=1e-10, abs=1e-12)
    middle = torch.zeros(1, 1, 1, 2, dtype=torch.float64)
    # The same from the denoiser alone, at the middle itself: no noise, so a level's own point.
    near = denoiser_bound(TWO, torch.cat([middle] * 2000))(sigma) if sigma < 0.8 else wanted
    assert near <= wanted * (1.0 + 1e-9) + 1e-12
    assert near > 0.9 * wanted - 1e-12


def test_many_points_are_looked_at_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hessians of all points together would take gigabytes in a hundred dimensions."""
    bound = mixture_bound(grid_mixture(std=0.25, dimension=20))
    wanted, sizes, whole = bound(0.5), [], log_concavity.mixture_hessian

    def spied(parts: Axes, rows: torch.Tensor, sigma: float) -> torch.Tensor:
        sizes.append(rows.numel() * rows.shape[1])
        return whole(parts, rows, sigma)

    monkeypatch.setattr(log_concavity, "mixture_hessian", spied)
    monkeypatch.setattr(log_concavity, "CHUNK", 40_000)
    assert bound(0.5) == pytest.approx(wanted, rel=1e-12)
    assert len(sizes) > 10
    assert max(sizes) <= 40_000


def test_one_mode_is_log_concave_at_every_level() -> None:
    one = GaussianMixture(np.ones(1), np.zeros((1, 2)), 0.3 * np.eye(2)[None], (1, 1, 2))
    sigmas = np.array([10.0, 1.0, 0.1])
    assert meter(mixture_bound(one), sigmas).tolist() == [0.0, 0.0]
    found = auto_segments(mixture_bound(one), sigma_max=10.0, sigma_min=0.1)
    assert found.sigmas.tolist() == [10.0, 0.1]  # one segment is enough
    with pytest.raises(InputError, match="sigma = 0"):
        meter(mixture_bound(one), np.array([1.0, 0.0]))


@torch.no_grad()
def test_chains_follow_segments_that_the_meter_allows() -> None:
    """Chance of a false alarm 1e-4; chains stuck after one long segment must be seen."""
    # Uneven weights: with even ones, stuck chains would be right by symmetry.
    uneven = GaussianMixture(np.array([0.8, 0.2]), TWO.means, TWO.covariances, (1, 1, 2))
    law = MixtureLaw.of(uneven)
    start = torch.from_numpy(law.at(3.0).draw(4000)).reshape(-1, 1, 1, 2)
    found = auto_segments(mixture_bound(uneven), sigma_max=3.0, sigma_min=0.1)
    assert not found.capped
    np.testing.assert_allclose(meter(mixture_bound(uneven), found.sigmas), found.meter, rtol=1e-12)
    good = samplers.sample(samplers.build("rtk-mala", inner=20), uneven, start, found.sigmas)
    assert ks_max(good.x.flatten(1), law.at(0.1)).p > 1e-4
    stuck = samplers.sample(
        samplers.build("rtk-mala", inner=20), uneven, start, np.array([3.0, 0.1])
    )
    assert ks_max(stuck.x.flatten(1), law.at(0.1)).p < 1e-9


def test_the_nine_modes_are_a_law() -> None:
    modes = grid_mixture(std=0.12, dimension=4)
    assert modes.weights.sum() == pytest.approx(1.0, rel=1e-14)
    assert len(np.unique(modes.means, axis=0)) == 9
    for wrong in ({"std": 0.0}, {"dimension": 1}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            grid_mixture(**wrong)
