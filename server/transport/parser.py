"""Requests as they come: refused as soon as it is known that they have to be.

A client that keeps its connection sends the same head with each submission, but for the length of
its body; to parse it is a tenth of what an accept costs. Only waitress parses: what it made of some
bytes is kept, and handed out for the same bytes.
"""

import errno
import gc
import logging
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import FixedStreamReceiver
from waitress.utilities import RequestEntityTooLarge

from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.problems.errors import (
    BodyTooLarge,
    GristmillError,
    StorageFailed,
    StorageFull,
)
from gristmill.schemas.problems.overload import Busy
from gristmill.schemas.telemetry.trails import Trail
from gristmill.server.telemetry.web_counting import WebCounting
from gristmill.server.telemetry.web_measures import WEB_LAYOUT
from gristmill.server.transport.body_room import BodyRoom, Promise
from gristmill.server.transport.budget import MemoryBudget
from gristmill.server.transport.chunks import Chunks
from gristmill.server.transport.coming import Coming, Share
from gristmill.server.transport.costs import INFLATION, decoded_at_once
from gristmill.server.transport.framing import BARE_FEED, trouble_with
from gristmill.server.transport.refusals import Refused, protocol, refused
from gristmill.storage.records.meters import Meter

logger = logging.getLogger(__name__)
IN_MEMORY_BYTES = 64 * 1024
"""Of a body, until it goes to the disk: a thousand connections are flat memory all the same."""
_SMALL_BYTES = 16 * 1024
_LARGE_CHARGE = 4 * MIB
_STEP_BYTES = 4 * MIB
"""Room is promised in such steps to a body that does not say its length."""
_REASON_CHARS = 200
_MOST = 128
_LONGEST_KEPT = 1024


class Heads:
    """What the last few heads of submissions became. For one thread: the event loop."""

    def __init__(self) -> None:
        self._known: dict[bytes, dict[str, Any]] = {}

    def recall(self, parser: Any, head: bytes) -> bool:
        """Let `parser` be as after it has parsed `head`; False where that is not known."""
        known = self._known.get(head)
        if known is None:
            return False
        vars(parser).update(known, headers=known["headers"].copy())
        parser.body_rcv = FixedStreamReceiver(
            parser.content_length, OverflowableBuffer(parser.adj.inbuf_overflow)
        )
        return True

    def keep(self, parser: Any, head: bytes, before: set[str]) -> None:
        """Remember what a parser has just made of `head`; `before` are the attributes that it had.
        Heads that hardly come twice are not kept: those with a key, of a kind or length that is
        not that of a submission."""
        if not self._is_worth(parser, head):
            return
        if len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        made = {name: value for name, value in vars(parser).items() if name not in before}
        del made["body_rcv"]
        self._known[head] = {**made, "headers": parser.headers.copy()}

    @staticmethod
    def _is_worth(parser: Any, head: bytes) -> bool:
        return (
            type(parser.body_rcv) is FixedStreamReceiver
            and len(head) <= _LONGEST_KEPT
            and parser.command == "POST"
            and "IDEMPOTENCY_KEY" not in parser.headers
        )


class Terms:
    """What the requests of one event loop may take. Without a `room` nobody watches the disk;
    without `coming` nobody is asked who they are before their body has come."""

    def __init__(
        self,
        settings: Settings,
        room: BodyRoom | None = None,
        coming: Coming | None = None,
        counting: WebCounting | None = None,
    ) -> None:
        self.settings, self.room, self.coming, self.heads = settings, room, coming, Heads()
        self.counting = counting or WebCounting(Meter(WEB_LAYOUT))
        self.memory = MemoryBudget(settings.decoding_mb * MIB)
        self.longest_json = settings.decoding_mb * MIB // INFLATION


