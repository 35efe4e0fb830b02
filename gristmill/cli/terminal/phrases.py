"""How times, sizes and counts are written for people."""

import re
from datetime import datetime

from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.outcomes.structure import DocumentWarning
from gristmill.schemas.views import JobView

STATES = ("succeeded", "unchanged", "duplicate", "skipped", "failed", "cancelled", "pending")


def moment(at: datetime | None) -> str:
    """`2026-11-23 22:08:25`, UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""


def place(headings: tuple[str, ...], page: int | None) -> str:
    """Where in its document a chunk stands: `Setup > Disk, page 3`."""
    path = " > ".join(headings)
    on_page = f"page {page}" if page is not None else ""
    return ", ".join(part for part in (path, on_page) if part)


def tally(counts: Counts) -> str:
    """`12 succeeded, 2 failed`: the states that have any documents."""
    parts = [f"{number} {state}" for state in STATES if (number := getattr(counts, state))]
    if counts.warnings:
        parts.append(f"{counts.warnings} with warnings")
    return ", ".join(parts) or "no documents yet"


def warning_of(warning: DocumentWarning) -> str:
    """`page_unreadable, page 3: the page is damaged (2 times)`."""
    where = f", page {warning.page}" if warning.page is not None else ""
    told = re.search(rf"\b{warning.count}\b", warning.message) is not None
    often = f" ({warning.count:,} times)" if warning.count > 1 and not told else ""
    return f"{warning.code}{where}: {warning.message}{often}"


def number_of(count: int, noun: str) -> str:
    """`1 document`, `12 documents`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def duration(seconds: float) -> str:
    """`180 ms`, `9.5 s`, `2 min 5 s`, `3 h 20 min`, `12 days`: two units at most."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return _two(minutes, "min", rest, "s")
    hours, minutes = divmod(round(seconds / 60), 60)
    return _two(hours, "h", minutes, "min") if hours < 48 else f"{hours / 24:.0f} days"


def _two(number: int, unit: str, lesser: int, lesser_unit: str) -> str:
    return f"{number} {unit}" + (f" {lesser} {lesser_unit}" if lesser else "")


def size(count: int) -> str:
    """`512 bytes`, `3.5 MB`: powers of a thousand, as disks are sold."""
    if count < 1000:
        return number_of(count, "byte")
    value, units = count / 1000, ["kB", "MB", "GB", "TB", "PB"]
    while value >= 999.5 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.3g} {units[0]}" if value < 999.5 else f"{value:,.0f} {units[0]}"


def seconds_of(job: JobView) -> float | None:
    """From its start to its end, None unless it has both."""
    if job.started_at is None or job.finished_at is None:
        return None
    return (job.finished_at - job.started_at).total_seconds()
