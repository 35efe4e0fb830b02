"""The documents inside of a document: files of an archive, attachments of a mail.

A nested one is named by its way there, `archive.zip!/inner/mail.eml!/attachment.pdf`; the first
part is the uri of the outermost, which is not repeated in the paths here. Pure functions of
bytes: nothing is written, nothing is fetched, and a listing only reads what it must.
"""

from collections.abc import Iterator, Sequence

from gristmill.pool.pipeline.containers import ARCHIVES, CONTAINERS, Entry, entries
from gristmill.pool.pipeline.detect import by_name, detect
from gristmill.pool.pipeline.inflating import Account
from gristmill.pool.pipeline.registry import parser_for
from gristmill.pool.pipeline.shapes import Blob, Limits
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError
from gristmill.schemas.results import MEMBER_MARK, Member


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
    """The bytes of the member of `data` at `path`.

    Raises DocumentError: `parse_error` where there is none, or what is on the way is broken,
    `too_large`, `encrypted`, `unsupported` as its reading goes.
    """
    for _, found in open_members(data, (path,), limits):
        if isinstance(found, DocumentError):
            raise found
        return found
    raise _missing(path)


def open_members(
    data: bytes, paths: Sequence[str], limits: Limits, name: str = ""
) -> Iterator[tuple[str, bytes | DocumentError]]:
    """The members at `paths`, in the order of the archive, each with its bytes or with why not.

    In one pass, so that a thousand members of a compressed tar archive do not cost a thousand
    passes. All of them share one set of budgets. Each path is yielded once.
    """
    wanted = dict.fromkeys(paths)
    left = set(wanted)
    account = Account(len(data), limits)
    ways = {path: tuple(path.split(MEMBER_MARK)) for path in wanted}
    try:
        for path, found in _opened(Blob(data, name), ways, 0, account, limits):
            left.discard(path)
            yield path, found
    except DocumentError as error:
        yield from ((path, error) for path in wanted if path in left)
        return
    yield from ((path, _missing(path)) for path in wanted if path in left)


def _listed(
    blob: Blob, media_type: str, path: str, depth: int, account: Account, limits: Limits
) -> Iterator[Member]:
    for entry in entries(blob.data, media_type, blob.name, account, limits):
        inner = path + entry.name
        if entry.code is not None or by_name(entry.name) not in CONTAINERS:
            yield Member(inner, entry.size, entry.code, entry.message)
        else:
            yield from _nested(entry, inner, depth, account, limits)


def _nested(
    entry: Entry, path: str, depth: int, account: Account, limits: Limits
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
                raise _too_deep(limits)
            return
        blob = Blob(data, entry.name)
        yield from _listed(blob, media_type, path + MEMBER_MARK, depth + 1, account, limits)
    except DocumentError as error:
        yield Member(path, entry.size, DocumentCode(error.document_code), error.message)


def _opened(
    blob: Blob, ways: dict[str, tuple[str, ...]], depth: int, account: Account, limits: Limits
) -> Iterator[tuple[str, bytes | DocumentError]]:
    """Of one container, the members that the ways lead to; `depth` is where in the ways it is."""
    media_type = detect(blob.data, blob.name)
    if media_type not in CONTAINERS:
        raise DocumentError(DocumentCode.PARSE_ERROR, f"{media_type} has no members")
    if depth >= limits.max_nesting:
        raise _too_deep(limits)
    by_entry: dict[str, dict[str, tuple[str, ...]]] = {}
    for path, way in ways.items():
        by_entry.setdefault(way[depth], {})[path] = way
    for entry in entries(blob.data, media_type, blob.name, account, limits):
        key = next(iter(by_entry)) if entry.alone else entry.name
        if found := by_entry.pop(key, None):
            yield from _of_entry(entry, found, depth + 1, account, limits)
        if not by_entry:
            return


def _of_entry(
    entry: Entry, ways: dict[str, tuple[str, ...]], depth: int, account: Account, limits: Limits
) -> Iterator[tuple[str, bytes | DocumentError]]:
    """The member itself, and what is inside of it, of those that are wanted."""
    left = dict(ways)
    try:
        if entry.code is not None:
            raise DocumentError(entry.code, entry.message or "it cannot be read")
        data = entry.read()
        for path, way in ways.items():
            if len(way) == depth:
                del left[path]
                yield path, data
        if left:
            for path, found in _opened(Blob(data, entry.name), dict(left), depth, account, limits):
                del left[path]
                yield path, found
    except DocumentError as error:
        yield from ((path, error) for path in left)


def _missing(path: str) -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, f"there is no {path} in the archive"[:300])


def _too_deep(limits: Limits) -> DocumentError:
    return DocumentError(
        DocumentCode.TOO_LARGE, f"archives are nested over {limits.max_nesting} deep"
    )
