"""The calibration finds the sizes a reference was made with, and takes medians of sizes."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.core.rng import normal
from explorer.denoisers.patch_calibration import calibrate
from tests.denoisers.sets import smooth

IMAGES = smooth(60, (2, 8, 8))
LEVELS = [6.0, 2.0, 0.7, 0.3]


@pytest.mark.parametrize("name", ["kamb-ls", "kamb-bbels", "niedoba"])
def test_finds_the_sizes_of_its_own_kind(name: str) -> None:
    known = {6.0: 7, 2.0: 5, 0.7: 3, 0.3: 1}
    reference = denoisers.build(name, IMAGES, patch=known)
    shares = []
    found = calibrate(
        IMAGES,
        reference,
        LEVELS,
        name=name,
        sizes=[1, 3, 5, 7],
        trajectories=3,
        progress=shares.append,
    )
    assert dict(found.patch) == known
    assert found.cosines.shape == (4, 4, 3)
    np.testing.assert_allclose(found.cosines.max(axis=1), 1.0, atol=1e-6)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    again = denoisers.build(name, IMAGES, patch=found.patch)
    x = torch.zeros(1, 2, 8, 8)
    torch.testing.assert_close(again(x, 0.7), reference(x, 0.7))


def test_the_median_is_a_size() -> None:
    found = calibrate(IMAGES, denoisers.build("wiener", IMAGES), LEVELS, trajectories=4)
    best = found.sizes[found.cosines.argmax(axis=1)]
    for row, chosen in zip(best, found.chosen, strict=True):
        assert chosen == sorted(row)[1]
    assert (np.diff(found.sigmas) < 0).all()
    assert found.sizes.tolist() == [3, 5, 7, 9, 11, 13, 15, 17]


def test_cosines_are_those_of_scores() -> None:
    """With a reference that always answers 0, whose trajectories are z = sqrt(5) sigma/2 noise."""
    levels = [2.0, 0.5]
    found = calibrate(IMAGES, lambda x, _: torch.zeros_like(x), levels, sizes=[3], trajectories=2)
    noise = torch.from_numpy(normal(0, 2, (2, 8, 8))).double() * np.sqrt(5.0)
    for cosines, sigma in zip(found.cosines, levels, strict=True):
        z = noise * sigma / 2.0
        a = (denoisers.build("kamb-ls", IMAGES, patch=3)(z, sigma) - z).flatten(1).numpy()
        b = -z.flatten(1).numpy()
        expected = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        np.testing.assert_allclose(cosines[0], expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sigmas": []}, "sigmas"),
        ({"sigmas": [1.0, 0.0]}, "sigmas"),
        ({"sizes": []}, "sizes"),
        ({"sizes": [4]}, "patch"),
        ({"trajectories": 0}, "trajectories"),
    ],
)
def test_wrong_options_are_named(changes: dict, field: str) -> None:
    options = {"sigmas": LEVELS} | changes
    with pytest.raises(InputError) as caught:
        calibrate(IMAGES, denoisers.build("nearest", IMAGES), options.pop("sigmas"), **options)
    assert caught.value.field == field
