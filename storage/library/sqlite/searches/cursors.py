"""Where the next page of a search begins: a place in the order of its hits.

A cursor says its mode, and is bound to the query and to the documents that may be found, by a
digest of both: with another search it is refused. Hits that come or go between two pages may move
others.
"""

import base64
import binascii
import hashlib
import struct
from typing import NamedTuple, Self

from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.schemas.vector_search import SearchMode
from gristmill.storage.library.sqlite.database.within import Condition

_PLACE = struct.Struct(">BBH8s")
_VERSION = 1
_MODES = (SearchMode.LEXICAL, SearchMode.VECTOR, SearchMode.HYBRID)


class Place(NamedTuple):
    """`start`: hits before it. `lengthened`: whether they are of the query with longer words."""

    start: int = 0
    lengthened: bool = False
    mode: SearchMode = SearchMode.LEXICAL

    @classmethod
    def of(
        cls,
        cursor: str | None,
        query: str,
        where: Condition | None,
        mode: SearchMode = SearchMode.LEXICAL,
    ) -> Self:
        """The place that a cursor says; without one, the beginning. Raises InvalidCursor."""
        if cursor is None:
            return cls(mode=mode)
        place = cls.said_by(cursor)
        if place.mode is not mode or place.cursor(query, where) != cursor:
            raise InvalidCursor(
                "this cursor is of another search: `q`, `collection`, `filter` and `mode` must be "
                "those of the page that gave it"
            )
        return place

    @classmethod
    def said_by(cls, cursor: str) -> Self:
        """The place that a cursor says, of whatever search it is. Raises InvalidCursor."""
        try:
            packed = base64.b64decode(cursor, altchars=b"-_", validate=True)
            version, kind, start, _ = _PLACE.unpack(packed)
        except (binascii.Error, ValueError, struct.error):
            raise _no_cursor(cursor) from None
        if version != _VERSION or kind >> 1 >= len(_MODES):
            raise _no_cursor(cursor)
        return cls(start, bool(kind & 1), _MODES[kind >> 1])

    def cursor(self, query: str, where: Condition | None) -> str:
        """The cursor that says this place of a search."""
        kind = self.lengthened | _MODES.index(self.mode) << 1
        searched = repr((query, where)).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(searched, digest_size=8).digest()
        packed = _PLACE.pack(_VERSION, kind, self.start, digest)
        return base64.urlsafe_b64encode(packed).decode()


def _no_cursor(given: str) -> InvalidCursor:
    return InvalidCursor(
        f"cursor={given!r} is no cursor of a search; take it from `next` of the page before"
    )
