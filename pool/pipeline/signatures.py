"""The first bytes by which binary formats are told apart."""

import io
import zipfile
from contextlib import suppress

_PDF_HEADER_WITHIN = 1024  # PDF 1.7, appendix H, note 13: the header may come this late

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
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

_ZIP = b"PK\x03\x04"
_FIRST_BYTES = frozenset(signature[0] for signature, _ in _SIGNATURES) | {_ZIP[0]}

_ZIP_MEMBERS = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)


def by_signature(data: bytes) -> str | None:
    """The media type that the first bytes prove, or None."""
    if data[0] in _FIRST_BYTES:
        if data.startswith(_ZIP):
            return _zip_kind(data)
        for signature, media_type in _SIGNATURES:
            if data.startswith(signature):
                return media_type
    return None


def late_pdf(data: bytes) -> bool:
    """Whether a PDF header comes after some other bytes, as pdfium accepts it."""
    return b"%PDF-" in data[:_PDF_HEADER_WITHIN]


def _zip_kind(data: bytes) -> str:
    """Office formats are zip archives: their members, or the `mimetype` one, tell which."""
    with suppress(Exception), zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if names and names[0] == "mimetype":
            with archive.open("mimetype") as member:
                declared = member.read(100).decode("ascii").strip()
            if "/" in declared:
                return declared
        for prefix, media_type in _ZIP_MEMBERS:
            if any(name.startswith(prefix) for name in names):
                return media_type
    return "application/zip"


def unnamed_binary(data: bytes) -> str:
    """The best guess at bytes that are no text and have none of our signatures."""
    import puremagic  # only for files that will fail: not worth a worker's start-up time

    with suppress(Exception):
        found = puremagic.from_string(data[:4096], mime=True)
        if found and not found.startswith("text/"):
            return str(found)
    return "application/octet-stream"
