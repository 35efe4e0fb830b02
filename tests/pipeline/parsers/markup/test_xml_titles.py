"""The titles of XML elements."""

import pytest

from gristmill.pipeline.parsers.markup import xmldoc
from gristmill.pipeline.parsers.markup.xml.xml_inline import plain_text
from gristmill.pipeline.parsers.markup.xml.xml_titles import Titles
from gristmill.pipeline.parsers.safe_xml import parse_xml
from gristmill.pipeline.shapes import Blob, Limits


@pytest.mark.parametrize(
    "inside",
    ["a" * 500, " a\n b ", "<i>a</i> ", "a &x; b", " <i> a </i> <b> b</b>", "<title>a</title>"],
)
def test_a_child_with_some_text_is_the_title(inside: str) -> None:
    assert title_of(f"<a><b/><title>{inside}</title></a>")


@pytest.mark.parametrize(
    "inside", ["a" * 501, " ", "", "<i> </i> \n<i/>", "&x;", "<head>a </head>" * 251]
)
def test_a_child_without_text_or_with_much_of_it_is_no_title(inside: str) -> None:
    assert not title_of(f"<a><title>{inside}</title></a>")


def test_blanks_around_elements_count_once() -> None:
    assert title_of(f"<a><title>{'a' * 249} <i> {'b' * 250} </i> </title></a>")
    assert not title_of(f"<a><title>{'a' * 250} <i> {'b' * 250} </i> </title></a>")


def test_titles_inside_each_other_are_measured_once() -> None:
    inside = "<a/>" * 100_000 + f"<a>{'b' * 501}</a>"
    data = f"<r>{'<title>' * 240}{inside}{'</title>' * 240}</r>"
    (block,) = xmldoc.parse(Blob(data.encode()), Limits()).blocks
    assert block.text.endswith("a: " + "b" * 501)


def title_of(xml: str) -> bool:
    """Whether there is a title; one that is measured must be as long as its text says."""
    root = parse_xml(f"<!DOCTYPE a [<!ENTITY x 'y'>]>{xml}".encode(), doctype=True)
    found = Titles().of(root)
    expected = [
        child for child in root if child.tag == "title" and 0 < len(plain_text(child)) <= 500
    ]
    assert [found] == (expected or [None])
    return found is not None
