"""The head of a `safetensors` file: JSON that says which tables it holds, before their bytes."""

from pathlib import Path
from typing import Any

import msgspec

STATIC_TABLES = ("embeddings", "embedding.weight")
"""What the table of a static model is called."""
_LENGTH_BYTES = 8
_MOST_BYTES = 8 << 20


def tables_head(path: Path) -> tuple[dict[str, dict[str, Any]], int]:
    """What the file says of each of its tables, and where their bytes begin; nothing of a file
    that is none."""
    try:
        with open(path, "rb") as file:
            size = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if not 0 < size <= _MOST_BYTES:
                return {}, 0
            said = msgspec.json.decode(file.read(size), type=dict[str, dict[str, Any]])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}, 0
    said.pop("__metadata__", None)
    return said, _LENGTH_BYTES + size
