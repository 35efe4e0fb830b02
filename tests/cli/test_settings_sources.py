"""Where settings come from, and who wins."""

from pathlib import Path

import msgspec
import pytest

from gristmill.cli.configured.settings import load
from gristmill.schemas.configuration.settings import INHERITED, Settings
from gristmill.schemas.problems.errors import SettingsError


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_stand_where_nobody_says_otherwise() -> None:
    assert load({}, environ={}) == Settings()


def test_each_source_wins_over_the_one_before_it() -> None:
    Path("gristmill.toml").write_text('port = 1\nhost = "file"\nworkers = 1\n')
    environ = {"GRISTMILL_PORT": "2", "GRISTMILL_WORKERS": "2"}
    settings = load({"port": "3", "workers": None}, environ=environ)
    assert (settings.host, settings.workers, settings.port) == ("file", 2, 3)


def test_a_flag_that_was_not_given_hides_nothing() -> None:
    environ = {"GRISTMILL_ALLOW_ROOTS": "/a,/b"}
    assert load({"allow_roots": ()}, environ=environ).allow_roots == ["/a", "/b"]


def test_config_names_another_file() -> None:
    Path("gristmill.toml").write_text("port = 1\n")
    Path("other.toml").write_text("port = 2\n")
    assert load({}, "other.toml", environ={}).port == 2


def test_a_child_process_sees_its_parents_settings_whatever_the_file_says() -> None:
    Path("gristmill.toml").write_text("nonsense = 1\n")
    handed = msgspec.json.encode(Settings(port=7, allow_roots=["/a,b"])).decode()
    settings = load({}, environ={INHERITED: handed, "GRISTMILL_PORT": "9"})
    assert (settings.port, settings.allow_roots) == (7, ["/a,b"])


def test_variables_that_are_no_settings_are_left_alone() -> None:
    assert load({}, environ={"GRISTMILL_SERVER": "http://x", "GRIST": "1"}) == Settings()


@pytest.mark.parametrize(
    ("file", "environ", "flags", "words"),
    [
        ("port = 'many'", {}, {}, ["'port'", "gristmill.toml", "whole number"]),
        ("prot = 1", {}, {}, ["'prot'", "gristmill.toml", "did you mean 'port'"]),
        ("[web]\nthreads = 1", {}, {}, ["'web'", "gristmill.toml"]),
        ("port = ", {}, {}, ["gristmill.toml", "not valid TOML"]),
        ("", {"GRISTMILL_PORT": "70000"}, {}, ["'port'", "GRISTMILL_PORT", "'70000'"]),
        ("", {"GRISTMILL_COLOUR": "1"}, {}, ["'colour'", "GRISTMILL_COLOUR"]),
        ("", {}, {"scheduler": "127.0.0.1:8786"}, ["be tcp://HOST:PORT or tls://HOST:PORT"]),
        ("", {}, {"timeout_s": "nan"}, ["'timeout_s'", "--timeout-s", "'nan'"]),
        ("", {}, {"allow_roots": ("",), "port": "x"}, ["'port'", "--port"]),
        ("", {INHERITED: "{"}, {}, [INHERITED]),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it_and_its_source(
    file: str, environ: dict[str, str], flags: dict[str, object], words: list[str]
) -> None:
    Path("gristmill.toml").write_text(file)
    with pytest.raises(SettingsError) as raised:
        load(flags, environ=environ)
    assert "\n" not in str(raised.value)
    for word in words:
        assert word in str(raised.value)


def test_a_settings_file_that_is_missing_or_no_text_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        load({}, "nowhere.toml", environ={})
    Path("bytes.toml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load({}, "bytes.toml", environ={})
