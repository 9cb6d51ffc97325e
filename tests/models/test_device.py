"""Networks where they are: the accelerator's answer is the processor's."""

from __future__ import annotations

import pytest
import torch

from explorer import models, schedules

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an accelerator"),
]
WRAPS = {
    "epsilon": models.from_epsilon,
    "epsilon-whole": lambda net: models.from_epsilon(
        net, models.Table(schedules.alpha_bars(), whole=True)
    ),
    "x0": models.from_x0,
    "v": models.from_v,
    "edm": models.from_edm,
    "edm-denoiser": models.from_edm_denoiser,
    "flow": models.from_flow,
}


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_image_and_time_stay_where_they_are(wrap) -> None:
    def net(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        assert x.device == t.device
        return torch.tanh(x) * (1.0 + t[:, None, None, None] / 1000.0)

    x = torch.linspace(-3.0, 3.0, 48, dtype=torch.float64).reshape(4, 3, 2, 2)
    sigma = torch.tensor([0.1, 0.5, 2.0, 20.0], dtype=torch.float64)
    here = wrap(net)(x, sigma)
    for level in (sigma, sigma.cuda()):
        there = wrap(net)(x.cuda(), level)
        assert there.device.type == "cuda"
        torch.testing.assert_close(there.cpu(), here, rtol=0, atol=1e-12)
