"""What passes between a process that answers searches and the one that knows vectors: frames of
MessagePack, each after its length in four bytes."""

import os

import msgspec

from gristmill.schemas.vector_search import VectorModel

MOST_BYTES = 16 << 20


class FindNearest(msgspec.Struct, frozen=True, tag="nearest"):
    """Which chunks are nearest to a query. `among`, a collection and a filter, is pickled: it
    comes from the process that started this one."""

    number: int
    model: VectorModel
    query: str
    among: bytes
    limit: int


class Rerank(msgspec.Struct, frozen=True, tag="rerank"):
    """How well each text answers a query."""

    number: int
    query: str
    texts: tuple[str, ...]


Question = FindNearest | Rerank


class Found(msgspec.Struct, frozen=True, tag="found"):
    """Chunks by their row ids, each with what it is worth, out of so many that passed; of texts,
    their places."""

    number: int
    rows: tuple[tuple[int, float], ...]
    passing: int = 0


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """Why there is no answer. `passing`: a later try may go better."""

    number: int
    message: str
    passing: bool = False


Answer = Found | Trouble

_encode = msgspec.msgpack.encode


def framed(message: Question | Answer) -> bytes:
    data = _encode(message)
    return len(data).to_bytes(4, "big") + data


def read_frame(descriptor: int) -> bytes | None:
    """The next message; None at the end, also where that comes in the middle of one."""
    head = _read(descriptor, 4)
    if head is None or (size := int.from_bytes(head, "big")) > MOST_BYTES:
        return None
    return _read(descriptor, size)


def _read(descriptor: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        if not (piece := os.read(descriptor, size - len(data))):
            return None
        data += piece
    return bytes(data)


def write_all(descriptor: int, data: bytes) -> None:
    """Raises OSError where nobody reads any more."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
