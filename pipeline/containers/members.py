"""The documents inside of a document: files of an archive, attachments of a mail.

A nested one is named by its way there, `archive.zip!/inner/mail.eml!/attachment.pdf`; the first
part is the uri of the outermost, which is not repeated in the paths here. Pure functions of
bytes: nothing is written, nothing is fetched, and a listing only reads what it must.
"""

from collections.abc import Iterable, Iterator

from gristmill.pipeline.containers.containers import ARCHIVES, BY_NAME, CONTAINERS, entries
from gristmill.pipeline.containers.entry import ArchiveEntry
from gristmill.pipeline.containers.walking import Walk, too_deep
from gristmill.pipeline.detecting.detect import by_name, detect
from gristmill.pipeline.registry import parser_for
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking.inflating import Account
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import MEMBER_MARK, Member
from gristmill.schemas.problems.errors import DocumentError


def is_archive(media_type: str) -> bool:
    """Whether this type is a container and nothing else: only its members are documents. A
    package with a parser for the type makes a document of it."""
    return media_type in ARCHIVES and parser_for(media_type) is None


def members(blob: Blob, limits: Limits) -> Iterator[Member]:
    """Every document inside of `blob`, in order, those of archives and mails inside as well.

    Lazy: whoever stops asking has paid for no more. What is named like a container is looked
    into; one that turns out to be broken, too large or nested over `limits.max_nesting` deep is
    a member itself, with its code. Raises DocumentError `parse_error` or `too_large` where that
    is true of `blob`, perhaps after some members.
    """
    media_type = detect(blob.data, blob.name, blob.claimed)
    if media_type in CONTAINERS:
        account = Account(len(blob.data), limits)
        yield from _listed(blob, media_type, "", 1, account, limits)


def open_member(data: bytes, path: str, limits: Limits) -> bytes:
    """The bytes of the member of `data` at `path`. Raises DocumentError as `Walk` does."""
    return Walk(Blob(data), limits).read(path)


def open_members(
    data: bytes, paths: Iterable[str], limits: Limits
) -> Iterator[tuple[str, bytes | DocumentError]]:
    """The members at `paths`, each with its bytes or with why not.

    In one pass where they come in the order of the archive, so that a thousand members of a
    compressed tar archive do not cost a thousand passes. All of them share one set of budgets.
    Each path is yielded once.
    """
    walk = Walk(Blob(data), limits)
    for path in dict.fromkeys(paths):
        try:
            yield path, walk.read(path)
        except DocumentError as error:
            yield path, error


def _listed(
    blob: Blob, media_type: str, path: str, depth: int, account: Account, limits: Limits
) -> Iterator[Member]:
    for entry in entries(blob.data, media_type, blob.name, account, limits):
        inner = path + entry.name
        if entry.code is not None or by_name(entry.name) not in BY_NAME:
            yield Member(inner, entry.size, entry.code, entry.message)
        else:
            yield from _nested(entry, inner, depth, account, limits)


def _nested(
    entry: ArchiveEntry, path: str, depth: int, account: Account, limits: Limits
) -> Iterator[Member]:
    """A member that is named like a container: it may be another thing, broken, or too deep."""
    try:
        data = entry.read()
        media_type = detect(data, entry.name)
        if media_type not in ARCHIVES:
            yield Member(path, len(data))
        if media_type not in CONTAINERS:
            return
        if depth >= limits.max_nesting:
            if media_type in ARCHIVES:
                raise too_deep(limits)
            return
        blob = Blob(data, entry.name)
        yield from _listed(blob, media_type, path + MEMBER_MARK, depth + 1, account, limits)
    except DocumentError as error:
        yield Member(path, entry.size, DocumentCode(error.document_code), error.message)
