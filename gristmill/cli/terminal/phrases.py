"""How times, sizes and counts are written for people."""

import re
from datetime import datetime

from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.outcomes.structure import DocumentWarning
from gristmill.schemas.views import JobView

STATES = ("succeeded", "unchanged", "duplicate", "failed", "cancelled", "pending")


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


def seconds_of(job: JobView) -> float | None:
    """From its start to its end, None unless it has both."""
    if job.started_at is None or job.finished_at is None:
        return None
    return (job.finished_at - job.started_at).total_seconds()
