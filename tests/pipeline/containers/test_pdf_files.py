"""Files inside of a PDF are members of it."""

import io
import zipfile

import pytest
from support.writers.noted_pdf import annotation, one_page, pdf_stream
from support.writers.pdf_writer import text_page, write_pdf

from gristmill.pipeline.containers.members import members, open_member
from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pool.worker.documents.nested import is_looked_into
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.schemas.problems.errors import DocumentError

NOTE = b"The miller wrote this."


def holding(*names: str, content: bytes = NOTE) -> bytes:
    """A PDF with a file of the document for each name but the last, which is pinned to the page."""
    objects: list[bytes] = []
    for name in names:
        objects.append(pdf_stream(content, b"/Type /EmbeddedFile"))
        # A name in UTF-16 may have any character.
        title = name.encode("utf-16-be").hex().encode()
        number = 5 + len(objects)
        objects.append(
            b"<< /Type /Filespec /F (x) /UF <FEFF%s> /EF << /F %d 0 R >> >>" % (title, number)
        )
    specs = [7 + 2 * at for at in range(len(names))]
    named = b" ".join(b"(%d) %d 0 R" % (spec, spec) for spec in specs[:-1])
    objects.append(annotation("FileAttachment", (10, 10, 30, 30), b"/FS %d 0 R" % specs[-1]))
    return one_page(
        text_page("A letter with enclosures"),
        objects,
        annotations=[5 + len(objects)],
        catalog=b"/Names << /EmbeddedFiles << /Names [%s] >> >>" % named,
    )


def test_files_of_the_document_and_of_its_pages_are_members() -> None:
    data = holding("bill.txt", "bill.txt", "../../etc/пин.txt")
    found = [each.path for each in members(Blob(data, "letter.pdf"), Limits())]
    assert found == ["bill.txt", "bill.txt~2", "etc/пин.txt"]
    assert [open_member(data, path, Limits()) for path in found] == [NOTE] * 3


def test_the_letter_is_a_document_that_names_its_enclosures() -> None:
    parsed = pdf.parse(Blob(holding("bill.txt", "map.txt")), Limits())
    assert parsed.metadata["attachments"] == ["bill.txt", "map.txt"]
    assert "enclosures" in parsed.blocks[0].text
    assert "attachments" not in pdf.parse(Blob(write_pdf([text_page("x")])), Limits()).metadata


def test_one_in_an_archive_is_looked_into_when_it_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("letter.pdf", holding("bill.txt", "map.txt"))
    data = out.getvalue()
    assert [each.path for each in members(Blob(data, "a.zip"), Limits())] == ["letter.pdf"]
    letter = PlannedDocument(1, "a.zip!/letter.pdf", 0, member="letter.pdf")
    assert is_looked_into(letter, "application/pdf")
    assert open_member(data, "letter.pdf!/map.txt", Limits()) == NOTE


def test_budgets_hold_and_damage_is_told() -> None:
    data = holding("a.txt", "b.txt")
    with pytest.raises(DocumentError, match="max_members"):
        list(members(Blob(data, "a.pdf"), Limits(max_members=1)))
    with pytest.raises(DocumentError, match="over 10 bytes"):
        open_member(data, "a.txt", Limits(max_document_bytes=10))
    bomb = holding("a.txt", "b.txt", content=b"x" * 1_000)
    with pytest.raises(DocumentError, match="inflates to over 500 bytes"):
        open_member(bomb, "a.txt", Limits(max_inflated_bytes=500))


def test_a_pdf_that_cannot_be_opened_has_no_members() -> None:
    broken = b"%PDF-1.7\n/EmbeddedFile\n%%EOF"
    assert list(members(Blob(broken, "a.pdf"), Limits())) == []
