"""Own images as the target of the Sampler Arena: sent, linked to, forgotten, refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui import cached_images, kept, uploads
from explorer.ui.arena import cost_of, notebook, targets, words
from explorer.ui.arena.target_spec import TargetSpec
from tests.datasets import files
from tests.ui.arena_app import calm, keys, lines, page, said, wish

RNG = np.random.default_rng(5)
SHADES = [RNG.integers(0, 256, (12, 12, 3), dtype=np.uint8) for _ in range(24)]
PICTURES = files.packed({f"{i:02}.png": files.picture(s) for i, s in enumerate(SHADES)})
OWN = {
    "sa_target": "data", "sa_data": "upload", "sa_size": "8", "sa_denoiser": "wiener",
    "sa_n": "8", "sa_seeds": "1",
}  # fmt: skip
PRESET = "Shown is another target"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    forget()


def forget() -> None:
    """Be a server that has just been started."""
    for cache in (
        uploads.store, uploads.decoded, cached_images.images, cached_images.available,
        kept.shelf, targets._built,
    ):  # fmt: skip
        cache.clear()


def send(app: AppTest, data: bytes, name: str = "cats.zip") -> AppTest:
    """Put a file into the box."""
    app.file_uploader(key="sa_upload").set_value((name, data, "application/zip"))
    return calm(app.run())


def link_of(app: AppTest) -> str:
    found = app.query_params["sa_file"]
    return found if isinstance(found, str) else found[0]


def test_uploaded_images_are_a_target_and_the_contest_runs_to_its_end(tmp_path: Path) -> None:
    app = page(**OWN)
    heard = said(app)
    assert "No file has been uploaded yet. Put one into the box." in heard
    assert "Try again" not in heard
    assert len(lines(app)) == 2  # the preset is shown still
    app = send(app, PICTURES)
    assert PRESET not in said(app)
    spec = TargetSpec("data", 0.15, data="upload", denoiser="wiener", size=8, place=link_of(app))
    found = targets.images(spec)
    assert (found.n, found.shape) == (24, (1, 8, 8))
    calm(app.button(key="sa_run").click().run())
    assert "sa_run" not in keys(app)
    assert "two halves of the data score" in app.markdown[0].value
    pixels = found.images.tobytes()
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not [data for data in written if PICTURES in data or pixels in data]


def test_a_link_to_an_upload_opens_it_while_the_server_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cost_of, "QUICK", 0.0)
    digest = link_of(send(page(**OWN), PICTURES))
    assert len(digest) == 64
    app = page(**OWN, sa_file=digest)
    assert "will be compared on uploaded images, denoiser Wiener filter" in said(app)
    forget()
    app = page(**OWN, sa_file=digest)
    heard = said(app)
    assert "were uploaded by somebody, and are not here any more." in heard
    assert PRESET in heard
    assert "will be compared on 8 modes in the plane" in heard  # the preset
    assert len(lines(app)) == 2
    heard = said(send(app, PICTURES))
    assert PRESET not in heard
    assert "will be compared on uploaded images" in heard


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "cats.zip is empty."),
        (b"not a zip", "cats.zip is neither a zip of pictures nor a file of arrays"),
        (PICTURES[:-40], "cats.zip is not a whole zip archive."),
        (files.packed({"notes.txt": b"hello"}), "cats.zip holds no pictures."),
        (files.packed({"../a.png": files.picture(SHADES[0])}), "../a.png"),
        (files.packed({"a.png": b"\x89PNG but not really"}), "a.png"),
        (files.npy(np.zeros((4, 40, 40, 3), np.uint8)), "The arena takes up to 3 × 32 × 32."),
        (files.npy(np.array([{}], object)), "cats.zip"),
    ],
)
def test_a_hostile_file_gets_one_sentence_and_the_next_one_is_taken(
    data: bytes, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_of, "QUICK", 0.0)
    app = send(page(**OWN), data)
    heard = said(app)
    assert PRESET in heard
    assert heard.count(sentence) == 2  # below the box, and on the page for narrow windows
    assert "sa_again" in keys(app)
    assert len(lines(app)) == 2
    assert PRESET not in said(send(app, PICTURES))


def test_a_digest_that_is_none_is_only_looked_up() -> None:
    heard = said(page(**OWN, sa_file="../../../etc/passwd"))
    assert "are not here any more" in heard
    assert "passwd" not in heard


def test_colour_and_size_are_those_that_were_chosen() -> None:
    digest = uploads.store().keep(uploads.File("cats.zip", PICTURES))
    for size, colour, shape in ((8, False, (1, 8, 8)), (16, True, (3, 16, 16))):
        spec = TargetSpec("data", data="upload", size=size, colour=colour, place=digest)
        assert targets.images(spec).shape == shape
    code = notebook.contest(wish(target=TargetSpec("data", data="upload", size=8, place=digest)))
    assert "path='your-file.zip'" in code
    assert digest not in code
    assert words.target(TargetSpec("data", data="upload")).startswith("uploaded images, denoiser")
