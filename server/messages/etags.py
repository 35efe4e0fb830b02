"""Entity tags: the digest of an answer's bytes."""

import hashlib

import falcon


def etag_of(body: bytes) -> str:
    """The strong entity tag of a body, quotes included."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def matches(req: falcon.Request, etag: str) -> bool:
    """Whether `If-None-Match` names `etag` (weakly, as RFC 9110 section 13.1.2 wants it)."""
    given = req.get_header("If-None-Match")
    if given is None:
        return False
    return any(
        part == "*" or part.removeprefix("W/") == etag
        for part in (piece.strip() for piece in given.split(","))
    )
