"""Every registered denoiser says what it is and what it costs."""

import pytest

from explorer import denoisers


@pytest.mark.parametrize("name", denoisers.names())
def test_every_denoiser_is_described(name: str) -> None:
    about = denoisers.describe(name)
    assert about.title
    assert about.source
    assert about.cost.startswith("O(")


def test_titles_tell_denoisers_apart() -> None:
    titles = [denoisers.describe(name).title for name in denoisers.names()]
    assert len(set(titles)) == len(titles)
