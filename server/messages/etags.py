"""Entity tags: the digest of an answer's bytes."""

import hashlib


def etag_of(body: bytes) -> str:
    """The strong entity tag of a body, quotes included."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def matches(given: str, etag: str) -> bool:
    """Whether `If-None-Match` names `etag` (weakly, as RFC 9110 section 13.1.2 wants it)."""
    return any(
        part == "*" or part.removeprefix("W/") == etag
        for part in (piece.strip() for piece in given.split(","))
    )


class Tags:
    """The kind of the header's value, for `matches`."""

    takes = "entity tags"
    schema = str
    default = None

    def read(self, name: str, given: str | None) -> str | None:
        return given
