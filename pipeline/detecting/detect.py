"""What a document is: its bytes decide, then its name, then what the sender claimed."""

import csv
import re
from collections import Counter

import msgspec

from gristmill.pipeline.decoding import decode, looks_like_text
from gristmill.pipeline.detecting.magic_bytes import BINARY, by_signature, late_pdf, unnamed_binary
from gristmill.pipeline.detecting.office_names import OFFICE_NAMES, OPEN_DOCUMENT, OPEN_XML
from gristmill.pipeline.detecting.office_xml import office_xml
from gristmill.pipeline.detecting.source_languages import BY_EXTENSION, by_file_name
from gristmill.pipeline.detecting.text_kinds import (
    ALIASES,
    EXTENSIONS,
    ICS,
    MAIL,
    MBOX,
    MHTML,
    SOURCE,
    SRT,
    VCF,
    VTT,
    by_most_lines,
    by_opening,
    light_markup,
)
from gristmill.pipeline.detecting.xml_kinds import kind_of_head
from gristmill.pipeline.file_names import base_of, suffix_of
from gristmill.pipeline.unpacking.tar_reading import is_tar
from gristmill.schemas.problems.errors import DocumentError

PLAIN, MARKDOWN, RST = "text/plain", "text/markdown", "text/x-rst"
HTML, PDF, CSV, TSV = "text/html", "application/pdf", "text/csv", "text/tab-separated-values"
JSON, NDJSON, XML = "application/json", "application/x-ndjson", "application/xml"

_EXTENSIONS = {
    **EXTENSIONS,
    ".txt": PLAIN,
    ".text": PLAIN,
    ".log": PLAIN,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mkd": MARKDOWN,
    ".rst": RST,
    ".rest": RST,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".pdf": PDF,
    ".csv": CSV,
    ".tsv": TSV,
    ".json": JSON,
    ".geojson": JSON,
    ".ndjson": NDJSON,
    ".jsonl": NDJSON,
    ".xml": XML,
    **OFFICE_NAMES,
    ".epub": "application/epub+zip",
    ".rtf": "application/rtf",
}

_NAMES = {"winmail.dat": "application/ms-tnef"}

_NEVER_TEXT = (
    OPEN_XML,
    OPEN_DOCUMENT,
    "application/vnd.ms-",
    "application/msword",
    "application/epub",
    "application/zip",
    "application/x-tar",
)

_ALIASES = {
    **ALIASES,
    "text/x-markdown": MARKDOWN,
    "text/prs.fallenstein.rst": RST,
    "text/rst": RST,
    "application/xhtml+xml": HTML,
    "application/csv": CSV,
    "text/json": JSON,
    "text/xml": XML,
    "application/jsonl": NDJSON,
    "application/x-jsonlines": NDJSON,
    "application/ndjson": NDJSON,
    "text/rtf": "application/rtf",
}

_LOOSE = frozenset({HTML, CSV, TSV, JSON, NDJSON})
"""Parsers of these take anything, so that a wrong name would go unnoticed or cost the document."""

_PROVEN = frozenset({MAIL, MBOX, SRT, VTT, ICS, VCF, MHTML})

TAR = "application/x-tar"
NOTEBOOK = "application/x-ipynb+json"

