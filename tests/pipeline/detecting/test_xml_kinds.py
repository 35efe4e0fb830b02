"""XML documents by their vocabulary, whatever they are called."""

import pytest

from gristmill.pipeline.detecting.detect import detect

JATS_TYPE = '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) v1.2//EN" "a.dtd">'


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"<?xml version='1.0'?>\n{JATS_TYPE}<article><front/></article>", "jats"),
        (f"{JATS_TYPE}<article><front/></article>", "jats"),
        ("<article article-type='research-article'><front/></article>", "jats"),
        ("<book xmlns='http://docbook.org/ns/docbook'><title/></book>", "docbook"),
        (
            '<!DOCTYPE book PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "d" [\n'
            '<!ENTITY a "b>">\n]>\n<book/>',
            "docbook",
        ),
        (
            '<?xml version="1.0"?><!DOCTYPE concept PUBLIC "-//OASIS//DTD DITA Concept//EN" "c">'
            "<concept id='a'/>",
            "dita",
        ),
        ("<?xml version='1.0'?><TEI xmlns='http://www.tei-c.org/ns/1.0'/>", "tei"),
        ("<tei:TEI xmlns:tei='http://www.tei-c.org/ns/1.0'></tei:TEI>", "tei"),
        ("<tt xmlns='http://www.w3.org/ns/ttml'><body/></tt>", "ttml"),
        ("<?xml version='1.0'?><FictionBook/>", "x-fictionbook"),
        ("<?xml version='1.0'?><note><to>a</to></note>", ""),
        ("<!DOCTYPE mill [<!ENTITY a 'b'>]><mill>&a;</mill>", ""),
    ],
)
def test_a_vocabulary_is_known_by_its_root_or_its_type(text: str, kind: str) -> None:
    assert detect(text.encode()) == f"application/{kind}{'+' if kind else ''}xml"


def test_a_page_is_no_other_document() -> None:
    assert detect(b"<!DOCTYPE html><html><body><p>docbook</p></body></html>") == "text/html"
