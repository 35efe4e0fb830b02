"""Files on their way to a service: read while they are sent, and read anew where they are sent
once more."""

import mimetypes
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import msgspec

from gristmill.client.asks import encoded
from gristmill.schemas.jobs.given_uploads import Upload
from gristmill.schemas.problems.errors import PathNotFound

_TEXTS = frozenset({"collection", "webhook"})


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


def _seekable(content: object) -> bool:
    seekable = getattr(content, "seekable", None)
    return seekable is None or bool(seekable())


def _opened(upload: Upload, until: ExitStack) -> Any:
    content = upload.content
    if isinstance(content, bytes):
        return content
    if isinstance(content, str | os.PathLike):
        try:
            return until.enter_context(open(content, "rb"))
        except OSError as error:
            raise PathNotFound(f"{upload.name} cannot be read: {error.strerror}") from None
    if _seekable(content):
        content.seek(0)
    return content


def _said(name: str, value: object) -> str:
    return str(value) if name in _TEXTS else encoded(value).decode()


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
