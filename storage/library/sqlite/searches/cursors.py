"""Where the next page of a search begins: a place in the order of its hits.

A cursor is bound to the query and to the documents that may be found, by a digest of both: with
another search it is refused. Hits that come or go between two pages may move others.
"""

import base64
import binascii
import hashlib
import struct
from typing import NamedTuple, Self

from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.storage.library.sqlite.database.within import Condition

_PLACE = struct.Struct(">B?H8s")
_VERSION = 1


class Place(NamedTuple):
    """`start`: hits before it. `lengthened`: whether they are of the query with longer words."""

    start: int = 0
    lengthened: bool = False

    @classmethod
    def of(cls, cursor: str | None, query: str, where: Condition | None) -> Self:
        """The place that a cursor says; without one, the beginning. Raises InvalidCursor."""
        if cursor is None:
            return cls()
        try:
            packed = base64.b64decode(cursor, altchars=b"-_", validate=True)
            version, lengthened, start, _ = _PLACE.unpack(packed)
        except (binascii.Error, ValueError, struct.error):
            raise _no_cursor(cursor) from None
        if version != _VERSION:
            raise _no_cursor(cursor)
        place = cls(start, lengthened)
        if place.cursor(query, where) != cursor:
            raise InvalidCursor(
                "this cursor is of another search: `q`, `collection` and `filter` must be those of "
                "the page that gave it"
            )
        return place

    def cursor(self, query: str, where: Condition | None) -> str:
        """The cursor that says this place of a search."""
        searched = repr((query, where)).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(searched, digest_size=8).digest()
        packed = _PLACE.pack(_VERSION, self.lengthened, self.start, digest)
        return base64.urlsafe_b64encode(packed).decode()


def _no_cursor(given: str) -> InvalidCursor:
    return InvalidCursor(
        f"cursor={given!r} is no cursor of a search; take it from `next` of the page before"
    )
