"""What plain text and reStructuredText call themselves where no section title does."""

import pytest

from gristmill.pipeline.parsers.text import plain
from gristmill.pipeline.parsers.text.light import restructured
from gristmill.pipeline.shapes import Blob, Limits

_RFC = (
    "Network Working Group                              E. Miller\n"
    "Request for Comments: 12345                        Alder Mill\n\n\n"
    "              Grinding Over\n          Slow Water\n\nStatus of This Memo\n\n   It turns.\n"
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("=====\n The Mill\n 1979\n=====\nIt turns.\n", "The Mill"),
        ("The Mill\n========\nIt turns.\n", "The Mill"),
        ("A book of mills\nof the north.\n\nTitle: Mill Stones\n\nAuthor: E.\n", "Mill Stones"),
        ("Does the wheel turn?\n" + "The wheel turns slowly. " * 9, "Does the wheel turn?"),
        (_RFC, "Grinding Over Slow Water"),
        ("date,bid,ask\n1,2,3\n2,3,4\n", None),
        ("The wheel turns,\n" + "and it turns slowly. " * 9, None),
    ],
)
def test_a_plain_text_is_called_by_what_stands_apart(text: str, title: str | None) -> None:
    assert plain.parse(Blob(text.encode()), Limits()).title == title


def test_a_logo_names_a_text_whose_sections_do_not_and_a_badge_does_not() -> None:
    badge = ".. image:: http://a/badge.svg\n   :alt: Mill status\n\n"
    logo = ".. image:: mill.png\n   :width: 9\n   :alt: Mill logo\n\n"
    sections = "Install\n=======\n\nx\n\nUse\n===\n\ny\n"
    assert restructured.parse(Blob((badge + logo + sections).encode()), Limits()).title == "Mill"
    assert restructured.parse(Blob((badge + sections).encode()), Limits()).title is None
    assert restructured.parse(Blob((sections + logo).encode()), Limits()).title is None


def test_a_section_title_has_no_inline_marks() -> None:
    source = "``mill`` and :ref:`wheel`\n=========================\n\nx\n"
    assert restructured.parse(Blob(source.encode()), Limits()).blocks[0].text == "mill and wheel"
