"""The widgets: links in, values out, bad values reported, presets, lessons, and links out."""

from __future__ import annotations

import ast
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui import sample_page

SCRIPT = "from tests.ui import sample_page\nsample_page.draw()\n"
DEFAULTS = ["-x", 3, 0.5, 1, "tv", False, 0]


def run(**parameters: str) -> AppTest:
    """Open the sample page with these query parameters."""
    app = AppTest.from_string(SCRIPT, default_timeout=20)
    for name, value in parameters.items():
        app.query_params[name] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def values(app: AppTest) -> list[object]:
    """The values that the page received, in the order of its fields."""
    return ast.literal_eval(next(m.value for m in app.markdown if m.value.startswith("[")))


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in app.text)


def link(app: AppTest) -> dict[str, str]:
    """The parameters of the link that the page offers."""
    address = next(t.value for t in app.text if "v=1" in t.value)
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def test_defaults() -> None:
    assert values(run()) == DEFAULTS


def test_a_link_sets_every_field() -> None:
    app = run(
        zz_b="-x+x**2", zz_n="7", zz_w="0.1", zz_d="3072", zz_m="kl", zz_s="true", zz_seed="12"
    )
    assert values(app) == ["-x+x**2", 7, 0.1, 3072, "kl", True, 12]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("zz_n", "99"),
        ("zz_n", "2.5"),
        ("zz_n", "nan"),
        ("zz_w", "-1"),
        ("zz_w", "inf"),
        ("zz_d", "0"),
        ("zz_d", "1e9"),
        ("zz_m", "<script>alert(1)</script>"),
        ("zz_s", "maybe"),
        ("zz_seed", "9" * 400),
        ("zz_seed", "inf"),  # Streamlit's own reading of it ends in an OverflowError
    ],
)
def test_a_bad_value_of_a_link_is_reported_and_not_used(name: str, raw: str) -> None:
    app = run(**{name: raw})
    assert values(app) == DEFAULTS
    assert "The link's value was not used." in texts(app)


def test_the_report_goes_when_the_field_is_set() -> None:
    app = run(zz_n="99")
    app = checked(app.run())
    assert "99" in texts(app)  # it stays while nothing has changed
    checked(app.slider(key="zz_n").set_value(4).run())
    assert "99" not in texts(app)


def test_a_long_text_of_a_link_is_not_cut_into_another_one() -> None:
    app = run(zz_b="-x" + "+0" * 200)
    assert len(str(values(app)[0])) > sample_page.DRIFT.longest  # long enough to be refused


def test_an_error_stands_beside_its_field_as_plain_text() -> None:
    app = run(zz_b="foo [x](http://example.org) **b**")
    assert "is not known. " not in texts(app)  # problem and remedy on lines of their own
    assert "[x](http://example.org)" in texts(app)
    assert not any("example.org" in m.value for m in app.markdown if not m.value.startswith("["))


def test_presets_set_the_fields_and_reset_sets_them_back() -> None:
    app = run()
    checked(app.button(key="zz_preset").click().run())
    assert values(app) == ["-x**3", 5, 1.25, 3072, "kl", True, 7]
    checked(app.button(key="zz_reset").click().run())
    assert values(app) == DEFAULTS


# --- links ------------------------------------------------------------------------------------


def test_the_link_holds_every_field_and_the_schema() -> None:
    assert link(run()) == {
        "v": "1", "zz_b": "-x", "zz_n": "3", "zz_w": "0.5", "zz_d": "1", "zz_m": "tv",
        "zz_s": "false", "zz_seed": "0",
    }  # fmt: skip


def test_a_link_means_the_same_after_all_defaults_have_changed() -> None:
    app = run()
    before = values(app)
    changed = SCRIPT.replace(
        "sample_page.draw()",
        "from dataclasses import replace\n"
        "new = dict(DRIFT='x', STEPS=9, WIDTH=1.0, DIMENSION=100, METRIC='kl', LOCK=True, SEED=5)\n"
        "for name, value in new.items():\n"
        "    field = replace(getattr(sample_page, name), default=value)\n"
        "    setattr(sample_page, name, field)\n"
        "sample_page.draw()",
    )
    originals = {name: value for name, value in vars(sample_page).items() if name.isupper()}
    try:
        later = AppTest.from_string(changed, default_timeout=20)
        fresh = checked(AppTest.from_string(changed, default_timeout=20).run())
        assert values(fresh) != before  # the control: the defaults did change
        for name, value in link(app).items():
            later.query_params[name] = value
        assert values(checked(later.run())) == before
    finally:
        vars(sample_page).update(originals)


def test_a_link_of_another_version_says_so() -> None:
    assert not run(v="1").warning
    assert "another version" in run(v="2").warning[0].value


# --- teacher mode -----------------------------------------------------------------------------


def test_hidden_fields_keep_the_value_of_the_link() -> None:
    app = run(hide="b,n", zz_b="-x**3", zz_n="7", zz_d="10")
    assert values(app) == ["-x**3", 7, 0.5, 10, "tv", False, 0]
    assert not app.text_input
    assert not app.slider


@pytest.mark.parametrize("hide", ["iteration", "zz_n", " n , n ", "n,nonsense"])
def test_fields_are_hidden_by_name_key_or_group(hide: str) -> None:
    app = run(hide=hide)
    assert not app.slider
    assert app.text_input


@pytest.mark.parametrize("hide", ["", ",", "nonsense", "n" * 100_000, "<b>", "..", "\x00", "é" * 9])
def test_unknown_names_are_ignored(hide: str) -> None:
    app = run(hide=hide)
    assert values(app) == DEFAULTS
    assert app.slider
    assert app.text_input


def test_a_bad_hidden_value_falls_back_to_the_default() -> None:
    assert values(run(hide="n", zz_n="99")) == DEFAULTS


def test_presets_reach_hidden_fields() -> None:
    app = run(hide="b,m", zz_b="x", zz_m="tv")
    checked(app.button(key="zz_preset").click().run())
    assert values(app) == ["-x**3", 5, 1.25, 3072, "kl", True, 7]
    assert link(app)["zz_b"] == "-x**3"


def test_panels_can_be_hidden() -> None:
    assert "A picture" in [h.value for h in run().header]
    assert "A picture" not in [h.value for h in run(hide="picture").header]
