"""Harm done inside of what is packed: the pack stays whole, so that its contents are read."""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from random import Random

from support.fuzzing.mutations import MAX_BYTES, grown, mutated

_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_BASE64 = re.compile(rb"(?m)^(?:[A-Za-z0-9+/=]{8,200}\r?\n)+")
_XML_TAG = re.compile(rb"<([A-Za-z][\w:.-]{0,40})(?:\s[^<>]{0,200})?>")


def mutated_inside(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """One thing inside of `data` mutated and packed up again; as it is where nothing is packed."""
    if data.startswith(b"PK"):
        return _in_zip(random, data, others)
    if data.startswith(b"\x1f\x8b"):
        return gzip.compress(mutated_inside(random, gzip.decompress(data), others), mtime=0)
    if data.startswith(b"%PDF"):
        return _in_stream(random, data, others)
    if (found := _BASE64.search(data)) and random.random() < 0.4:
        return _in_base64(random, data, found, others)
    if data.lstrip()[:1] == b"<" and random.random() < 0.5:
        return _in_elements(random, data)
    return mutated(random, data, others)


def _in_zip(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    victim = random.randrange(len(members))
    act = random.choice(("mutate",) * 8 + ("drop", "rename", "repeat", "method"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for index, (info, content) in enumerate(members):
            name, method = info.filename, info.compress_type
            if index == victim:
                if act == "drop":
                    continue
                if act == "mutate":
                    harm = grown if random.random() < 0.08 else mutated_inside
                    content = harm(random, content, others)[:MAX_BYTES]
                if act == "rename":
                    name = random.choice(
                        [m.filename for m, _ in members] + ["../x", "/etc", "a\\b"]
                    )
                if act == "method":
                    method = random.choice(
                        (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED)
                    )
            _write(archive, name, content, method)
            if index == victim and act == "repeat":
                _write(archive, name, content[: len(content) // 2], method)
    return buffer.getvalue()


def _write(archive: zipfile.ZipFile, name: str, content: bytes, method: int) -> None:
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    if name not in archive.namelist():
        archive.writestr(info, content)


def _in_stream(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A content stream of a PDF, inflated for it; the other half of the time its skeleton."""
    streams = list(_PDF_STREAM.finditer(data))
    if not streams or random.random() < 0.5:
        return mutated(random, data, others)
    match = random.choice(streams)
    try:
        content = zlib.compress(mutated(random, zlib.decompress(match[1]), others))
    except zlib.error:
        content = mutated(random, match[1], others)
    return data[: match.start(1)] + content + data[match.end(1) :]


def _in_base64(
    random: Random, data: bytes, found: "re.Match[bytes]", others: Sequence[bytes]
) -> bytes:
    try:
        content = base64.b64decode(found[0])
    except ValueError:
        return mutated(random, data, others)
    packed = base64.encodebytes(mutated(random, content, others))
    return data[: found.start()] + packed + data[found.end() :]


def _in_elements(random: Random, data: bytes) -> bytes:
    """Well-formed harm to XML and HTML: elements inside themselves, repeated, renamed, emptied."""
    tags = list(_XML_TAG.finditer(data))
    if not tags:
        return data
    tag = random.choice(tags)
    end_mark = b"</" + tag[1] + b">"
    end = data.find(end_mark, tag.end())
    if end < 0 or tag[0].endswith(b"/>"):
        return data
    whole = data[tag.start() : end + len(end_mark)]
    inside = data[tag.end() : end]
    times = random.choice((2, 10, 100, 240, 1000))
    other = random.choice(tags)
    new = random.choice(
        (
            tag[0] * times + inside + end_mark * times,
            whole * min(times, MAX_BYTES // len(whole) + 1),
            tag[0] + end_mark,
            other[0] + inside + b"</" + other[1] + b">",
            tag[0] + inside + whole + end_mark,
            tag[0].replace(b'"', b'"' + b"9" * 5 * times, 1) + inside + end_mark,
        )
    )
    return data[: tag.start()] + new + data[end + len(end_mark) :]
