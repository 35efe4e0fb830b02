"""Folders for a storm: small files, a tenth of them broken; a long one, an archive, a PDF that is
read in parts."""

import random
import zipfile
from pathlib import Path

from benchmarks.harness.texts import texts

_BROKEN = (b"", bytes(range(256)) * 4, b"%PDF-1.7\nnot a document", b"PK\x03\x04 no archive")
_FOLDERS, _MOST_FILES = 12, 40
_LONG_SENTENCES = 4000
_PDF = Path(__file__).parents[2] / "examples" / "documents" / "restoration.pdf"
MEMBERS = 7
"""Files in each archive, the last of them broken."""


def make_folders(root: Path, seed: int) -> list[Path]:
    """Make the folders; the same for the same seed."""
    chance = random.Random(f"{seed} files")
    return [_make(root / f"folder-{number}", number, chance) for number in range(_FOLDERS)]


def _make(folder: Path, number: int, chance: random.Random) -> Path:
    folder.mkdir(parents=True)
    for name in range(chance.randrange(3, _MOST_FILES)):
        if chance.random() < 0.1:
            suffix = chance.choice(("txt", "pdf", "md", "docx"))
            (folder / f"{name:03}-broken.{suffix}").write_bytes(chance.choice(_BROKEN))
        else:
            (folder / f"{name:03}.md").write_text(_markdown(f"{number}-{name}", 3, chance))
    (folder / "long.md").write_text(_markdown(f"{number}-long", _LONG_SENTENCES, chance))
    # Bytes behind its end make it another document in each folder.
    (folder / "parts.pdf").write_bytes(_PDF.read_bytes() + b"%% %d\n" % number)
    with zipfile.ZipFile(folder / "bundle.zip", "w") as archive:
        for name in range(MEMBERS - 1):
            archive.writestr(f"{name}.md", _markdown(f"{number}-inside-{name}", 2, chance))
        archive.writestr("broken.docx", _BROKEN[2])
    return folder


def _markdown(title: str, paragraphs: int, chance: random.Random) -> str:
    content = texts(paragraphs, chance.randrange(1 << 30))
    return f"# Document {title}\n\n" + "\n\n".join(content) + "\n"
