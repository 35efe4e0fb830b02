"""Words of Office documents that are found, beside kreuzberg where it is installed.

The truth is what LibreOffice shows: the text of its PDF, of workbooks its CSV. Without LibreOffice
the section says so and measures nothing.
"""

import importlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean

from benchmarks.quality.league import Check, Figures, QualityContest, Row, Section
from benchmarks.quality.materials import Materials, files_below
from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.problems.errors import DocumentError

_TEXTS = (".docx", ".doc", ".odt", ".rtf", ".pptx", ".ppt", ".odp")
_WORKBOOKS = (".xlsx", ".xls", ".xlsb", ".ods")
_MOST_BYTES = 1_000_000
_MOST_PAGES = 60
_GOAL = 0.96
_SECONDS = 1800
_WORD = re.compile(r"\w+")
_WORST = 12
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
Reader = Callable[[Path], str]


def _measure(materials: Materials) -> Section:
    title = "Words of Office documents that are found"
    program = shutil.which("soffice")
    if program is None:
        return Section(
            "office", title, "nothing: LibreOffice, whose reading is the truth, is not installed"
        )
    documents = [
        path
        for path in files_below(materials.folder, (*_TEXTS, *_WORKBOOKS))
        if path.stat().st_size <= _MOST_BYTES
    ]
    truth = _truth(program, documents)
    shares = {
        name: {path: _share(words, reader(path)) for path, words in truth.items()}
        for name, reader in _readers()
    }
    ours = shares["gristmill"]
    worst = sorted(ours, key=lambda path: ours[path])[:_WORST]
    return Section(
        "office",
        title,
        f"{len(truth)} documents of which LibreOffice shows words",
        [Row(name, _figures(found)) for name, found in shares.items()],
        [Check("words found by gristmill", fmean(ours.values()), _GOAL)],
        [f"{ours[path]:.3f} {path.name}" for path in worst if ours[path] < 1],
    )


def _figures(found: dict[Path, float]) -> Figures:
    figures: Figures = {"mean": fmean(found.values())}
    for suffix in sorted({path.suffix.lower() for path in found}):
        figures[suffix] = fmean(n for path, n in found.items() if path.suffix.lower() == suffix)
    return figures


def _share(words: frozenset[str], text: str) -> float:
    return len(words & _words(text)) / len(words)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _truth(program: str, documents: list[Path]) -> dict[Path, frozenset[str]]:
    """The words that LibreOffice shows of each document that it can read."""
    found: dict[Path, frozenset[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        copies = {place / f"{number}{path.suffix}": path for number, path in enumerate(documents)}
        for copy, path in copies.items():
            shutil.copy(path, copy)
        books = [copy for copy in copies if copy.suffix.lower() in _WORKBOOKS]
        _convert(program, place, "pdf", [copy for copy in copies if copy not in books])
        _convert(program, place, _CSV, books)
        for copy, path in copies.items():
            made = place / f"{copy.stem}.pdf"
            tables = place.glob(f"{copy.stem}-*.csv")
            texts = (table.read_text("utf-8", "replace") for table in tables)
            words = _words(_pdf_text(made) if made.exists() else "\n".join(texts))
            if words:
                found[path] = words
    return found


def _convert(program: str, place: Path, to: str, files: Iterable[Path]) -> None:
    profile = f"-env:UserInstallation=file://{place}/profile"
    command = [program, "--headless", profile, "--convert-to", to, "--outdir", str(place)]
    subprocess.run([*command, *map(str, files)], capture_output=True, check=False, timeout=_SECONDS)


def _pdf_text(path: Path) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    pages = range(min(len(document), _MOST_PAGES))
    return "\n".join(document[page].get_textpage().get_text_range() for page in pages)


def _readers() -> Iterable[tuple[str, Reader]]:
    yield "gristmill", _ours
    try:
        kreuzberg = importlib.import_module("kreuzberg")
    except ImportError:
        return

    def theirs(path: Path) -> str:
        try:
            return str(kreuzberg.extract_file_sync(str(path)).content)
        except Exception:  # it has its own kinds of errors; a failure finds no words
            return ""

    yield f"kreuzberg {kreuzberg.__version__}", theirs


def _ours(path: Path) -> str:
    try:
        content = process(Blob(path.read_bytes(), path.name), Options(), Limits())
    except DocumentError:
        return ""
    return "\n".join(chunk.text for chunk in content.chunks)


CONTEST = QualityContest("office", _measure, needs="corpus")
