"""Layers of settings: later ones win, everything is checked once, errors name their source."""

from typing import get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gristmill.schemas.configuration.knobs import knobs
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.configuration.settings_layers import Layer, merge
from gristmill.schemas.problems.errors import SettingsError

NAMES = list(knobs(Settings))
GOOD: dict[str, st.SearchStrategy[object]] = {
    name: st.integers(1, 60).map(lambda n: max(n, 2))
    for name in NAMES
    if isinstance(knobs(Settings)[name].default, int | float)
} | {
    "engine": st.sampled_from(["local", "inline"]),
    "data": st.text(min_size=1, max_size=9),
    "host": st.text(min_size=1, max_size=9),
    "allow_roots": st.lists(st.text(max_size=9), max_size=3),
    "worker_nice": st.integers(0, 19),
    "mirror_brake_share": st.floats(0.0, 1.0),
}
raw_values = st.fixed_dictionaries({}, optional=GOOD)
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(max_examples=40)
@given(st.lists(raw_values, max_size=4))
def test_the_last_layer_that_has_a_setting_decides_it(layers: list[dict[str, object]]) -> None:
    settings = merge(Layer(f"layer {n}", values) for n, values in enumerate(layers))
    expected = {name: value for values in layers for name, value in values.items()}
    for name, value in expected.items():
        assert getattr(settings, name) == value
    defaults = Settings()
    for name in set(NAMES) - set(expected):
        assert getattr(settings, name) == getattr(defaults, name)


@settings(max_examples=40)
@given(raw_values)
def test_text_means_the_same_as_the_value_it_spells(values: dict[str, object]) -> None:
    spelled = {
        name: msgspec.json.encode(value).decode() if isinstance(value, list) else str(value)
        for name, value in values.items()
    }
    assert merge([Layer("text", spelled)]) == merge([Layer("values", values)])


@given(st.sampled_from(NAMES), anything)
def test_any_value_is_taken_within_its_bounds_or_named_with_its_source(
    name: str, value: object
) -> None:
    try:
        settings = merge([Layer("here", {name: value}, lambda name: f"<{name}>")])
    except SettingsError as error:
        assert f"setting {name!r} from <{name}> must be {knobs(Settings)[name].takes}" in str(error)
        assert "\n" not in str(error)
    else:
        again = msgspec.json.decode(msgspec.json.encode(settings), type=Settings)
        assert again == settings


@settings(max_examples=40)
@given(raw_values)
def test_settings_survive_being_handed_to_a_child_process(values: dict[str, object]) -> None:
    settings = merge([Layer("here", values)])
    handed = msgspec.json.decode(msgspec.json.encode(settings))
    assert merge([Layer("parent", handed)]) == settings


@given(st.text(max_size=20).filter(lambda name: name not in NAMES))
def test_an_unknown_setting_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises(SettingsError) as raised:
        merge([Layer("gristmill.toml", {name: 1})])
    assert f"unknown setting {name!r} from gristmill.toml" in str(raised.value)


def test_a_misspelled_setting_gets_a_hint() -> None:
    with pytest.raises(SettingsError, match="did you mean 'port'"):
        merge([Layer("gristmill.toml", {"prot": 1})])


def test_a_wrong_value_that_a_later_layer_replaces_does_no_harm() -> None:
    settings = merge([Layer("file", {"port": "many"}), Layer("flags", {"port": "1"})])
    assert settings.port == 1


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("", []),
        ("/a", ["/a"]),
        ("/a, /b,", ["/a", "/b"]),
        ('["/a,b", "/c"]', ["/a,b", "/c"]),
    ],
)
def test_a_list_in_text_is_separated_by_commas_or_json(text: str, roots: list[str]) -> None:
    assert merge([Layer("text", {"allow_roots": text})]).allow_roots == roots


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "0", "1e9", "soon", ""])
def test_seconds_are_a_number_in_range(text: str) -> None:
    with pytest.raises(SettingsError, match="a number above 0"):
        merge([Layer("text", {"timeout_s": text})])


def test_flags_are_words_with_dashes_and_a_repeatable_one_names_one_item() -> None:
    flags = {name: knob.flag for name, knob in knobs(Settings).items()}
    assert flags["web_processes"] == "--web-processes"
    assert flags["allow_roots"] == "--allow-root"
    assert len(set(flags.values())) == len(flags)


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, knob in knobs(Settings).items() if not knob.description] == []


def test_a_setting_that_is_not_any_text_says_what_it_takes_instead() -> None:
    """Else its refusal would say `must be a text, not 'foo'`."""
    for name, kind in get_type_hints(Settings, include_extras=True).items():
        metas = [
            each for each in getattr(kind, "__metadata__", ()) if isinstance(each, msgspec.Meta)
        ]
        assert all(each.title for each in metas if each.pattern is not None), name
    with pytest.raises(SettingsError, match="must be a path such as /gristmill"):
        merge([Layer("--root-path", {"root_path": "gristmill/"})])
