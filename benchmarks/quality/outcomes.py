"""What became of every file: succeeded, or failed with the code that it should."""

from collections import Counter
from pathlib import Path

from benchmarks.quality.league import Check, QualityContest, Row, Section
from benchmarks.quality.library import ingested
from benchmarks.quality.materials import Materials
from gristmill.schemas.outcomes.documents import LedgerRow

_MOST_SECONDS = 60.0
_GOOD = frozenset({"succeeded", "unchanged", "duplicate"})
# What was found when each was looked at. PDFs are judged by pdfium itself.
_JUDGED = {
    "empty.xlsx": "empty",
    "fake-text-all-whitespace.txt": "empty",
    "empty.eml": "empty",
    "picture.pptx": "empty",  # one picture, no text
    "test-image-jpg-mime.pptx": "empty",  # the same
    "password_protected.xlsx": "encrypted",
    "_mozilla_bug638318_text.html": "encoding",  # thousands of zero bytes and one letter
    "unreadable.txt": "encoding",
    # Attachments of the mails, most of them scrambled or cut short by whoever published them.
    "attachment": "unsupported",
    "broken.pdf": "parse_error",
    "This is a test.pdf": "parse_error",
    "blah.gz": "parse_error",
    "LOGO.png": "parse_error",  # no PNG header: its bytes are scrambled
    "PGP_Cmts_on_12-14-01_Pkg.doc": "empty",
}
_IMAGES = (".jpg", ".png")  # without the step `ocr`
_NO_DOCUMENTS = (".gif", ".mp3", ".p7s")


def _measure(materials: Materials) -> Section:
    folder = materials.documents
    run = ingested(folder)
    rows = list(run.ledger())
    failed = [row for row in rows if row.state not in _GOOD]
    wrong = [row for row in failed if row.code != _right_code(row)]
    counts = Counter(row.state for row in rows)
    codes = Counter(str(row.code) for row in failed)
    slowest = max(rows, key=lambda row: row.seconds or 0.0)
    return Section(
        "outcomes",
        "What became of every file",
        f"{len(rows)} documents by `gristmill ingest`, in {run.seconds:.0f} s",
        [
            Row("states", {name: float(n) for name, n in counts.most_common()}),
            Row("codes of the failed", {name: float(n) for name, n in codes.most_common()}),
        ],
        [
            Check("failed with the wrong code", len(wrong), 0, at_most=True),
            Check("crashed", codes["crashed"], 0, at_most=True),
            Check("slowest, seconds", slowest.seconds or 0.0, _MOST_SECONDS, at_most=True),
        ],
        [
            f"the slowest: {_name(slowest, folder)}",
            *(f"WRONG: {_told(row, folder)}" for row in wrong),
            *(f"right: {_told(row, folder)}" for row in failed if row not in wrong),
        ],
    )


def _right_code(row: LedgerRow) -> str | None:
    path = Path(row.uri)
    if path.suffix.lower() == ".pdf" and path.is_file():
        return _pdf_code(path)
    if path.suffix in _NO_DOCUMENTS:
        return "unsupported"
    return _JUDGED.get(path.name) or ("needs_ocr" if path.suffix in _IMAGES else None)


def _pdf_code(path: Path) -> str | None:
    """`encrypted` where pdfium asks for a password; without text `needs_ocr` where a page shows
    anything, else `empty`. None: there is text, so it should not have failed."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return "encrypted" if "assword" in str(error) else "parse_error"
    shows = False
    for page in document:
        if page.get_textpage().get_text_range().strip():
            return None
        shows = shows or next(iter(page.get_objects()), None) is not None
    return "needs_ocr" if shows else "empty"


def _name(row: LedgerRow, folder: Path) -> str:
    return row.uri.removeprefix(f"{folder}/")


def _told(row: LedgerRow, folder: Path) -> str:
    return f"{row.code}: {_name(row, folder)}: {row.message}"


CONTEST = QualityContest("outcomes", _measure)