_HEAD_BYTES = 16 * 1024
_COLUMN_LINES = 21
_CELL_CHARS = 50  # on average; commas that are further apart are those of sentences
_RULE_OF_TABLE = re.compile(r"\s*(?:\|\s*)?:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$")
_MARKDOWN_OPENING = re.compile(r"\s*#{1,6} \S[^\n]*\n\s*\n")
_HTML_OPENING = re.compile(r"\s*<(?:p|div|h[1-6]|ul|ol|table|section|article)\b", re.IGNORECASE)
_NO_CLAIM = frozenset({"application/octet-stream", "application/x-www-form-urlencoded"})
_HTML_ROOT = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_PREAMBLE = ((b"<!--", b"-->"), (b"<?xml", b"?>"))
_TAG = re.compile(
    rb"</(?:p|div|h[1-6]|li|ul|ol|table|tr|td|span|a|section|article|title|body)>", re.IGNORECASE
)
_MARKDOWN_SIGN = re.compile(
    r"(?m)^(?:#{1,6} \S|```|[-*] \[[ x]\] |\[[^\]\n]+\]: \S)|\]\([^\s()]+\)"
)
_RST_SIGN = re.compile(r"(?m)^\.\. [\w-]+::|^:[\w -]+: |:[a-z]+:`|``[^`\n]+``")
_RST_UNDERLINE = re.compile(r"(?m)^\S[^\n]{2,}\n([=~^\"'*+#-])\1{3,}$")
_RST_DIRECTIVE = re.compile(r"(?m)^\.\. [\w-]+::")


def detect(data: bytes, name: str = "", claimed: str | None = None) -> str:
    """The media type of `data`, a bare `type/subtype`.

    `name` is a file name or uri, `claimed` the sender's Content-Type. Both are believed only
    where the bytes do not say otherwise. Empty bytes are what their name says.
    """
    hint = by_name(name) or _by_claim(claimed)
    if not data:
        return hint or PLAIN
    if found := by_signature(data):
        return found
    if b"\x00\x00" in data[:512] and is_tar(data):
        return TAR
    if not looks_like_text(data):
        return _not_text(data, hint)
    data, hint = _narrowed(data), _of_text(hint)
    return _by_markup(data) or _by_opening(data, hint) or _settled(data, hint) or _by_shape(data)


def known_names() -> dict[str, str]:
    """Every extension and file name that says something, with the media type that it says."""
    return {**dict.fromkeys(BY_EXTENSION, SOURCE), **_EXTENSIONS, **_NAMES}


def by_name(name: str) -> str | None:
    """What the extension of a file name or uri says, or None."""
    path = name.partition("?")[0].partition("#")[0] if "://" in name else name
    known = _EXTENSIONS.get(suffix_of(path).lower()) or _NAMES.get(base_of(path).lower())
    return known or (SOURCE if by_file_name(path) else None)


def _narrowed(data: bytes) -> bytes:
    """UTF-16 and UTF-32 as UTF-8, for all signs are looked for as ASCII. A beginning will do."""
    if b"\x00" not in data[:64]:
        return data
    try:
        return decode(data[: _HEAD_BYTES * 4]).text.encode("utf-8", "replace")
    except DocumentError:
        return data


def _by_opening(data: bytes, hint: str | None) -> str | None:
    """What the text opens with decides where its name says no more than that it is text, or
    where the opening can be nothing else."""
    if hint not in (None, PLAIN, *_LOOSE):
        return None
    head = data[:_HEAD_BYTES].decode("utf-8", "replace")
    found = by_opening(head, data[-256:].decode("utf-8", "replace"))
    if hint in _LOOSE and found not in _PROVEN:
        return None
    several = b"\n\nFrom " in data or b"\r\n\r\nFrom " in data
    return MAIL if found == MBOX and not several else found


def _by_claim(claimed: str | None) -> str | None:
    if not claimed:
        return None
    bare = claimed.partition(";")[0].strip().lower()
    if bare in _NO_CLAIM or "/" not in bare:
        return None
    return _ALIASES.get(bare, bare)


def _not_text(data: bytes, hint: str | None) -> str:
    """Bytes that are no text: a late PDF header, else a broken document of the named kind, so
    that its parser says what is wrong with it."""
    if late_pdf(data):
        return PDF
    found = unnamed_binary(data)
    return hint if found == "application/octet-stream" and hint else found


