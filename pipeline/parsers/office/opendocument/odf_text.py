"""Small questions to the elements of ODF texts."""

from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element


def parents_of_styles(root: "_Element") -> dict[str, str]:
    """Styles' parents by name: automatic styles stand between text and named ones."""
    found = {}
    for style in root.iter("{*}style"):
        attributes = local_attributes(style)
        found[attributes.get("name", "")] = attributes.get("parent-style-name", "")
    return found


def is_hidden(element: "_Element") -> bool:
    """Whether a section is not shown."""
    return local_name(element) == "section" and local_attributes(element).get("display") == "none"


def collapsed(text: str | None) -> str:
    """Blanks as ODF reads them: any run is one."""
    if not text:
        return ""
    if "\n" in text or "\t" in text or "  " in text:
        inner = " ".join(text.split())
        return f"{' ' if text[0].isspace() else ''}{inner}{' ' if text[-1].isspace() else ''}"
    return text
