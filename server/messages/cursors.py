"""Cursors of paged lists: opaque to users, and only good for the kind of list that gave them."""

import base64
import binascii
from enum import StrEnum

from gristmill.schemas.ids import is_job_id
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.schemas.webhooks import is_webhook_id


class ListKind(StrEnum):
    """The lists that are paged. The value is part of each of their cursors."""

    JOBS = "j"
    LEDGER = "l"
    DOCUMENTS = "d"
    CHUNKS = "c"
    COLLECTIONS = "n"
    BULKS = "b"
    DELIVERIES = "w"
    MIRRORS = "m"
    TRASH = "t"


def cursor(kind: ListKind, key: str | int) -> str:
    """The cursor after the item with `key`."""
    return base64.urlsafe_b64encode(f"{kind}{key}".encode()).decode().rstrip("=")


def key_after(kind: ListKind, given: str | None) -> str | None:
    """The key in a cursor; None without a cursor. Raises InvalidCursor."""
    if given is None:
        return None
    try:
        plain = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        decoded = plain.decode()
    except (binascii.Error, ValueError):
        raise _invalid(given) from None
    if not decoded.startswith(kind) or cursor(kind, decoded[1:]) != given:
        raise _invalid(given)
    return decoded[1:]


def job_after(given: str | None) -> str | None:
    """The job id in a cursor of the list of jobs."""
    return _id_after(ListKind.JOBS, given)


def bulk_after(given: str | None) -> str | None:
    """The id in a cursor of the list of bulk actions."""
    return _id_after(ListKind.BULKS, given)


def delivery_after(given: str | None) -> str | None:
    """The `webhook-id` in a cursor of the list of deliveries."""
    key = key_after(ListKind.DELIVERIES, given)
    if key is not None and not is_webhook_id(key):
        raise _invalid(given)
    return key


def ledger_after(given: str | None) -> int | None:
    """The ordinal in a cursor of a job's ledger."""
    return ordinal_after(ListKind.LEDGER, given)


def document_after(given: str | None) -> str | None:
    """The key in a cursor of the list of documents."""
    return key_after(ListKind.DOCUMENTS, given)


def collection_after(given: str | None) -> str | None:
    """The name in a cursor of the list of collections."""
    return key_after(ListKind.COLLECTIONS, given)


def mirror_after(given: str | None) -> str | None:
    """The name in a cursor of the list of mirrors."""
    return key_after(ListKind.MIRRORS, given)


def chunk_after(given: str | None) -> int | None:
    """The ordinal in a cursor of a document's chunks."""
    return ordinal_after(ListKind.CHUNKS, given)


def trash_after(given: str | None) -> int | None:
    """The number in a cursor of the list of deleted documents."""
    return ordinal_after(ListKind.TRASH, given)


def ordinal_after(kind: ListKind, given: str | None) -> int | None:
    """The ordinal in a cursor of a list that is ordered by ordinals."""
    key = key_after(kind, given)
    if key is None:
        return None
    if not (key.isascii() and key.isdigit() and len(key) <= 12):
        raise _invalid(given)
    return int(key)


def _id_after(kind: ListKind, given: str | None) -> str | None:
    key = key_after(kind, given)
    if key is not None and not is_job_id(key):
        raise _invalid(given)
    return key


def _invalid(given: str | None) -> InvalidCursor:
    return InvalidCursor(
        f"after={given!r} is no cursor of this list; take it from `next` of the page before"
    )
