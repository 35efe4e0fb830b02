"""`gristmill key`: API keys, made and revoked on the data folder."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import click
import msgspec

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.output import note, print_json, print_pairs, print_table
from gristmill.schemas.access import ApiKey, Grant
from gristmill.schemas.jobs.request import Collection
from gristmill.schemas.problems.errors import InvalidRequest

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class Expiry(click.ParamType):  # type: ignore[type-arg]
    """A time span from now, such as 90d or 12h, or a day or time (UTC) as ISO 8601 writes it."""

    name = "expiry"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        now, text = datetime.now(UTC), str(value)
        try:
            if match := re.fullmatch(r"(\d{1,9})([dhm])", text):
                moment = now + timedelta(**{_UNITS[match[2]]: int(match[1])})
            else:
                moment = datetime.fromisoformat(text)
                moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is no time; write 90d, 12h or 2030-01-31", param, ctx)
        if moment <= now:
            self.fail(f"{text!r} has passed", param, ctx)
        return moment


@click.group("key")
def command() -> None:
    """Make, list and revoke the API keys of a data folder.

    As long as there is any, even a revoked one, the service asks everybody for a key. A change
    counts at once, in a running service as well. With --json, each prints JSON.

    \b
    Example:
      gristmill key add reader --scope read --expires 90d
    """


@command.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(get_args(Grant)),
    multiple=True,
    required=True,
    help="read: search, documents, export, jobs. ingest: submit, follow and cancel jobs, delete "
    "documents. metrics: /metrics alone. admin: everything. May be repeated.",
)
@click.option(
    "--collection",
    "-c",
    "collections",
    metavar="NAME",
    multiple=True,
    help="The key sees and touches nothing but this collection; may be repeated.  [default: all]",
)
@click.option(
    "--expires",
    type=Expiry(),
    metavar="WHEN",
    help="90d, 12h, or a day or time in UTC, such as 2030-01-31.  [default: never]",
)
@json_flag
@settings_flags("data")
def add(
    name: str,
    scopes: tuple[Grant, ...],
    collections: tuple[str, ...],
    expires: datetime | None,
    as_json: bool,
    config: str | None,
    **flags: Any,
) -> None:
    """Make a key and print it. It is shown this once: only its hash is kept.

    \b
    Example:
      gristmill key add crawler --scope ingest --collection web --expires 90d > crawler.key
    """
    from gristmill.storage.stores import Stores

    if not _NAME.fullmatch(name):
        raise InvalidRequest(f"{name!r} is no name: letters, digits, and . _ @ - within, up to 64")
    key = ApiKey(
        name,
        "",
        tuple(dict.fromkeys(scopes)),
        datetime.now(UTC),
        tuple(dict.fromkeys(map(_collection, collections))),
        expires,
    )
    token = Stores.open(load(flags, config).data).tokens.add(key)
    if as_json:
        print_json({**_shown(key), "key": token})
    else:
        click.echo(token)
        note("this key is not shown again; send it as `Authorization: Bearer KEY`")


@command.command("list")
@json_flag
@settings_flags("data")
def list_keys(as_json: bool, config: str | None, **flags: Any) -> None:
    """Show the keys, without what opens them."""
    from gristmill.cli.configured.data_folder import existing_folder
    from gristmill.storage.stores import Stores

    keys = [_shown(key) for key in Stores(existing_folder(load(flags, config))).tokens.all()]
    if as_json:
        print_json({"items": keys})
    else:
        columns = ("name", "state", "scopes", "collections", "expires")
        print_table(columns, [[_cell(key, column) for column in columns] for key in keys])


@command.command("revoke")
@click.argument("name")
@json_flag
@settings_flags("data")
def revoke(name: str, as_json: bool, config: str | None, **flags: Any) -> None:
    """End a key, at once and for ever."""
    from gristmill.cli.configured.data_folder import existing_folder
    from gristmill.storage.stores import Stores

    key = Stores(existing_folder(load(flags, config))).tokens.revoke(name)
    if as_json:
        print_json(_shown(key))
    else:
        print_pairs((("key", key.name), ("state", key.state(datetime.now(UTC)))))


def _collection(name: str) -> str:
    try:
        return msgspec.convert(name, Collection)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"{name!r} is no name of a collection: {error}") from None


def _shown(key: ApiKey) -> dict[str, Any]:
    return {
        "name": key.name,
        "state": key.state(datetime.now(UTC)),
        "scopes": key.grants,
        "collections": key.collections,
        "created": key.created_at,
        "expires": key.expires_at,
        "revoked": key.revoked_at,
    }


def _cell(key: dict[str, Any], column: str) -> str:
    value = key[column]
    if column == "collections" and not value:
        return "all"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}Z"
    return ", ".join(value) if isinstance(value, tuple) else value or ""
