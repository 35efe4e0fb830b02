"""The rules by which a request's bytes are told from the next one's: anything that two programs
could read in two ways is refused, and the connection ends with the refusal.

A proxy in front of us that reads such a request otherwise than we do would let one client put words
into the mouth of another.
"""

import re

LONGEST_BYTES = 16 * 1024
"""Of a head, of a line between chunks, and of what follows the last chunk. What servers usually
take: room for a long query, some cookies and a token."""
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(_TOKEN + rb" ([^\x00-\x20\x7f]+) HTTP/1\.([01])")
_AUTHORITY = re.compile(rb"[A-Za-z][A-Za-z0-9+.\-]*://([^/?#]*)")
BARE_FEED = re.compile(rb"(?<!\r)\n")
"""A line feed that ends a line for some and not for others."""
_NAME = re.compile(_TOKEN)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LENGTH_LINE = re.compile(rb"(?i)\ncontent-length:[ \t]*[0-9]{1,18}[ \t]*\r\n")
_LENGTH = re.compile(rb"[0-9]{1,18}")
_HOST = re.compile(rb"[A-Za-z0-9\-._~!$&'()*+;=%:\[\]]*")
_QUOTED = rb'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"'
_CHUNK = re.compile(
    rb"([0-9A-Fa-f]{1,16})(?:;" + _TOKEN + rb"(?:=(?:" + _TOKEN + rb"|" + _QUOTED + rb"))?)*"
)
_SOUND = re.compile(
    _TOKEN
    + rb" [^\x00-\x20\x7f]+ HTTP/1\.1\r\n(?:"
    + _TOKEN
    + rb":[\t -~\x80-\xff]*\r\n)*(?:\r\n)*"
)
_TELLING = re.compile(rb"(?i)(?:content[-_]length|transfer[-_]encoding|(?<=\n)host:|://)")
_FRAMING = (b"content-length", b"transfer-encoding", b"host")


def trouble_with(head: bytes) -> str | None:
    """Why a head is refused; None for one that has one reading. Takes time in proportion to its
    length: waitress has expressions that would take 5 s for 10,000 bytes, in the event loop."""
    if _SOUND.fullmatch(head) and _is_plain(head):
        return None
    first, *lines = head.split(b"\r\n")
    known = _REQUEST_LINE.fullmatch(first)
    if known is None:
        return "the request line is malformed; it is METHOD /path HTTP/1.1"
    if _CONTROL.search(head):
        return "there is a control character in the head"
    framing: dict[bytes, list[bytes]] = {name: [] for name in _FRAMING}
    for line in lines:
        if line and (trouble := _field(line, framing)) is not None:
            return trouble
    return _contradiction(framing, recent=known[2] == b"1") or _second_host(known[1], framing)


def _is_plain(head: bytes) -> bool:
    """Whether a head whose lines are sound is one of those that nearly all are: one Host, at most
    one length, no coding. The others are looked at line by line."""
    hosts = lengths = 0
    for found in _TELLING.finditer(head):
        word = found[0].lower()
        if word == b"host:":
            hosts += 1
            end = head.index(b"\r\n", found.end())
            if not _HOST.fullmatch(head[found.end() : end].strip(b" \t")):
                return False
        elif word == b"content-length":
            lengths += 1
            known = _LENGTH_LINE.match(head, found.start() - 1)
            if known is None:
                return False
        else:
            return False
    return hosts == 1 and lengths <= 1


def trouble_with_trailer(lines: list[bytes]) -> str | None:
    """Why what follows the last chunk of a body is refused. None of it is ever used."""
    for line in lines:
        if _CONTROL.search(line):
            return "there is a control character after the last chunk"
        if (trouble := _field(line, {})) is not None:
            return trouble
    return None


def chunk_size(line: bytes) -> int | None:
    """The bytes of the chunk that a line announces, its extensions passed over; None where the
    line is malformed."""
    known = _CHUNK.fullmatch(line)
    return None if known is None else int(known[1], 16)


def _field(line: bytes, framing: dict[bytes, list[bytes]]) -> str | None:
    """Why a header line is refused. The values of the names in `framing` are added to it."""
    if b"\r" in line or b"\n" in line:
        return "there is a bare CR or LF in a header"
    if line[0] in b" \t":
        return "a header goes on in the next line"
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name):
        return "the name of a header is malformed"
    plain = name.lower()
    if plain in framing:
        framing[plain].append(value.strip(b" \t"))
    elif b"_" in plain and plain.replace(b"_", b"-") in framing:
        # CGI knows no difference between the two.
        return f"the header {plain.decode()} has an underscore"
    return None


def _second_host(target: bytes, framing: dict[bytes, list[bytes]]) -> str | None:
    """A target may name its host, too: then some go by that, and some by the header."""
    named = _AUTHORITY.match(target)
    if named is None or framing[b"host"] in ([], [named[1]]):
        return None
    return "the target names another host than Host"


def _contradiction(framing: dict[bytes, list[bytes]], *, recent: bool) -> str | None:
    lengths, codings, hosts = (framing[name] for name in _FRAMING)
    if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
        return "Content-Length must be one whole number"
    if codings and lengths:
        return "there are both Content-Length and Transfer-Encoding"
    if codings and not recent:
        return "HTTP/1.0 has no Transfer-Encoding"
    if len(codings) > 1 or not all(map(_NAME.fullmatch, codings)):
        return "Transfer-Encoding must be `chunked`, once"
    if len(hosts) > 1 or (recent and not hosts):
        return f"there must be one Host, not {len(hosts)}"
    if not all(map(_HOST.fullmatch, hosts)):
        return "Host is malformed"
    return None
