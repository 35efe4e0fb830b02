"""Answers as a model reads them: Markdown, no longer than it is of use."""

from collections.abc import Iterable, Sequence

from gristmill.schemas.outcomes.documents import Chunk, Collection, LedgerRow
from gristmill.schemas.views import ChunkView, JobView, SearchView

MOST_CHARS = 20_000
"""Of one answer."""
_HIT_CHARS = 1_500


def hits_told(found: SearchView) -> str:
    """A search: each hit with where it stands and its text."""
    if not found.items:
        near = f" Try {found.did_you_mean!r}." if found.did_you_mean else ""
        return f"Nothing was found for {found.query!r}.{near}"
    more = f", more with cursor {found.next!r}" if found.next else ""
    about = "about " if found.total_is_estimate else ""
    lines = [f"{about}{found.total} chunks; the best {len(found.items)}{more}", *found.notes]
    for hit in found.items:
        place = [hit.uri, *hit.headings, *([f"page {hit.page}"] if hit.page is not None else [])]
        lines += ["", f"## {' > '.join(place)}", f"chunk_id: {hit.chunk_id}", "", cut(hit.text)]
    return _whole(lines)


def chunk_told(view: ChunkView) -> str:
    """A chunk between its neighbours."""
    lines = [f"document_id: {view.chunk.document_id}"]
    for chunk in (*view.before, view.chunk, *view.after):
        mark = " (the one that was asked for)" if chunk is view.chunk else ""
        lines += ["", f"## {_place(chunk)}{mark}", "", chunk.text]
    return _whole(lines)


def part_told(content: str, offset: int, most: int) -> str:
    """A part of a document, and where the next one begins."""
    end = min(len(content), offset + min(most, MOST_CHARS))
    part = content[offset:end]
    left = f"goes on with offset {end}" if end < len(content) else "to its end"
    return f"Characters {offset} to {end} of {len(content)}, {left}.\n\n{part}"


def collections_told(found: Iterable[Collection]) -> str:
    rows = [f"- {each.collection}: {each.documents} documents" for each in found]
    return _whole(rows) if rows else "There are no collections: nothing has been ingested."


def job_told(job: JobView, failed: Sequence[LedgerRow]) -> str:
    """A job, and why documents of it failed."""
    counts = job.counts
    done = counts.total - counts.pending
    lines = [f"Job {job.job_id} is {job.state}: {done} of {counts.total} documents are done."]
    if job.error is not None:
        lines.append(f"{job.error.code}: {job.error.message}")
    lines += [f"- {row.uri}: {row.code}: {row.message}" for row in failed]
    if counts.failed > len(failed):
        lines.append(f"- and {counts.failed - len(failed)} more failed")
    return _whole(lines)


def cut(text: str, most: int = _HIT_CHARS) -> str:
    return text if len(text) <= most else f"{text[:most]} [...]"


def _place(chunk: Chunk) -> str:
    return " > ".join((f"chunk {chunk.ordinal}", *chunk.headings))


def _whole(lines: Sequence[str]) -> str:
    return cut("\n".join(lines), MOST_CHARS)
