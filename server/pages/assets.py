"""The files that pages load. They are read once, and their address has a digest of them all: a
browser keeps them for as long as it likes, and never has old ones."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
CACHED = "public, max-age=31536000, immutable"


class Assets(NamedTuple):
    """Files by their names, and the digest of them all."""

    version: str
    files: dict[str, bytes]


@lru_cache(maxsize=1)
def assets() -> Assets:
    """All of them."""
    files = {
        path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES
    }
    digest = hashlib.blake2b(digest_size=8)
    for name, data in files.items():
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return Assets(digest.hexdigest(), files)
