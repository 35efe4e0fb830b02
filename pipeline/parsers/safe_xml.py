"""XML that others wrote: no entities, no DTD, no network, and bounded."""

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_TREE_BYTES = 64 * 1024 * 1024
"""A tree takes several times the bytes of its XML; what is larger has to be iterated over."""

_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse_xml(data: bytes, what: str = "the XML", *, doctype: bool = False) -> "_Element":
    """The root element of `data`; `what` is its name in errors.

    With `doctype` a document type declaration may be there (it is not acted on). Raises
    DocumentError `too_large` over MAX_TREE_BYTES, else `parse_error`.
    """
    from lxml import etree

    if len(data) > MAX_TREE_BYTES:
        raise DocumentError(DocumentCode.TOO_LARGE, f"{what} is over {MAX_TREE_BYTES} bytes")
    try:
        root = etree.fromstring(data, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise _broken(what, error) from None
    if not doctype:
        _refuse_doctype(root, what)
    return root


def iterate_xml(stream: IO[bytes], *names: str, what: str = "the XML") -> Iterator["_Element"]:
    """Each element of these local names as it ends; what has been yielded is forgotten.

    The elements that are still open around it are there, with their attributes. Raises
    DocumentError `parse_error`; whatever the stream raises comes through.
    """
    from lxml import etree

    tags = tuple(f"{{*}}{name}" for name in names)
    first = True
    try:
        for _, element in etree.iterparse(stream, events=("end",), tag=tags, **_SAFE):
            if first:
                _refuse_doctype(element, what)
                first = False
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise _broken(what, error) from None


def local_name(element: "_Element") -> str:
    """The name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def local_attributes(element: "_Element") -> dict[str, str]:
    """Attributes by their local names."""
    return {str(name).rpartition("}")[2]: str(value) for name, value in element.attrib.items()}


def _forget(element: "_Element") -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refuse_doctype(element: "_Element", what: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(
            DocumentCode.PARSE_ERROR, f"{what} has a document type declaration, which is not read"
        )


def _broken(what: str, error: Exception) -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, f"{what} is broken: {error}"[:300])
