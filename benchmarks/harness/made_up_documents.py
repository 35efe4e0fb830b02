"""Folders of made-up Markdown documents: each different, the same in every run."""

from pathlib import Path

from benchmarks.harness.texts import texts

_PER_FOLDER = 1_000
_SENTENCES_A_TEXT = 4


def make_folder(root: Path, documents: int, sentences: int = _SENTENCES_A_TEXT) -> int:
    """Write documents of about so many sentences; returns the bytes of all together. A thousand
    lie in a folder."""
    size = 0
    for number in range(documents):
        folder = root / f"{number // _PER_FOLDER:04}"
        if number % _PER_FOLDER == 0:
            folder.mkdir(parents=True, exist_ok=True)
        content = _document(number, sentences)
        size += len(content)
        (folder / f"{number:06}.md").write_bytes(content)
    return size


def _document(number: int, sentences: int) -> bytes:
    paragraphs = texts(max(1, sentences // _SENTENCES_A_TEXT), number)
    return (f"# Document {number}\n\n" + "\n\n".join(paragraphs) + "\n").encode()
