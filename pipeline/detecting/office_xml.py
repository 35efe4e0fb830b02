"""Office documents that are one file of XML, told by their root element."""

import re

_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)([^>]*)>?", re.DOTALL)
_FLAT = re.compile(rb"mimetype\s*=\s*[\"'](application/vnd\.oasis\.opendocument\.[a-z]+)")
_WORD = b"schemas.microsoft.com/office/word/2003/wordml"
_EXCEL = b"urn:schemas-microsoft-com:office:spreadsheet"
_PACKAGE = b"schemas.microsoft.com/office/2006/xmlPackage"
_HEAD_BYTES = 16 * 1024
_READ = frozenset({"text", "spreadsheet", "presentation"})


def office_xml(data: bytes) -> str | None:
    """The media type of a document whose XML is that of an Office program."""
    match = _ROOT.search(data[:_HEAD_BYTES])
    if match is None:
        return None
    root, attributes = match[1], match[2]
    if root == b"wordDocument" and _WORD in attributes:
        return "application/vnd.ms-word.2003+xml"
    if root == b"Workbook" and _EXCEL in attributes:
        return "application/vnd.ms-excel.2003+xml"
    if root == b"package" and _PACKAGE in attributes:
        return "application/vnd.ms-office.flat-opc+xml"
    if root == b"document" and (flat := _FLAT.search(attributes)):
        kind = flat[1].decode("ascii").removesuffix("-template")
        if kind.rpartition(".")[2] in _READ:
            return f"{kind}-flat-xml"
    return None
