"""Harm done to bytes, whatever they are. Each mutation is a function of a random state and data."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

MAX_BYTES = 4_000_000
"""Nothing grows over this: what is looked for is work out of proportion."""

_ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")
_EDGES = tuple(
    n - d for n in (1, 1 << 7, 1 << 8, 1 << 15, 1 << 16, 1 << 31, 1 << 32) for d in (0, 1)
)
_DIGITS = b"0 -1 1 65536 2147483648 99999999999999999999 1e999 NaN".split()
_PIECES = (
    *b"< > </ /> & &#0; &#x110000; &#xD800; ]]> <![CDATA[ <!-- --> { } [ ] \" ' \\ \\u-1?".split(),
    *b"% $ | # * ` ``` *** -- --- ... =?utf-8?B? =?x?Q?=?= \\begin{ \\end{ \\bin99999999".split(),
    *(b"\n", b"\r", b"\t", b"\0", b"\x1b", b"\x85", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80"),
    *(b"\xf4\x90\x80\x80", b"\xe2\x80\xae", b"\xcc\x81" * 8, b"From ", b": ", b"- "),
)


def mutated(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """`data` after one to six mutations; `others` are documents to splice with."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 6))):
        mutate = random.choice(MUTATIONS)
        data = mutate(random, data, others)[:MAX_BYTES]
    return data


def _span(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    size = random.choice((1, 4, 16, 64, 256, 4096, len(data)))
    return start, min(len(data), start + random.randrange(size + 1))


def _repeated(piece: bytes, times: int) -> bytes:
    return piece * min(times, MAX_BYTES // max(1, len(piece)) + 1)


def flip(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 64))):
        if found:
            found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)


def truncate(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    cut = random.randrange(len(data) + 1)
    return data[cut:] if random.random() < 0.2 else data[:cut]


def remove(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    return data[:start] + data[end:]


def duplicate(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    at = random.choice((end, random.randrange(len(data) + 1)))
    times = random.choice((1, 1, 2, 10, 100, 1000))
    return data[:at] + _repeated(data[start:end], times) + data[at:]


def splice(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    start, end = _span(random, other)
    at, until = _span(random, data)
    return data[:at] + other[start:end] + data[until:]


def insert(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(_PIECES) * random.choice((1, 1, 1, 3, 50, 2000)) + data[at:]


def lie(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A binary number at an edge of its range, as a size or an offset would be."""
    width = random.choice((1, 2, 4, 8))
    number: int = random.choice(_EDGES) % 256**width
    at = random.randrange(len(data) + 1)
    placed = number.to_bytes(width, random.choice(_ORDERS))
    return data[:at] + placed + data[at + width :]


def renumber(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A written number becomes an odd one."""
    at = random.randrange(len(data) + 1)
    start = next((i for i in range(at, min(len(data), at + 4096)) if data[i : i + 1].isdigit()), -1)
    if start < 0:
        return insert(random, data, others)
    end = start
    while data[end : end + 1].isdigit():
        end += 1
    return data[:start] + random.choice(_DIGITS) + data[end:]


def nest(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A piece inside itself, many times, at both its ends."""
    start, end = _span(random, data)
    middle = random.randrange(start, end + 1)
    times = random.choice((2, 20, 200, 5000))
    inner = data[start:middle][:200] * times + data[middle:end][:200] * times
    return data[:start] + inner + data[end:]


def swap_tokens(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Two words of the document change places."""
    words = data.split(b" ")
    if len(words) > 2:
        one, two = random.randrange(len(words)), random.randrange(len(words))
        words[one], words[two] = words[two], words[one]
    return b" ".join(words)


def grown(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A short piece of the document, or a sign of some format, again and again: what takes time
    beyond proportion shows."""
    start = random.randrange(len(data) + 1)
    piece = data[start : start + random.choice((0, 1, 2, 5, 12, 30, 80))]
    if len(piece) < 2 or random.random() < 0.4:
        piece = random.choice((piece + random.choice(_PIECES), random.choice(_PIECES) + piece))
    times = random.choice((40_000, 150_000, 300_000)) // len(piece)
    at = random.choice((start, 0, len(data)))
    return data[:at] + piece * times + data[random.choice((at, len(data))) :]


Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]
MUTATIONS: tuple[Mutation, ...] = (
    *(flip, flip, truncate, remove, duplicate, splice),
    *(insert, insert, lie, renumber, nest, swap_tokens),
)
