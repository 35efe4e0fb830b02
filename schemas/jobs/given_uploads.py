"""Uploads as programs give them: named, and nothing of them read yet."""

import os
from typing import BinaryIO, NamedTuple, TypeAlias

from gristmill.schemas.problems.errors import InvalidRequest

Content: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO
"""A path, bytes, or a file that is open for reading bytes."""
Given: TypeAlias = str | os.PathLike[str] | BinaryIO | tuple[str, Content]
"""A file, or the name that it is to have and its content."""


class Upload(NamedTuple):
    """A document and the name that becomes its uri. An open file is read from its beginning."""

    name: str
    content: Content


def upload_of(given: Given) -> Upload:
    """Raises InvalidRequest for what is no file, or has no name."""
    name, content = given if isinstance(given, tuple) and len(given) == 2 else (None, given)
    if isinstance(content, str | os.PathLike):
        return Upload(_name(name or os.fspath(content)), content)
    if isinstance(content, bytes):
        if name is None:
            raise InvalidRequest("bytes need a name: upload((NAME, BYTES))")
        return Upload(_name(name), content)
    if not hasattr(content, "read"):
        raise InvalidRequest(
            f"an upload is a path, an open file, or (NAME, BYTES), not {type(content).__name__}"
        )
    named = name or getattr(content, "name", None)
    if not isinstance(named, str):
        raise InvalidRequest("this open file has no name: upload((NAME, FILE))")
    return Upload(_name(named), content)


def _name(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise InvalidRequest(f"the name of an upload is a text, not {name!r}")
    return name.encode("utf-8", "backslashreplace").decode()
