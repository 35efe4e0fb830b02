"""Pictures of Office documents are not read, and that is said."""

from support.writers.office_writer import OFFICE, A, docx, paragraph

from gristmill.pipeline.parsers.office.left_out import pictures_in
from gristmill.pipeline.parsers.office.rtf import rtf
from gristmill.pipeline.parsers.office.word import docx as parser
from gristmill.pipeline.parsers.safe_xml import parse_xml
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.outcomes.structure import WarningCode

R = f'xmlns:r="{OFFICE}"'
PICTURE = (
    f'<w:p><w:r><w:drawing><pic:pic xmlns:pic="urn:pic"><pic:blipFill><a:blip xmlns:a="{A}" {R} '
    'r:embed="{}"/></pic:blipFill></pic:pic></w:drawing></w:r></w:p>'
)


def test_each_picture_of_a_document_counts_once() -> None:
    body = paragraph("Sluice") + PICTURE.format("rId7") * 2 + PICTURE.format("rId8")
    (warning,) = parser.parse(Blob(docx(body)), Limits()).warnings
    assert (warning.code, warning.count) == (WarningCode.IMAGE_WITHOUT_TEXT, 2)


def test_stand_ins_and_fillings_are_no_pictures() -> None:
    older = f'<i:imagedata xmlns:i="urn:i" {R} r:id="rId1"/>'
    filled = (
        f'<s:spPr xmlns:s="urn:s"><s:blipFill><s:blip {R} r:embed="rId1"/></s:blipFill></s:spPr>'
    )
    for inside in (
        f"<object>{older}</object>",
        f"<Fallback><pict>{older}</pict></Fallback>",
        filled,
    ):
        assert pictures_in(parse_xml(f"<root>{inside}</root>".encode(), "it")) == 0
    assert pictures_in(parse_xml(f"<root><pict>{older}</pict></root>".encode(), "it")) == 1


def test_rtf_has_pictures_beside_those_of_its_objects() -> None:
    def counted(body: str) -> list[int]:
        parsed = rtf.parse(Blob(rf"{{\rtf1 Mill {body}\par}}".encode()), Limits())
        kind = WarningCode.IMAGE_WITHOUT_TEXT
        return [each.count for each in parsed.warnings if each.code is kind]

    picture = r"{\pict\pngblip 89504e47}"
    assert counted(rf"{{\*\shppict{picture}}}{{\nonshppict{picture}}} {picture}") == [2]
    assert counted(rf"{{\object{{\*\objdata 00}}{{\result{picture}}}}}") == []
