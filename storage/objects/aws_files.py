"""What the files of AWS say of keys and places, for who has them there and not in the environment.

Their format: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
"""

from collections.abc import Mapping
from pathlib import Path

_SECRETS = {
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
}
_PLACES = {"region": "region", "endpoint_url": "endpoint"}
_OWN = (
    *("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
)
"""Any of them says who we are."""
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")


def files(env: Mapping[str, str]) -> tuple[Path, Path]:
    """Where credentials and configuration lie; they may not exist."""
    secrets = env.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    config = env.get("AWS_CONFIG_FILE") or "~/.aws/config"
    return Path(secrets).expanduser(), Path(config).expanduser()


def from_files(env: Mapping[str, str]) -> dict[str, str]:
    """Of keys, region and endpoint, what the environment leaves open and the files of its profile
    say, under the names of obstore's `S3Config`. A file that cannot be read says nothing."""
    profile = env.get("AWS_PROFILE") or "default"
    secrets, config = files(env)
    of_config = profile if profile == "default" else f"profile {profile}"
    said = {**_section(config, of_config), **_section(secrets, profile)}
    wanted = {} if any(env.get(name) for name in _OWN) else dict(_SECRETS)
    if not any(env.get(name) for name in _REGIONS):
        wanted["region"] = _PLACES["region"]
    if not any(env.get(name) for name in _ENDPOINTS):
        wanted["endpoint_url"] = _PLACES["endpoint_url"]
    return {ours: said[theirs] for theirs, ours in wanted.items() if said.get(theirs)}


def endpoint_of(env: Mapping[str, str]) -> str | None:
    """The endpoint that the environment names."""
    return next((env[name] for name in _ENDPOINTS if env.get(name)), None)


def _section(path: Path, name: str) -> dict[str, str]:
    # Not for all who may have a spool of objects.
    import configparser

    # Without interpolation: a secret may have a `%`.
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error):
        return {}
    return dict(parser[name]) if parser.has_section(name) else {}
