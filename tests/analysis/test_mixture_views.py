"""Densities of a mixture as drawn: against scipy, quadrature, and a sample of the law itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from explorer.analysis import mixture_views as views
from explorer.analysis.mixture_law import MixtureLaw
from explorer.core.errors import InputError

COVARIANCES = np.array(
    [
        [[0.50, 0.30, 0.00], [0.30, 0.40, 0.10], [0.00, 0.10, 0.90]],
        [[0.20, -0.1, 0.05], [-0.1, 0.30, 0.00], [0.05, 0.00, 0.10]],
    ]
)
LAW = MixtureLaw(np.array([0.7, 0.3]), np.array([[0, 0, 0], [1.5, -1, 2.0]]), COVARIANCES)
Y = np.linspace(-7.0, 7.0, 2001)


def test_along_a_direction_it_is_scipys_mixture() -> None:
    theta = views.direction(3, 30.0)
    expected = sum(
        w * stats.norm(theta @ m, np.sqrt(theta @ S @ theta)).pdf(Y)
        for w, m, S in zip(LAW.weights, LAW.means, LAW.covariances, strict=True)
    )
    np.testing.assert_allclose(views.along(LAW, theta, Y), expected, atol=1e-12)


def test_over_the_plane_it_is_scipys_marginal() -> None:
    x, y = np.linspace(-2, 3, 7), np.linspace(-3, 2, 5)
    places = np.stack(np.meshgrid(x, y), axis=-1)  # (5, 7, 2)
    expected = sum(
        w * stats.multivariate_normal(m[:2], S[:2, :2]).pdf(places)
        for w, m, S in zip(LAW.weights, LAW.means, LAW.covariances, strict=True)
    )
    np.testing.assert_allclose(views.over_plane(LAW, x, y), expected, atol=1e-12)


@pytest.mark.parametrize(("on", "of"), [(0, 1), (1, 0), (0, 2)])
def test_given_an_interval_it_is_the_joint_density_summed_over_it(on: int, of: int) -> None:
    inside, step = np.linspace(0.75, 1.25, 401, retstep=True)
    pair = MixtureLaw(
        LAW.weights, LAW.means[:, [on, of]], LAW.covariances[:, [on, of]][:, :, [on, of]]
    )
    joint = views.over_plane(pair, inside, Y)
    slab = np.trapezoid(joint, dx=float(step), axis=1)
    expected = slab / np.trapezoid(slab, Y)
    found = views.given(LAW, Y, (0.75, 1.25), on=on, of=of)
    np.testing.assert_allclose(found, expected, atol=1e-6)  # the trapezoid rule's own error
    assert np.trapezoid(found, Y) == pytest.approx(1.0, abs=1e-9)


def test_an_interval_without_mass_is_refused() -> None:
    with pytest.raises(InputError, match="no mass"):
        views.given(LAW, Y, (50.0, 51.0))


def test_levels_hold_the_share_of_mass_that_they_name() -> None:
    """Of a normal law in the plane, the disc of radius sqrt(-2 ln(1 - p)) holds the mass p."""
    law = MixtureLaw(np.ones(1), np.zeros((1, 2)), np.eye(2)[None])
    axis = np.linspace(-6, 6, 401)
    density = views.over_plane(law, axis, axis)
    expected = [(1 - share) / (2 * np.pi) for share in (0.5, 0.9)]
    np.testing.assert_allclose(views.levels(density, (0.5, 0.9)), expected, rtol=0.01)
