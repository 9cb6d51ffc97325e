"""Damaged files of every format: a valid set or one InputError, and nothing else.

Cut anywhere, bits turned anywhere, pieces moved: what comes out is an ImageSet within the limits,
or a sentence. Warnings count as failures, as everywhere.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import datasets
from explorer.core.errors import InputError
from explorer.core.sets import ImageSet
from explorer.datasets import idx, pickled
from explorer.datasets.source import UPLOAD, from_bytes
from tests.datasets.files import (
    GREY,
    LABELS,
    SMALL,
    batch,
    npy,
    npz,
    packed,
    picture,
    zipped,
)
from tests.datasets.files import (
    idx as idx_of,
)

TILE = SMALL[0, :12, :12]
STILLS = {"PNG": {}, "JPEG": {}, "WEBP": {}, "BMP": {}, "GIF": {}, "TIFF": {}, "PPM": {}}
UPLOADS = {
    "idx": idx_of(GREY),
    "idx gz": zipped(idx_of(GREY)),
    "npy": npy(GREY),
    "npz": npz(x_train=SMALL[:2, :6, :6], y_train=LABELS[:2]),
    "zip": packed({"a.png": picture(TILE), "b/c.jpg": picture(TILE, "JPEG")}),
    "plain zip": packed({"a.bmp": picture(TILE, "BMP"), "b.png": picture(TILE)}, method=0),
}


@st.composite
def damaged(draw, whole: bytes) -> bytes:
    """The file, cut, with bits turned, or with bytes set to telling values."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        how = draw(st.sampled_from(["cut", "bit", "byte", "drop", "double", "zero"]))
        if not data:
            break
        if how == "cut":
            del data[at:]
        elif how == "bit":
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif how == "byte":
            data[at] = draw(st.sampled_from([0x00, 0x7F, 0x80, 0xFF, 0x28, 0x52]))
        elif how == "drop":
            del data[at : at + draw(st.integers(1, 9))]
        elif how == "double":
            data[at:at] = data[at : at + draw(st.integers(1, 40))]
        else:
            data[at : at + 4] = bytes(4)
    return bytes(data)


def check(load) -> None:
    """An ImageSet that can be read through, or one sentence with a remedy."""
    found = outcome(load)
    if isinstance(found, InputError):
        assert found.remedy
        assert "\n" not in str(found)
    else:
        assert isinstance(found, ImageSet)
        assert found.images.dtype == np.uint8
        assert found.images.size <= UPLOAD.unpacked
        assert len(found.digest()) == 64


def outcome(load):
    try:
        return load()
    except InputError as error:
        return error


@pytest.mark.parametrize("kind", UPLOADS)
@given(data=st.data())
@settings(max_examples=150)
def test_damaged_uploads(kind, data):
    broken = data.draw(damaged(UPLOADS[kind]))
    check(lambda: datasets.from_upload(broken, "own.zip", size=8))


@pytest.mark.parametrize("form", STILLS)
@given(data=st.data())
@settings(max_examples=60)
def test_damaged_pictures(form, data):
    broken = data.draw(damaged(picture(TILE, form)))
    check(lambda: datasets.from_upload(packed({"a.png": broken}), "own.zip", size=8))


@pytest.mark.parametrize("protocol", [2, 4, 5])
@given(data=st.data())
@settings(max_examples=150)
def test_damaged_pickles(protocol, data):
    whole = batch(SMALL[:1], protocol)
    head, tail = whole[:150], whole[-200:]  # the instructions, not the middle of 3,072 pixels
    broken = data.draw(damaged(head)) + whole[150:-200] + data.draw(damaged(tail))
    check(lambda: ImageSet(*_named(pickled.batch(from_bytes(broken, "data_batch_1")))))


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_any_bytes(data):
    for start in (b"", b"PK\3\4", b"\x93NUMPY\1\0", b"\0\0\x08\3", b"\x1f\x8b\x08\0"):
        check(lambda start=start: datasets.from_upload(start + data, "own.zip"))
    check(lambda: ImageSet(*_named(pickled.batch(from_bytes(b"\x80\x02" + data, "test_batch")))))


@given(st.data())
@settings(max_examples=150)
def test_damaged_labels(data):
    broken = data.draw(damaged(idx_of(LABELS)))
    labels = outcome(lambda: idx.labels(from_bytes(broken, "labels"), UPLOAD))
    if not isinstance(labels, InputError):
        assert labels.dtype == np.uint8
        assert labels.ndim == 1


def test_the_whole_files_are_read():
    """Control: what is damaged above is good before."""
    for data in UPLOADS.values():
        assert datasets.from_upload(data, "own.zip", size=8).n >= 2
    for form in STILLS:
        datasets.from_upload(packed({"a.png": picture(TILE, form)}), "own.zip", size=8)


def _named(batch_of):
    images, labels = batch_of
    return images, "batch", labels
