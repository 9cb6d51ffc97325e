"""No test reads or writes the user's own cache; real data is found, or the test is skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("EXPLORER_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("EXPLORER_DATA", raising=False)
        yield


@pytest.fixture
def real_data():
    """The folder of a real data set, by name."""

    def folder(name: str) -> Path:
        found = REAL / name
        if not found.is_dir():
            pytest.skip(f"{name} is not in {REAL}; EXPLORER_DATA names another folder")
        return found

    return folder