def _by_markup(data: bytes) -> str | None:
    """Types that a text declares about itself."""
    head = data[:3].lstrip(b"\xef\xbb\xbf") + data[3:4096]
    start = head.lstrip()[:1]
    if start == b"<":
        if _HTML_ROOT.match(_after_preamble(head)):
            return HTML
        if found := office_xml(data[:3].lstrip(b"\xef\xbb\xbf") + data[3 : 4 * 4096]):
            return found
        if head.lstrip().startswith((b"<?xml", b"<!DOCTYPE ")):
            return kind_of_head(_after_preamble(head).decode("utf-8", "replace"))
    if start in (b"{", b"["):
        return _json_kind(data)
    return None


def _after_preamble(head: bytes) -> bytes:
    """What follows the XML declaration and the comments before a page's first tag."""
    head = head.lstrip()
    while skipped := next((end for start, end in _PREAMBLE if head.startswith(start)), None):
        head = head.partition(skipped)[2].lstrip()
    return head


def _json_kind(data: bytes) -> str | None:
    """JSON when the whole of it is, NDJSON when its first two lines are; else no JSON."""
    if _is_json(data):
        return NOTEBOOK if _is_notebook(data) else JSON
    lines = data[: 4 * 1024 * 1024].split(b"\n", 64)
    records = [line for line in lines[:64] if line.strip()][:2]
    if len(records) == 2 and all(line[:1] in b"{[" and _is_json(line) for line in records):
        return NDJSON
    return None


def _is_notebook(data: bytes) -> bool:
    return b'"nbformat"' in data and (b'"cells"' in data or b'"worksheets"' in data)


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _of_text(hint: str | None) -> str | None:
    """The hint, unless it is one that text cannot be."""
    if hint is None or hint in BINARY or hint.startswith(_NEVER_TEXT):
        return None
    if hint.partition("/")[0] in ("image", "audio", "video", "font") and hint[-4:] != "+xml":
        return None
    return hint


def _settled(data: bytes, hint: str | None) -> str | None:
    """The hint, or what is nearly the same and closer to it."""
    return NDJSON if hint == JSON and _json_kind(data) == NDJSON else hint


def _by_shape(data: bytes) -> str:
    """A guess at text that nothing names, from its beginning."""
    head = data[:16384]
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    tags = len(_TAG.findall(head)) if head.lstrip().startswith(b"<") else 0
    if tags >= 2 or (tags and _HTML_OPENING.match(text)):
        return HTML
    if light := light_markup(text):
        return light
    underlines = len(_RST_UNDERLINE.findall(text))
    rst = len(_RST_SIGN.findall(text)) + 2 * underlines + 2 * len(_RST_DIRECTIVE.findall(text))
    markdown = len(_MARKDOWN_SIGN.findall(text)) + 3 * bool(_MARKDOWN_OPENING.match(text))
    if underlines < 2 and (found := by_most_lines(text)):
        return found
    if max(rst, markdown) >= 3:
        return RST if rst > markdown else MARKDOWN
    return _by_columns(text) or PLAIN


def _by_columns(text: str) -> str | None:
    """Delimited text: nearly all rows of the beginning are of one width, and not too wide apart."""
    lines = [line for line in text.splitlines()[:_COLUMN_LINES] if line.strip()]
    if len(lines) < 2:
        return None
    if lines and len(text) >= _HEAD_BYTES and len(lines) < _COLUMN_LINES:
        lines.pop()  # its end may be missing
    if len(lines) > 1 and _RULE_OF_TABLE.match(lines[1]):
        return MARKDOWN
    for delimiter, media_type in (("\t", TSV), (",", CSV), (";", CSV), ("|", CSV)):
        widths = Counter(map(len, csv.reader(lines, delimiter=delimiter)))
        width, often = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        least = 2 if delimiter in "\t;" else 3
        tight = sum(map(len, lines)) < _CELL_CHARS * width * len(lines)
        enough = often > 2 or (often == 2 and width > 3)
        if enough and tight and width >= least and often >= 0.75 * widths.total():
            return media_type
    return None
