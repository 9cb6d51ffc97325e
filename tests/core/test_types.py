"""What is a denoiser: anything that can be asked."""

from explorer.core.types import Denoiser


def test_a_function_is_a_denoiser():
    assert isinstance(lambda x, sigma: x / sigma, Denoiser)
    assert not isinstance(3, Denoiser)
