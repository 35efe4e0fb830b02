"""The league table for people, as a page, and for programs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.harness.machine import Machine
from benchmarks.quality.league import Check, Section
from benchmarks.quality.materials import Materials

_SHARES = frozenset({"right", "F1", "precision", "recall", "first", "in ten", "within 2%"})


def text_of(section: Section) -> str:
    """A few lines: the contenders, the goals, the notes."""
    width = max((len(row.name) for row in section.rows), default=0)
    lines = [f"{section.name}: {section.title} ({section.material})"]
    for row in section.rows:
        figures = "   ".join(
            f"{name} {_rounded(name, value)}" for name, value in row.figures.items()
        )
        lines.append(f"  {row.name:<{width}}  {figures}")
    lines += [f"  {'ok  ' if check.passed else 'MISS'}  {_goal(check)}" for check in section.checks]
    lines += [f"  - {note}" for note in section.notes]
    return "\n".join(lines)


def markdown_of(about: Machine, materials: Materials, sections: Sequence[Section]) -> str:
    """The page docs/quality.md: everything, with the command that makes it."""
    lines = [
        "# Quality",
        "",
        "How well documents are read, ours beside the bare libraries. `make quality` writes this",
        "page. The corpus and its labels are not part of the repository.",
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {about}.",
        *_missing(materials),
    ]
    for section in sections:
        lines += ["", f"## {section.title}", "", f"On {section.material}.", ""]
        lines += [*_table(section), "", *_checks(section)]
        if section.notes:
            lines += ["", *(f"- {_escaped(note)}" for note in section.notes)]
    return "\n".join(lines) + "\n"


def _missing(materials: Materials) -> Iterator[str]:
    if not (materials.corpus and materials.score):
        yield "The shared corpus or scorer was not there: this is what the examples alone show."


def _table(section: Section) -> Iterator[str]:
    names = list(dict.fromkeys(name for row in section.rows for name in row.figures))
    yield f"| | {' | '.join(names)} |"
    yield f"| --- |{' ---: |' * len(names)}"
    for row in section.rows:
        cells = [_rounded(name, row.figures[name]) if name in row.figures else "" for name in names]
        yield f"| {row.name} | {' | '.join(cells)} |"


def _checks(section: Section) -> Iterator[str]:
    yield "| goal | | |"
    yield "| --- | ---: | --- |"
    for check in section.checks:
        bound = f"{'at most' if check.at_most else 'at least'} {check.goal:g}"
        yield f"| {check.what}: {bound} | {_exact(check.measured)} | {_mark(check)} |"


def _mark(check: Check) -> str:
    return "reached" if check.passed else "**missed**"


def _goal(check: Check) -> str:
    bound = "at most" if check.at_most else "at least"
    return f"{check.what}: {_exact(check.measured)} (goal {bound} {check.goal:g})"


def _exact(value: float) -> str:
    return f"{value:.4g}"


def _rounded(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    if name in _SHARES:
        return f"{value:.3f}"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _escaped(note: str) -> str:
    """As text, whatever a document had in it."""
    return note.replace("<", "&lt;").replace("|", "\\|").replace("*", "\\*")


def write_json(path: Path, about: Machine, sections: Sequence[Section]) -> None:
    """Everything that was measured."""
    goals = {
        section.name: [
            {**msgspec.structs.asdict(check), "passed": check.passed} for check in section.checks
        ]
        for section in sections
    }
    document = {"machine": about, "sections": list(sections), "goals": goals}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
