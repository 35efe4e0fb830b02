"""A text by its blank lines."""

from collections.abc import Iterator


def paragraphs(text: str) -> Iterator[str]:
    """The parts of a text between its blank lines."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip():
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines.clear()
    if lines:
        yield "\n".join(lines)
