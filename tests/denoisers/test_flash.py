"""The Triton kernel without a GPU: interpreted in a process of its own, and compiled for one."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from explorer import denoisers
from explorer.core.errors import InputError
from tests.denoisers.sets import noisy, smooth

ROOT = Path(__file__).resolve().parents[2]
needs_triton = pytest.mark.skipif(find_spec("triton") is None, reason="triton is not installed")

COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from explorer.denoisers.kernels import flash

names = flash._sums.arg_names
constants = {(names.index(k),): getattr(flash, k) for k in ("ROWS", "COLUMNS", "INPUTS")}
kinds = {"images": "*u8", "bits": "*u8", "tiles": "*i32", "first_tile": "*i32", "s_out": "*fp64",
         "y_out": "*fp64", "s2_out": "*fp64", "heaviest_out": "*i32", "n": "i32", "d": "i32",
         "width": "i32", "span": "i32", "ROWS": "constexpr", "COLUMNS": "constexpr",
         "INPUTS": "constexpr"}
signature = {name: kinds.get(name, "*fp32") for name in names}
for capability in (80, 90):
    source = ASTSource(fn=flash._sums, signature=signature, constexprs=constants)
    options = {"num_warps": flash.WARPS, "enable_fp_fusion": True}
    compiled = triton.compile(source, target=GPUTarget("cuda", capability, 32), options=options)
    assert "mma" in compiled.asm["ptx"]
"""


def run(arguments: list[str], folder: Path, **extra: str) -> None:
    environment = os.environ | {"TRITON_CACHE_DIR": str(folder), "OMP_NUM_THREADS": "1"} | extra
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


@needs_triton
def test_interpreted(tmp_path: Path) -> None:
    file = str(Path(__file__).with_name("interpreted_flash.py"))
    run(["-m", "pytest", "-q", "-p", "no:cacheprovider", file], tmp_path, TRITON_INTERPRET="1")


@needs_triton
@pytest.mark.skipif(sys.platform != "linux", reason="Triton compiles on Linux")
def test_compiles_to_tensor_cores(tmp_path: Path) -> None:
    run(["-c", COMPILE], tmp_path)


@needs_triton
def test_on_a_cpu_the_engine_is_refused() -> None:
    images = smooth(40)
    d = denoisers.build("locality", images, engine="triton", cache=None)
    with pytest.raises(InputError, match="NVIDIA"):
        d(noisy(images, 3.0), 3.0)


def test_engine_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    d = denoisers.build("locality", smooth(40), cache=None)
    gpu = torch.device("cuda")
    for has, capability, engine in (
        ("triton", (8, 0), "triton"),
        ("triton", (7, 5), "fused"),
        (None, (9, 0), "fused"),
    ):
        monkeypatch.setattr("explorer.denoisers.engines.find_spec", lambda _, has=has: has)
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _, c=capability: c)
        assert d.engine_for(gpu) == engine
    with pytest.raises(InputError, match="Triton"):
        denoisers.build("locality", smooth(40), engine="triton", cache=None)
