"""What holds at a place of an RTF document, for characters and for paragraphs."""

from typing import NamedTuple


class State(NamedTuple):
    """What a group inherits, and forgets at its end. `into` says where its text goes, `outside`
    where that of the group around it does. Text that is `hidden`, `deleted` with change tracking,
    or that only stands for the HTML beside it (`aside`), is not shown."""

    into: str = "body"
    outside: str = "body"
    font: int | None = None
    hidden: bool = False
    deleted: bool = False
    aside: bool = False
    skipped_after_unicode: int = 1

    @property
    def is_shown(self) -> bool:
        return not (self.hidden or self.deleted or self.aside)


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


def character(at: State, word: str, number: int | None) -> State | None:
    """How characters are read after a control word; None for one that says nothing of them."""
    if word == "f":
        return at._replace(font=number)
    if word == "plain":
        return at._replace(font=None, hidden=False, deleted=False)
    if word == "v":
        return at._replace(hidden=number != 0)
    if word in ("deleted", "mvf"):
        return at._replace(deleted=number != 0)
    if word == "htmlrtf":
        return at._replace(aside=number != 0)
    if word == "uc":
        return at._replace(skipped_after_unicode=min(max(number or 0, 0), 8))
    return None
