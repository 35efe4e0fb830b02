"""The first bytes by which binary formats are told apart."""

import re
from contextlib import suppress

from gristmill.pipeline.detecting.image_kinds import IMAGE_BYTES, image_kind
from gristmill.pipeline.shapes import Limits
from gristmill.pipeline.unpacking.compound import compound_kind
from gristmill.pipeline.unpacking.inflating import Members
from gristmill.schemas.problems.errors import DocumentError

_PDF_HEADER_WITHIN = 1024  # PDF 1.7, appendix H, note 13: the header may come this late

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"),
    (b"\x04\x22\x4d\x18", "application/x-lz4"),
    (b"LZIP\x01", "application/x-lzip"),
    (b"\x1f\x9d", "application/x-compress"),
    (b"!BDN", "application/vnd.ms-outlook-pst"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"{\\rtf", "application/rtf"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"\x7fELF", "application/x-elf"),
    (b"%!PS", "application/postscript"),
    (b"OggS", "application/ogg"),
    (b"fLaC\x00", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"wOF2", "font/woff2"),
    (b"\x00asm", "application/wasm"),
)

BINARY = frozenset(media_type for _, media_type in _SIGNATURES) | {"application/x-lzh-compressed"}
"""What is told by its first bytes alone: no text is any of these, whatever it is called."""

_ZIP = b"PK\x03\x04"
_ARCHIVE = "application/zip"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Signed or enveloped data of CMS (RFC 5652, 3): a sequence whose first element is the type.
_CMS = re.compile(
    rb"\x30(?:\x80|[\x81-\x84].{1,4}?)\x06"
    rb"(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x02\x03]|\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17)",
    re.DOTALL,
)
_FIRST_BYTES = frozenset(signature[0] for signature, _ in _SIGNATURES) | {
    *(_ZIP[0], _OLE[0], 0x30, *IMAGE_BYTES)
}

_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_ZIP_PARTS = (
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    ("word/", _OPEN_XML + "wordprocessingml.document"),
    ("xl/", _OPEN_XML + "spreadsheetml.sheet"),
    ("ppt/", _OPEN_XML + "presentationml.presentation"),
)
_MAIN_PARTS = frozenset({"word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"})
_MEMBER = re.compile(rb"PK\x03\x04.{26}((?:word|xl|ppt)/[\w./-]{1,100}?\.(?:xml|rels))", re.DOTALL)
_DECLARATION_BYTES = 100
_DECLARED = re.compile(r"(application/[a-z0-9][a-z0-9.+-]*?)(?:-template)?\s*")
_BROKEN_LOOKED_AT = 1024 * 1024


def by_signature(data: bytes) -> str | None:
    """The media type that the first bytes prove, or None."""
    if data[0] in _FIRST_BYTES:
        if data.startswith(_ZIP):
            return _zip_kind(data)
        if data.startswith(_OLE):
            return compound_kind(data)
        for signature, media_type in _SIGNATURES:
            if data.startswith(signature):
                return media_type
        if _CMS.match(data):
            return "application/pkcs7-mime"
        if found := image_kind(data):
            return found
    if data[2:5] == b"-lh" and data[6:7] == b"-":
        return "application/x-lzh-compressed"
    return None


def late_pdf(data: bytes) -> bool:
    """Whether a PDF header comes after some other bytes, as pdfium accepts it."""
    return b"%PDF-" in data[:_PDF_HEADER_WITHIN]


def _zip_kind(data: bytes) -> str:
    """Office formats are zip archives: their members, or the `mimetype` one, tell which."""
    try:
        with Members(data, Limits()) as members:
            return _declared_kind(members) or _kind_of_parts(members.names) or _ARCHIVE
    except DocumentError:
        return _broken_kind(data)


def _declared_kind(members: Members) -> str | None:
    if "mimetype" in members:
        with suppress(DocumentError), members.open("mimetype") as member:
            declared = member.read(_DECLARATION_BYTES).decode("ascii", "replace")
            if match := _DECLARED.fullmatch(declared):
                return match[1]
    return "application/epub+zip" if "META-INF/container.xml" in members else None


def _kind_of_parts(names: tuple[str, ...]) -> str | None:
    """A folder called `word` makes no Word document: its list of types must be there as well."""
    if "[Content_Types].xml" not in names and _MAIN_PARTS.isdisjoint(names):
        return None
    for start, media_type in _ZIP_PARTS:
        if any(name.startswith(start) for name in names):
            return media_type
    return None


def _broken_kind(data: bytes) -> str:
    """An archive without its index: its beginning still names members, so that the parser which
    knows the format says what is wrong."""
    names = _MEMBER.findall(data, 0, _BROKEN_LOOKED_AT)
    decoded = tuple(name.decode("ascii") for name in names)
    return _kind_of_parts((*decoded, "[Content_Types].xml")) or _ARCHIVE


def unnamed_binary(data: bytes) -> str:
    """The best guess at bytes that are no text and have none of our signatures."""
    import puremagic  # only for files that will fail: not worth a worker's start-up time

    with suppress(Exception):
        found = puremagic.from_string(data[:4096], mime=True)
        if found and not found.startswith("text/"):
            return str(found)
    return "application/octet-stream"
