"""What of PATH arguments is meant: which files, and what is said of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from gristmill.cli.ingesting.finding import expect_files
from gristmill.schemas.problems.errors import InvalidRequest, PathEmpty, PathForbidden
from gristmill.schemas.urls import is_url
from gristmill.storage.mirrors.files import Unread
from gristmill.storage.mirrors.walking import Walker
from gristmill.storage.walking.ignoring import Filter


def chosen_files(paths: Sequence[str], wanted: Filter) -> list[str]:
    """The files that are named, and those below folders that are wanted; ignore files count. Raises
    what `expect_files` does, PathEmpty where nothing is left."""
    expect_files(paths)
    found: dict[str, None] = {}
    for given in paths:
        if is_url(given) or Path(given).is_file():
            found[given] = None
            continue
        top = Path(given).resolve()
        for file in Walker(str(top), wanted).files():
            if isinstance(file, Unread):
                raise PathForbidden(f"{top / file.path} cannot be read: {file.reason}")
            found[str(top / file.path)] = None
    if not found:
        raise PathEmpty(
            "nothing is left to ingest: --include, --exclude and ignore files leave all files out"
        )
    return list(found)


def metadata_of(given: Sequence[str]) -> dict[str, Any]:
    """What `--metadata KEY=VALUE` says. A value that is a number, true, false, a list or an object
    as JSON has them is that; any other is a text. Raises InvalidRequest."""
    said: dict[str, Any] = {}
    for each in given:
        name, mark, text = each.partition("=")
        if not mark or not name:
            raise InvalidRequest(f"--metadata takes KEY=VALUE, such as team=mills, not {each!r}")
        try:
            said[name] = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError):
            said[name] = text
    return said
