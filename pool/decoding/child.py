"""The process that decodes one JSON: `python -m gristmill.pool.decoding.child`. It is asked on
stdin, and says what came of it on stdout."""

import os
import sys
from contextlib import suppress

import msgspec

from gristmill.pool.decoding.requests import decode_line, decode_task
from gristmill.pool.decoding.wire import Asked, Said, said_of
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import InvalidRequest, TooManySources

_MEMORY_BYTES = 2 << 30
_NICE = 5
"""Others are served meanwhile."""


def main() -> int:
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if hasattr(os, "nice"):
        os.nice(_NICE)
    asked = msgspec.json.decode(sys.stdin.buffer.readline(), type=Asked)
    said, texts = _decoded(asked, sys.stdin.buffer.read())
    out = sys.stdout.buffer
    out.write(msgspec.json.encode(said) + b"\n")
    for text in texts:
        out.write(text)
    out.flush()
    return 0


def _decoded(asked: Asked, data: bytes) -> tuple[Said, list[bytes]]:
    settings = Settings(
        max_json_depth=asked.max_json_depth,
        max_metadata_bytes=asked.max_metadata_bytes,
        max_sources=asked.max_sources,
    )
    try:
        return said_of((decode_line if asked.is_line else decode_task)(data, settings))
    except (InvalidRequest, TooManySources) as error:
        return Said(code=error.code, message=error.message), []


if __name__ == "__main__":
    sys.exit(main())
