"""Office formats by their bytes, with no name at all."""

import pytest
from support.writers.office_writer import compound, docx, epub, odf, pptx, xlsx, zipped

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.office import locked
from gristmill.pipeline.registry import media_types, parser_for
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.problems.errors import DocumentError

OPEN_XML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
KINDS = {
    OPEN_XML + "wordprocessingml.document": docx(""),
    OPEN_XML + "presentationml.presentation": pptx([]),
    OPEN_XML + "spreadsheetml.sheet": xlsx({}),
    ODF + "text": odf("text", ""),
    ODF + "spreadsheet": odf("spreadsheet", ""),
    ODF + "presentation": odf("presentation", ""),
    "application/epub+zip": epub({}),
    "application/rtf": b"{\\rtf1 x}",
}


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_tell_the_format_and_a_parser_reads_it(kind: str) -> None:
    assert detect(KINDS[kind]) == kind
    assert detect(KINDS[kind], "a.txt", "text/plain") == kind
    assert parser_for(kind) is not None


def test_a_zip_archive_with_a_folder_called_word_is_none() -> None:
    assert detect(zipped({"word/list.txt": "x"}), "a.docx") == "application/zip"


def test_a_truncated_document_is_still_of_its_kind_so_that_its_parser_complains() -> None:
    data = docx("<w:p/>" * 50)
    assert detect(data[: len(data) // 2]) == OPEN_XML + "wordprocessingml.document"


def test_text_with_an_office_name_is_text() -> None:
    assert detect(b"The wheel turns.", "a.docx") == "text/plain"
    assert detect(b"The wheel turns.", "a.rtf") == "text/plain"


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        ("EncryptedPackage", locked.media_types[0]),
        ("WordDocument", "application/msword"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("Workbook", "application/vnd.ms-excel"),
        ("Something", "application/x-ole-storage"),
    ],
)
def test_the_streams_of_a_compound_file_tell_what_it_is(stream: str, kind: str) -> None:
    assert detect(compound(stream), "a.docx") == kind


def test_old_documents_have_a_parser_and_encrypted_ones_say_so() -> None:
    assert parser_for("application/msword") is not None
    assert parser_for("application/vnd.ms-powerpoint") is not None
    assert locked.media_types[0] in media_types()
    with pytest.raises(DocumentError) as caught:
        locked.parse(Blob(b""), Limits())
    assert caught.value.document_code == "encrypted"
