"""The whole way of a document."""

from pathlib import Path

import pytest

from gristmill.pipeline import registry
from gristmill.pipeline.naming import title_of
from gristmill.pipeline.normalise import HeadingAt, Normalised
from gristmill.pipeline.process import process, versions
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
BROKEN = {"flood-report.pdf": "parse_error", "unreadable.txt": "encoding"}
OPTIONS, LIMITS = Options(), Limits()


class Custom:
    """A parser plugin of a user."""

    media_types = ("text/plain",)
    version = "7"

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def parse(self, blob: Blob, limits: Limits) -> Parsed:
        raise self.error


def run(data: bytes, name: str = "", limits: Limits = LIMITS) -> DocumentContent:
    return process(Blob(data, name), OPTIONS, limits)


def failure(data: bytes, name: str = "", limits: Limits = LIMITS) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        run(data, name, limits)
    return caught.value


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_example_document_ends_as_it_should(path: Path) -> None:
    if path.name in BROKEN:
        assert failure(path.read_bytes(), path.name).document_code == BROKEN[path.name]
        return
    content = run(path.read_bytes(), path.name)
    assert content.chunks
    assert "name_suggests" not in content.metadata


def test_the_examples_cover_every_format_of_ours() -> None:
    kinds = {path.suffix for path in EXAMPLES.iterdir()}
    texts = {".txt", ".md", ".rst", ".html", ".pdf", ".csv", ".json", ".ndjson"}
    assert kinds >= texts | {".docx", ".pptx", ".xlsx", ".odt", ".epub", ".rtf"}


def test_the_example_pdf_has_its_title_pages_and_headings() -> None:
    content = run((EXAMPLES / "restoration.pdf").read_bytes())
    assert content.title == "The Restoration of Alder Mill, 1979 to 1986"
    assert content.pages == 3
    assert ("The new wheel",) in [chunk.headings for chunk in content.chunks]
    assert {chunk.page for chunk in content.chunks} == {1, 2, 3}


def test_stages_are_told_in_order() -> None:
    stages: list[str] = []
    process(Blob(b"It turns.", "a.txt"), OPTIONS, LIMITS, stages.append)
    assert stages == ["detect", "parse", "normalise", "chunk"]


def test_a_misleading_extension_is_reported() -> None:
    content = run(b"<!doctype html><p>It turns.</p>", "notes.txt")
    assert content.media_type == "text/html"
    assert content.metadata["name_suggests"] == "text/plain"


def test_the_first_heading_is_the_title_where_there_is_no_better_one() -> None:
    assert run(b"# The Mill\n\nIt turns.", "a.md").title == "The Mill"
    assert run(b"Intro.\n\n## Part\n\nx\n\n# Whole\n\ny").title is None


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        (
            b"## Summary\n\nIt turns.\n\n## Motivation\n\nBread.",
            "0001-the-mill.md",
            "0001-the-mill",
        ),
        (b"# 1. Introduction\n\nIt turns.", "the-mill.md", "the-mill"),
        (b"# 1 Wheel\n\nIt turns.\n\n# 2 Stones\n\nThey too.", "mill.md", "mill"),
        (b"# 7 mills\n\nThey turn.", "mill.md", "7 mills"),
        (b"It turns.", "The mill.txt", "The mill"),
        (b"It turns.", "note", None),
        (b"It turns.", "", None),
    ],
)
def test_a_document_that_does_not_name_itself_is_called_as_its_file(
    text: bytes, name: str, title: str | None
) -> None:
    assert run(text, name).title == title


PDF, MAIL = "application/pdf", "message/rfc822"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - SPECIAL AGENDA 040616.doc",
        "Microsoft PowerPoint - Wheels",
        "10811.exe",
        "PowerPoint Presentation",
        "PowerPoint-Präsentation",
        "Binder1.pdf",
        "Untitled document",
        "untitled-2",
        "(anonymous)",
        "Document1",
        "the wheel of the mill.indd",
    ],
)
def test_a_title_that_a_program_made_up_names_no_document(title: str) -> None:
    parsed, text = Parsed([], title), Normalised("It turns.")
    headed = Normalised(f"{title}\n\nIt turns.", (HeadingAt(0, 1, title),))
    assert title_of(parsed, text, "mill/wheel.pdf", PDF) == "wheel"
    assert title_of(parsed, headed, "mill/wheel.pdf", PDF) == "wheel"
    assert title_of(parsed, text, "", PDF) is None


@pytest.mark.parametrize(
    ("title", "media_type"),
    [
        ("The Mill", PDF),
        ("What ASP.NET is, and Node.js", PDF),
        ("Documents", PDF),
        ("Book 3: the wheel", PDF),
        ("Presentation of the mill", PDF),
        ("Untitled poems", PDF),
        ("How to listen to Last.fm", PDF),
        ("Microsoft Word", PDF),
        ("invoice.pdf", MAIL),
        ("index.html", "text/html"),
    ],
)
def test_a_title_that_somebody_gave_is_kept(title: str, media_type: str) -> None:
    assert title_of(Parsed([], title), Normalised("It turns."), "a.x", media_type) == title


def test_a_workbook_is_not_called_as_its_first_sheet() -> None:
    sheets = Normalised("Sheet1\n\n| 1 |", (HeadingAt(0, 1, "Sheet1"),))
    assert title_of(Parsed([]), sheets, "mill.xlsx", XLSX) == "mill"
    assert title_of(Parsed([]), sheets, "", XLSX) == "Sheet1"
    assert title_of(Parsed([], "The mill's sacks"), sheets, "mill.xlsx", XLSX) == "The mill's sacks"


@pytest.mark.parametrize("data", [b"", b" \n\t \n", "\u200b\ufeff".encode("utf-8-sig")[:3]])
def test_nothing_to_read_is_empty(data: bytes) -> None:
    assert failure(data, "a.txt").document_code == "empty"


def test_an_unknown_type_is_named() -> None:
    error = failure(b"fLaC\x00" + bytes(40), "wheel.txt")
    assert error.document_code == "unsupported"
    assert "audio/flac" in error.message


def test_too_much_text_is_too_large() -> None:
    error = failure(b"It turns. " * 100, "a.txt", Limits(max_text_chars=500))
    assert error.document_code == "too_large"


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (ValueError("odd\nbytes"), "parse_error"),
        (RecursionError(), "parse_error"),
        (MemoryError(), "out_of_memory"),
        (DocumentError("encrypted", "locked"), "encrypted"),
    ],
)
def test_what_a_parser_raises_becomes_a_code(
    raised: Exception, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "parser_for", lambda media_type: Custom(raised))
    assert failure(b"It turns.").document_code == code


def test_versions_name_every_media_type_once() -> None:
    names = [version.partition("=")[0] for version in versions()]
    assert len(names) == len(set(names))
    assert {"process", "chunking", *registry.media_types()} == set(names)
