"""Keys and places from the files of AWS, where the environment leaves them open."""

from pathlib import Path

import pytest

from gristmill.storage.objects.aws_files import from_files


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    secrets, config = tmp_path / "credentials", tmp_path / "config"
    secrets.write_text(
        "[default]\naws_access_key_id = A\naws_secret_access_key = %s%x\n"
        "[mill]\naws_access_key_id = M\naws_secret_access_key = N\naws_session_token = T\n"
    )
    config.write_text("[default]\nregion = here\n[profile mill]\nendpoint_url = https://mill\n")
    return {"AWS_SHARED_CREDENTIALS_FILE": str(secrets), "AWS_CONFIG_FILE": str(config)}


def test_the_default_profile_is_read_unless_another_one_is_named(env: dict[str, str]) -> None:
    default = {"access_key_id": "A", "secret_access_key": "%s%x", "region": "here"}
    assert from_files(env) == default
    mill = {"access_key_id": "M", "secret_access_key": "N", "session_token": "T"}
    assert from_files({**env, "AWS_PROFILE": "mill"}) == {**mill, "endpoint": "https://mill"}
    assert from_files({**env, "AWS_PROFILE": "none"}) == {}


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"])
def test_what_the_environment_says_of_keys_goes_before_the_files(
    env: dict[str, str], name: str
) -> None:
    assert from_files({**env, name: "X"}) == {"region": "here"}
    assert from_files({**env, name: "X", "AWS_DEFAULT_REGION": "there"}) == {}


def test_files_that_are_missing_or_no_such_files_say_nothing(env: dict[str, str]) -> None:
    Path(env["AWS_SHARED_CREDENTIALS_FILE"]).write_bytes(b"\xff no [section")
    Path(env["AWS_CONFIG_FILE"]).unlink()
    assert from_files(env) == {}
