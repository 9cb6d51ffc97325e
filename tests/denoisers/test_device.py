"""Every registered denoiser gives on a GPU what it gives on the CPU. Run by `pytest -m gpu`."""

import pytest
import torch

from explorer import denoisers
from explorer.denoisers.statistics import Statistics
from tests.denoisers.sets import SIGMAS, noisy, smooth

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
]
IMAGES = smooth(300, (3, 16, 16))


@pytest.mark.parametrize("name", denoisers.names())
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_device_equals_cpu(name: str, dtype: torch.dtype) -> None:
    here, there = denoisers.build(name, IMAGES), denoisers.build(name, IMAGES)
    for sigma in SIGMAS:
        x = noisy(IMAGES, sigma).to(dtype)
        found = there(x.cuda(), sigma)
        assert found.device.type == "cuda"
        assert found.dtype == dtype
        atol = 1e-5 if sigma >= 1.2 else 2e-4
        torch.testing.assert_close(found.cpu(), here(x, sigma), rtol=0, atol=atol)


@pytest.mark.parametrize("engine", ["triton", "fused"])
@pytest.mark.parametrize("softmax", ["exact", "published"])
@pytest.mark.parametrize(("rule", "threshold"), [("symmetric", 0.02), ("published", 0.05)])
def test_locality_engines(engine: str, softmax: str, rule: str, threshold: float) -> None:
    images = smooth(3000, (3, 24, 24))
    statistics = Statistics.fit(images, cache=None)
    here, there = (
        denoisers.build(
            "locality",
            images,
            threshold=threshold,
            mask=rule,
            softmax=softmax,
            engine=chosen,
            statistics=statistics,
            cache=None,
        )
        for chosen in ("auto", engine)
    )
    for sigma in SIGMAS:
        x = noisy(images, sigma)
        found, wanted = there.posterior(x.cuda(), sigma), here.posterior(x, sigma)
        atol = 1e-5 if sigma >= 1.2 else 2e-4
        torch.testing.assert_close(found.mean.cpu(), wanted.mean, rtol=0, atol=atol)
        torch.testing.assert_close(found.effective.cpu(), wanted.effective, rtol=1e-3, atol=0)


def test_memory_on_the_device_does_not_grow_with_the_images() -> None:
    """Beyond the bytes of the images, which are kept there."""
    used = []
    for n in (4000, 16000):
        images = smooth(n, (3, 24, 24))
        d = denoisers.build("locality", images, engine="triton", cache=None)
        x = noisy(images, 3.0).cuda()
        d(x, 3.0)
        torch.cuda.reset_peak_memory_stats()
        d(x, 3.0)
        used.append(torch.cuda.max_memory_allocated() - images.size)
    assert used[1] < used[0] + 4e6  # the sums of three more spans of images
