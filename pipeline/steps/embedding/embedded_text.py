"""What of a chunk a model is given."""

from gristmill.schemas.outcomes.results import ChunkDraft


def embedded_text(chunk: ChunkDraft, *, headings: bool) -> str:
    """The chunk's text under the header rows of its table and, where wanted, the headings above
    it, outermost first: those that its text does not open with itself."""
    parts = [chunk.text]
    if chunk.table_header:
        parts.insert(0, chunk.table_header + "\n")
    if headings and (above := _above(chunk)):
        parts.insert(0, " > ".join(above) + "\n\n")
    return "".join(parts)


def _above(chunk: ChunkDraft) -> tuple[str, ...]:
    """A chunk that opens its section begins with the section's heading, after bare ones above."""
    path = chunk.headings
    for index in range(len(path)):
        own = "\n\n".join(path[index:])
        if chunk.text.startswith(own) and chunk.text[len(own) : len(own) + 1] in ("", "\n"):
            return path[:index]
    return path