class RequestParser(HTTPRequestParser):  # type: ignore[misc]
    """One request. Refuses a body for which there is no room as soon as its length is known: from
    Content-Length before any of it is read, from a chunked body when it passes a limit."""

    terms: Terms
    header_plus: bytes
    body_rcv: Any = None
    error: Any = None
    charged = 0
    trail: Trail | None = None
    """Which request it is, once the fast lane has found out."""
    begun = 0.0
    """When all of it was here, by `time.monotonic()`."""
    caller: Any = None
    """Who asks, once the fast lane has found out, or a large body is coming."""
    peer = ""
    """The address that it comes from."""
    _promise: Promise | None = None
    _share: Share | None = None

    def parse_header(self, header_plus: bytes) -> None:
        heads = self.terms.heads
        if heads.recall(self, header_plus):
            return
        if (trouble := trouble_with(header_plus)) is not None:
            raise ParsingError(trouble)
        before = set(vars(self))
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            # A port that is none: waitress lets it through.
            raise ParsingError(f"the head is malformed: {error}"[:_REASON_CHARS]) from None
        if self.chunked:
            self.body_rcv = Chunks(OverflowableBuffer(self.adj.inbuf_overflow))
        heads.keep(self, header_plus, before)

    def received(self, data: bytes) -> int:
        if self.body_rcv is None and self._begins_oddly(data):
            self.error = protocol(400, "there is blank space in front of the request")
            self.headers_finished = True
        else:
            consumed = self._receive(data)
        if self.error is not None:
            self.completed = True
            # Whatever follows is read as nothing: nobody knows where it begins.
            consumed = len(data)
        if self.completed:
            # Else waitress would first say 100 Continue, and wait for the body it refused.
            self.expect_continue = False
        return consumed

    def _begins_oddly(self, data: bytes) -> bool:
        """Whether there is something in front of the request that waitress passes over; only empty
        lines may be."""
        if (self.header_plus or data)[0] > 0x20:
            return False
        begun = self.header_plus + data
        request = begun.lstrip(b"\r\n")
        empty_lines = begun[: len(begun) - len(request)].replace(b"\r\n", b"")
        return request[:1].isspace() or empty_lines not in (b"", b"" if request else b"\r")

    def _receive(self, data: bytes) -> int:
        try:
            consumed = int(super().received(data))
            if self.body_rcv is not None:
                if self.error is None:
                    self._check_body()
            elif not self.completed and BARE_FEED.search(self.header_plus):
                self.error = protocol(400, "there is a bare LF in the head")
                self.headers_finished = True
        except GristmillError as error:
            self.error, consumed = refused(error), 0
        except OSError as error:
            self.error, consumed = refused(_disk(error)), 0
        return consumed

    def _check_body(self) -> None:
        if self.chunked:
            if self.body_rcv.trouble is not None:
                self.error = protocol(400, self.body_rcv.trouble)
                return
            size = self.body_rcv.announced
        else:
            size = int(self.content_length)
        if size > self.terms.settings.max_body_bytes:
            self.error = RequestEntityTooLarge("")
        elif size > IN_MEMORY_BYTES:
            self._check_large(size)

    def _check_large(self, size: int) -> None:
        """Raises BodyTooLarge, Busy, StorageFull, StorageFailed, and what `Coming.begin` does."""
        coming = self.terms.coming
        if coming is not None and self.caller is None:
            self.caller, self._share = coming.begin(self, self.peer)
        if self._share is not None:
            self._share.grow(size)
        if self._promise is None or self.chunked:
            decoded = self._decoded(size)
            if decoded > self.terms.longest_json:
                raise BodyTooLarge(
                    f"a body that is decoded as JSON may have {self.terms.longest_json} bytes "
                    "(a fifth of decoding_mb); send long texts as files or in a batch"
                )
            if not self.terms.memory.fits(INFLATION * decoded):
                raise _busy()
            if self._promise is None and self.terms.room is not None:
                self._promise = self.terms.room.promise(0)
        if self._promise is not None:
            self._promise.grow(size if not self.chunked else -(-size // _STEP_BYTES) * _STEP_BYTES)
            self._promise.written(len(self.body_rcv))

    def charge(self) -> Refused | None:
        """Take the memory that decoding will need, until the request is closed; why not, where
        there is none left. To be asked once the request is there."""
        if not self.charged and self.body_rcv is not None:
            size = int(self.content_length) or len(self.body_rcv)
            # What a small one is costs more to find out than it takes.
            cost = INFLATION * (size if size <= _SMALL_BYTES else self._decoded(size))
            if not self.terms.memory.take(cost):
                return refused(_busy())
            self.charged = cost
        return None

    def _decoded(self, size: int) -> int:
        media_type = self.headers.get("CONTENT_TYPE", "")
        longest = min(self.terms.settings.max_line_bytes, self.terms.longest_json)
        return decoded_at_once(self.command, self.path, self.query, media_type, size, longest)

    def discharge(self) -> None:
        """Give back the memory that decoding took: nothing decoded is held any more."""
        if self.charged:
            if self.charged > _LARGE_CHARGE:
                # An error that answers it holds what was decoded in a circle, by its traceback:
                # nothing of it is free before the collector has come by.
                gc.collect()
            self.terms.memory.give(self.charged)
            self.charged = 0

    def close(self) -> None:
        self.discharge()
        try:
            super().close()
        except OSError as error:
            # On a full disk, what is in its buffer cannot be written.
            logger.debug("a body was dropped: %s", error)
        if self._share is not None:
            self._share.end()
        if self._promise is not None:
            self._promise.end()


def _busy() -> Busy:
    return Busy("other bodies take the memory that this one needs; try again in a moment")


def _disk(error: OSError) -> GristmillError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull("the disk of the data folder is full; free some space and try again")
    return StorageFailed(f"the body could not be kept: {error.strerror or 'input/output error'}")
