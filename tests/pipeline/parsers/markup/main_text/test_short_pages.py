"""Short pages of which nothing is evident are kept whole."""

from gristmill.pipeline.parsers.markup import htmldoc
from gristmill.pipeline.shapes import Blob, Limits

MENU = (
    '<html><body><ul class="nav navbar-nav"><li class="dropdown"><a href="/w">My Wheel</a>'
    '<ul class="dropdown-menu"><li><a href="/s">Some stones</a><ul>'
    '<li>The <a href="/h">homepage</a><ul><li>Inner item</li>'
    '<li>More text <a href="/l">with links</a> and more text.</li></ul></li>'
    "</ul></li></ul></li><li><a href='#'>My mill</a></li></ul></body></html>"
)


def test_a_menu_alone_is_not_cut_to_its_longest_item() -> None:
    text = "\n".join(block.text for block in htmldoc.parse(Blob(MENU.encode()), Limits()).blocks)
    for said in ("My Wheel", "Some stones", "homepage", "Inner item", "with links", "My mill"):
        assert said in text
