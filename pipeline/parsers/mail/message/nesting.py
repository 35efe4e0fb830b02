"""What is inside of a part: the parts of a multipart, a message, the content of a wrapping.

A wrapping is one part that stands for the whole mail, as Exchange (TNEF) and S/MIME make it.
"""

from collections.abc import Iterator

from gristmill.pipeline.parsers.mail.entities.mime import MimePart, opened, pieces
from gristmill.pipeline.parsers.mail.message import smime
from gristmill.pipeline.parsers.mail.outlook import tnef

MAX_DEPTH = 20
"""Parts inside parts; what is deeper is left out and said so."""


def children(part: MimePart) -> Iterator[MimePart]:
    """The parts directly inside of a container, in order; nothing for any other part, or for a
    wrapping that cannot be opened."""
    path = (*part.path, part.media_type)
    if len(path) > MAX_DEPTH:
        return
    if part.inner is not None:
        yield from (each._replace(path=path) for each in part.inner())
    elif part.media_type == "message/rfc822":
        yield opened(part.content())._replace(path=path)
    elif tnef.is_tnef(part):
        yield from (each._replace(path=path) for each in tnef.parts(part.content()))
    elif smime.is_smime(part):
        if (signed := smime.signed_content(part.content())) is not None:
            yield opened(signed, path)
    elif boundary := part.parameter("boundary"):
        mark = boundary.encode("utf-8", "surrogateescape")
        # RFC 2045, 6.4, forbids to encode a multipart as a whole; some senders do.
        body = part.body if b"--" + mark in part.body else part.content()
        yield from (opened(piece, path) for piece in pieces(body, mark))


def is_container(part: MimePart) -> bool:
    """Whether a part holds others: a multipart without a boundary is just its text."""
    if part.inner is not None or part.media_type == "message/rfc822":
        return True
    return part.media_type.startswith("multipart/") and bool(part.parameter("boundary"))


def is_wrapping(part: MimePart) -> bool:
    """Whether a part may stand for a whole mail. One that cannot be opened is an attachment."""
    return tnef.is_tnef(part) or smime.is_smime(part)


def leaves(part: MimePart) -> Iterator[MimePart]:
    """Every part that holds no others, in order, lazily. Messages inside are looked into; a
    container over MAX_DEPTH is yielded itself, marked."""
    stack: list[Iterator[MimePart]] = [iter((part,))]
    while stack:
        current = next(stack[-1], None)
        if current is None:
            stack.pop()
        elif is_wrapping(current):
            inner = children(current)
            first = next(inner, None)
            stack.append(inner)
            stack.append(iter((current if first is None else first,)) if first else iter(()))
            if first is None:
                yield current
        elif not is_container(current):
            yield current
        elif len(current.path) >= MAX_DEPTH:
            yield current._replace(too_deep=True)
        else:
            stack.append(children(current))
