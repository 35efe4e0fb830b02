"""The heads of requests: what is wrong with one is seen early, and each is parsed once.

A client that keeps its connection sends the same head with each submission, but for the length of
its body; to parse it is a tenth of what an accept costs. Only waitress parses: what it made of some
bytes is kept, and handed out for the same bytes.
"""

import re
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.receiver import FixedStreamReceiver

LONGEST_BYTES = 16 * 1024
"""What servers usually take: room for a long query, some cookies and a token."""
_MOST = 128
_LONGEST_KEPT = 1024
_REQUEST_LINE = re.compile(rb"[^ ]+ [^ ]+(?: HTTP/[0-9.]+)?")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def trouble_with(head: bytes) -> str | None:
    """Why a head can only be malformed, if it is one of those that waitress finds out about in time
    that is quadratic in their length: it has 5 s for 10,000 bytes, and parses in the event loop."""
    if not _REQUEST_LINE.fullmatch(head.partition(b"\r\n")[0].rstrip()):
        return "the request line is malformed"
    if _CONTROL.search(head):
        return "there is a control character in the head"
    return None


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
