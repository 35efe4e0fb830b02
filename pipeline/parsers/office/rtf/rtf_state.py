"""What holds at a place of an RTF document, for characters and for paragraphs."""

from typing import NamedTuple


class State(NamedTuple):
    """What a group inherits, and forgets at its end. `into` says where its text goes."""

    into: str = "body"
    font: int | None = None
    hidden: bool = False
    skipped_after_unicode: int = 1


class Paragraph(NamedTuple):
    """Properties of a paragraph, which hold for those that follow as well."""

    style: int = 0
    outline: int | None = None
    depth: int = 0
    in_table: bool = False


def changed(at: Paragraph, word: str, number: int | None) -> Paragraph:
    """The properties after a control word; most words change nothing of them."""
    if word == "pard":
        return Paragraph()
    if word == "s":
        return at._replace(style=number or 0)
    if word == "outlinelevel":
        return at._replace(outline=number)
    if word == "ilvl":
        return at._replace(depth=min(max(number or 0, 0), 20))
    return at._replace(in_table=True) if word == "intbl" else at
