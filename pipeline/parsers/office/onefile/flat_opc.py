"""Flat OPC: the parts of a DOCX or PPTX in one file of XML (`pkg:package`)."""

import base64
import binascii
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.elements import child
from gristmill.pipeline.parsers.office.onefile.held_parts import HeldParts
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.slides import pptx
from gristmill.pipeline.parsers.office.word import docx
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name, parse_xml
from gristmill.pipeline.shapes import Blob, Limits, Parsed

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/vnd.ms-office.flat-opc+xml",)
version = "2"


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `parse_error`, `too_large`."""
    parts: dict[str, bytes] = {}
    for each in parse_xml(blob.data, "the document", doctype=False):
        name = local_attributes(each).get("name", "").lstrip("/")
        data = _data(each)
        if local_name(each) == "part" and data is not None:
            parts[name] = data
    package = Package(blob, limits, HeldParts(parts))
    if any(name.startswith("ppt/") for name in parts):
        return pptx.read_package(package, limits, len(blob.data))
    return docx.read_package(package, limits, len(blob.data))


def _data(part: "_Element") -> bytes | None:
    from lxml.etree import tostring

    inside = child(part, "xmlData")
    if inside is not None and len(inside):
        return bytes(tostring(inside[0], with_tail=False))
    packed = child(part, "binaryData")
    try:
        return base64.b64decode(packed.text or "") if packed is not None else None
    except binascii.Error:
        return None
