"""Pictures of 64 x 64 in colour, 12,288 values each: memory, and agreement of both engines."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIMIT = 4.0  # GB of resident memory; the promise is 12
SCRIPT = """
import re
from pathlib import Path

import numpy as np
import torch

from explorer import datasets, denoisers
from explorer.denoisers.statistics import Statistics

n, sigma = 2000, 2.0
grey = datasets.load("natural-patches", n=3 * n, size=64).images.reshape(n, 3, 64, 64)
images = (3 * (grey[:, :1] // 4) + grey // 4).astype(np.uint8)  # channels that go together
del grey
statistics = Statistics.fit(images, rank=n, cache=None)
x = torch.from_numpy(images[:1] / 127.5 - 1.0)
x += sigma * torch.randn(x.shape, dtype=x.dtype, generator=torch.Generator().manual_seed(0))
options = {"statistics": statistics, "cache": None, "threshold": 0.02}
tree = denoisers.build("locality", images, **options)
fused = denoisers.build("locality", images, engine="fused", **options)
field = tree.mask((1, 30, 30), sigma)
assert field.shape == (3, 64, 64) and field.any()
error = float((tree(x, sigma) - fused(x, sigma)).abs().max())
full = denoisers.build("locality", images, **options | {"threshold": 0.0})
assert full.masks(sigma).sizes.min() == 12288
status = Path("/proc/self/status").read_text()  # the resource module's peak counts the parent's
peak = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1e6
print(statistics.rank, statistics.residual, error, peak)
"""


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a process its peak")
def test_wide_pictures_fit_into_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"EXPLORER_CACHE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    rank, residual, error, peak = (float(word) for word in done.stdout.split())
    assert rank == 1999
    assert residual < 1e-9
    assert error < 1e-5
    assert peak < LIMIT
