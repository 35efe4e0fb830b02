"""Files on their way to a service: read while they are sent, and read anew where they are sent
once more."""

import mimetypes
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import msgspec

from gristmill.client.asks import encoded
from gristmill.schemas.problems.errors import InvalidRequest, PathNotFound

Content: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO
"""A path, bytes, or a file that is open for reading bytes."""
Given: TypeAlias = str | os.PathLike[str] | BinaryIO | tuple[str, Content]
"""A file, or the name that it is to have and its content."""
_TEXTS = frozenset({"collection", "webhook"})


class Upload(NamedTuple):
    """A document and the name that becomes its uri. An open file is read from its beginning."""

    name: str
    content: Content


class UploadBody(msgspec.Struct, frozen=True, eq=False):
    """Documents and the fields of their job, as a form."""

    uploads: Sequence[Upload]
    fields: Mapping[str, object]

    @property
    def repeatable(self) -> bool:
        return all(_seekable(each.content) for each in self.uploads)

    def opened(self, until: ExitStack) -> dict[str, Any]:
        files = [
            ("file", (each.name, _opened(each, until), _media_type(each.name)))
            for each in self.uploads
        ]
        return {"data": {name: _said(name, value) for name, value in self.fields.items()}} | {
            "files": files
        }


def upload_of(given: Given) -> Upload:
    """Raises InvalidRequest for what is no file, PathNotFound."""
    name, content = given if isinstance(given, tuple) and len(given) == 2 else (None, given)
    if isinstance(content, str | os.PathLike):
        path = Path(content)
        if not path.is_file():
            what = "is a folder: name its files" if path.is_dir() else "is no file"
            raise PathNotFound(f"{path} {what}")
        return Upload(_name(name or path.as_posix()), path)
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


def _seekable(content: object) -> bool:
    seekable = getattr(content, "seekable", None)
    return seekable is None or bool(seekable())


def _opened(upload: Upload, until: ExitStack) -> Any:
    content = upload.content
    if isinstance(content, bytes):
        return content
    if isinstance(content, str | os.PathLike):
        return until.enter_context(open(content, "rb"))
    if _seekable(content):
        content.seek(0)
    return content


def _said(name: str, value: object) -> str:
    return str(value) if name in _TEXTS else encoded(value).decode()


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
