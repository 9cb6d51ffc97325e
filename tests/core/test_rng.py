"""A sample belongs to its seed and number, not to its batch."""

import numpy as np
import pytest

from explorer.core import rng
from explorer.core.errors import InputError


def test_a_sample_does_not_depend_on_its_batch():
    whole = rng.normal(3, 16, (3, 4, 4))
    for batch in (1, 5, 16):
        parts = [
            rng.normal(3, range(i, min(i + batch, 16)), (3, 4, 4)) for i in range(0, 16, batch)
        ]
        np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_streams_differ():
    draws = {
        rng.numpy_generator(*place).integers(2**62)
        for place in [(0,), (1,), (0, 0), (0, 1), (1, 0), (0, 0, 1), (0, 1, 0), (2**40,), (0, 0, 0)]
    }
    assert len(draws) == 9
    assert not np.array_equal(rng.normal(0, 2, (4,)), rng.normal(0, 2, (4,), stream=1))


def test_noise_is_standard_normal():
    """False-alarm rate 2e-5 for the mean and 6e-5 for the variance; the seed is fixed."""
    noise = rng.normal(11, 400, (50,)).ravel()
    n = noise.size
    assert abs(noise.mean()) < 4.3 / np.sqrt(n)
    assert abs(noise.var() - 1) < 4.0 * np.sqrt(2 / n)
    assert abs(np.abs(noise).mean() - 1) > 4.0 / np.sqrt(n)  # control: not +-1


def test_torch_follows_the_place():
    torch = pytest.importorskip("torch")
    first, again, other = (
        torch.randn(4, generator=rng.torch_generator(0, index)) for index in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("place", [(-1,), (0.5,), (True,), (2**63,), (0, 2**32), (0, -1), ("0",)])
def test_refuses_other_places(place):
    with pytest.raises(InputError, match="is not a whole number from 0 to"):
        rng.sequence(*place)
