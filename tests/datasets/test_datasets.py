"""The room as a whole: names, options, descriptions, splits, and what it imports."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from explorer import datasets
from explorer.core.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    *("cifar10", "digits", "fashion-mnist", "folder"),
    *("mnist", "natural-patches", "points", "textures"),
)


def test_names_are_permanent():
    assert set(NAMES) <= set(datasets.names())


@pytest.mark.parametrize("name", datasets.names())
def test_every_set_says_what_it_is(name):
    about = datasets.describe(name)
    assert about.name == name
    assert about.title
    assert about.source
    assert about.licence
    assert len(about.text.splitlines()) > 3
    assert about.is_points == (name == "points")
    assert about.takes_path == (name in {"mnist", "fashion-mnist", "cifar10", "folder"})
    assert about.has_held_out == (name not in {"digits", "folder"})


def test_unknown_names_and_options():
    with pytest.raises(InputError, match="Did you mean fashion-mnist"):
        datasets.load("fashion_mnist")
    with pytest.raises(InputError, match=r"textures has no option 'sise'\. It has size, kind"):
        datasets.load("textures", sise=8)
    with pytest.raises(InputError, match=r"digits has no option 'seed'\. It has no options"):
        datasets.load("digits", seed=0)
    with pytest.raises(InputError, match="reads no file"):
        datasets.load("digits", path="/")
    with pytest.raises(InputError, match=r"no test split. Set images aside with datasets.split"):
        datasets.held_out("digits")


def test_split_takes_every_image_once():
    data = datasets.load("digits")
    rest, held = datasets.split(data, 300, seed=3)
    assert (rest.n, held.n) == (1497, 300)
    both = np.concatenate([rest.images, held.images]).reshape(1797, -1)
    assert sorted(map(bytes, both)) == sorted(map(bytes, data.images.reshape(1797, -1)))
    assert rest.labels is not None
    assert data.labels is not None
    assert np.bincount(rest.labels).sum() == 1497
    again = datasets.split(data, 300, seed=3)[1]
    assert again.digest() == held.digest() != datasets.split(data, 300, seed=4)[1].digest()
    for n in (0, 1797, 1.5):
        with pytest.raises(InputError):
            datasets.split(data, n)


def test_a_set_of_one_cannot_be_split():
    with pytest.raises(InputError, match="one image"):
        datasets.split(datasets.load("digits", 1), 1)


def test_importing_and_asking_load_nothing_heavy():
    script = (
        "import sys\n"
        "from explorer import datasets\n"
        "from explorer.core import registry, rng, types\n"
        "for name in datasets.names(): datasets.describe(name)\n"
        "datasets.load('points'); datasets.load('textures')\n"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "explorer" in loaded
    heavy = {"torch", "scipy", "sklearn", "PIL", "pandas", "numba", "streamlit", "pickle5"}
    assert not set(loaded) & heavy
