"""Forms made of XML inside of a PDF, whose page says no more than that one has to wait."""

from support.writers.noted_pdf import one_page, pdf_stream
from support.writers.pdf_writer import text_page

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.structure import WarningCode

WAIT = ("Please wait...", "If this message is not replaced, your viewer cannot show the form.")
TEMPLATE = b"""<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="order">
<draw><value><text>Order of flour</text></value></draw>
<field name="who"><caption><value><text>Your name:</text></value></caption></field>
<field name="sort"><caption><value><exData><p>Sort</p></exData></value></caption>
<value><text>rye</text></value></field>
<field name="line"/><field name="empty"/></subform></template>"""
DATA = b"""<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><order>
<who>Greta &amp; Ole</who><line>40 sacks</line><line>before noon</line><seen/></order></xfa:data>
</xfa:datasets>"""


def form(template: bytes, data: bytes, *, needs_rendering: bool = False) -> Parsed:
    rendering = b"/NeedsRendering true" if needs_rendering else b""
    made = one_page(
        text_page(*WAIT),
        [pdf_stream(template), pdf_stream(data)],
        catalog=b"/AcroForm << /Fields [] /XFA [(template) 6 0 R (datasets) 7 0 R] >> " + rendering,
    )
    return pdf.parse(Blob(made, "form.pdf"), Limits())


def test_what_the_form_says_and_what_was_filled_in_is_read() -> None:
    for needs_rendering in (True, False):
        parsed = form(TEMPLATE, DATA, needs_rendering=needs_rendering)
        assert [block.text for block in parsed.blocks] == [
            "Order of flour",
            "Your name: Greta & Ole",
            "Sort: rye",
            "line: 40 sacks",
            "line: before noon",
        ]
        assert not parsed.warnings


def test_a_broken_form_is_told_and_the_page_is_kept() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><template>&a;</template>'
    for template in (b"<template><draw>", bomb):
        parsed = form(template, DATA, needs_rendering=True)
        assert "Please wait" in parsed.blocks[0].text
        assert [each.code for each in parsed.warnings] == [WarningCode.OBJECT_LEFT_OUT]
