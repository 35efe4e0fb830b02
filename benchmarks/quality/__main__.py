"""The league table: `python -m benchmarks.quality [SECTION ...]`.

How well documents are read, ours beside the bare libraries, on the shared corpus and its labels
where they are there, else on the example documents alone. Exit code 1 when a goal is missed.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness.machine import machine
from benchmarks.quality import (
    detection,
    encodings,
    headings,
    known_items,
    office_words,
    outcomes,
    pdf_structure,
    pdf_text,
)
from benchmarks.quality.chunks import chunk_rules
from benchmarks.quality.league import QualityContest, Section
from benchmarks.quality.materials import Materials, materials
from benchmarks.quality.report import markdown_of, text_of, write_json
from benchmarks.quality.scanned import ocr_text
from benchmarks.quality.web import html_text, web_text

_ROOT = Path(__file__).parents[2]
_PAGE = _ROOT / "docs" / "quality.md"
CONTESTS = {
    module.CONTEST.name: module.CONTEST
    for module in (
        html_text,
        web_text,
        encodings,
        detection,
        pdf_text,
        pdf_structure,
        office_words,
        outcomes,
        chunk_rules,
        headings,
        known_items,
        ocr_text,
    )
}


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; returns an exit code."""
    args = _parser().parse_args(arguments)
    if unknown := [name for name in args.names if name not in CONTESTS]:
        sys.stderr.write(f"there is no section {unknown[0]!r}; there are {', '.join(CONTESTS)}\n")
        return 2
    about, found = machine(), materials(args.shared)
    _say(str(about))
    _say(_told(found))
    sections = []
    for name in args.names or CONTESTS:
        section = _section(CONTESTS[name], found)
        if section is None:
            _say(f"\n{name}: left out, for the shared {CONTESTS[name].needs} is not there")
        else:
            sections.append(section)
            _say(f"\n{text_of(section)}")
    if args.json:
        write_json(args.json, about, sections)
    if args.markdown:
        args.markdown.write_text(markdown_of(about, found, sections), "utf-8")
    missed = [check for section in sections for check in section.checks if not check.passed]
    _say(f"\n{len(missed)} goals missed" if missed else "\nall goals reached")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SECTION", help=f"{', '.join(CONTESTS)} (all)")
    parser.add_argument("--shared", type=Path, metavar="DIR", help="holds `corpus` and `score`")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything to a file")
    parser.add_argument(
        "--markdown",
        type=Path,
        nargs="?",
        const=_PAGE,
        metavar="FILE",
        help="write a page for people (docs/quality.md)",
    )
    return parser


def _section(contest: QualityContest, found: Materials) -> Section | None:
    missing = contest.needs is not None and not found.has(contest.needs)
    return None if missing else contest.measure(found)


def _told(found: Materials) -> str:
    missing = [name for name in ("corpus", "score") if not found.has(name)]
    if not missing:
        return "on the shared corpus, with the shared scorer"
    return (
        f"the shared {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not there "
        "(--shared DIR); what needs it is left out, the rest is measured on examples/documents"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
