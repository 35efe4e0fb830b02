"""`gristmill ingest -`: one document from standard input."""

import atexit
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gristmill.schemas.problems.errors import InvalidRequest

if TYPE_CHECKING:
    from gristmill.cli.ingesting.uploading import Upload

MOST_BYTES = 64 << 20


class Piped(NamedTuple):
    """What came, and what it is called: by its suffix it is read."""

    name: str
    data: bytes

    def upload(self) -> "Upload":
        """As a file that is sent."""
        from gristmill.cli.ingesting.uploading import Upload

        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(self.data)
        path = Path(file.name)
        atexit.register(path.unlink, missing_ok=True)
        return Upload(path, self.name, len(self.data))


def piped(name: str | None) -> Piped:
    """All of standard input. Raises InvalidRequest where it has no name, is empty or too long."""
    if not name:
        raise InvalidRequest(
            "say what standard input is called, such as --name report.md: by its suffix it is read"
        )
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if not data:
        raise InvalidRequest("standard input is empty; nothing is ingested")
    if len(data) > MOST_BYTES:
        raise InvalidRequest("standard input is over 64 MiB; save it to a file and ingest that")
    return Piped(name, data)
