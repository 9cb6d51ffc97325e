"""Samplers where the samples are: the accelerator's answer is the processor's."""

from __future__ import annotations

import pytest
import torch

from explorer import samplers, schedules
from tests.samplers import laws

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an accelerator"),
]
OURS = [name for name in samplers.names() if not name.startswith("rtk")]


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("end", ["sigma_min", "zero"])
def test_the_device_is_kept_and_changes_nothing(name: str, end: str) -> None:
    """Noise is drawn on the processor; what is left is rounding in float64."""
    sigmas = schedules.grid("logsnr", 8, laws.LOW, laws.HIGH, end=end)
    x = laws.start(150)
    here = samplers.sample(name, laws.gaussian, x, sigmas)
    there = samplers.sample(name, laws.gaussian, x.cuda(), sigmas, chunk=64)
    assert there.x.device.type == there.x0.device.type == "cuda"
    torch.testing.assert_close(there.x.cpu(), here.x, rtol=0, atol=1e-11)
