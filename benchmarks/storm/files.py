"""Folders of small files for a storm: a tenth of them broken, a few of them slow to parse."""

import random
from pathlib import Path

from benchmarks.texts import texts

_BROKEN = (b"", bytes(range(256)) * 4, b"%PDF-1.7\nnot a document", b"PK\x03\x04 no archive")
_FOLDERS, _MOST_FILES = 12, 40
_LONG_SENTENCES = 4000


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
    return folder


def _markdown(title: str, paragraphs: int, chance: random.Random) -> str:
    content = texts(paragraphs, chance.randrange(1 << 30))
    return f"# Document {title}\n\n" + "\n\n".join(content) + "\n"
