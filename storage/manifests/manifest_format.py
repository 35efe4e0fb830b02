"""What a manifest file holds, and how an old or a newer one is read."""

from pathlib import Path

import msgspec

from gristmill.schemas.jobs.manifest import FORMAT, Manifest
from gristmill.schemas.problems.errors import BrokenManifest, DataFolderUnusable
from gristmill.schemas.version import VERSION
from gristmill.storage.damaged import UNREADABLE
from gristmill.storage.written_by import what_to_use

LEFT_OUT = (BrokenManifest, DataFolderUnusable)
"""What reading a manifest raises that says nothing of any other: it is none, or a newer version's.
Whoever reads many leaves that one out; `gristmill check` tells of it."""
encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Manifest).decode


class _Stamp(msgspec.Struct):
    """What every format has."""

    format: int = 0


def read_file(path: str | Path) -> Manifest | None:
    """The manifest at `path`, None where there is none. Raises what `decode` does."""
    try:
        # Unbuffered: a restart may read 100,000 of them.
        with open(path, "rb", buffering=0) as file:
            data = file.read()
    except FileNotFoundError:
        return None
    return decode(data, path)


def decode(data: bytes, path: str | Path) -> Manifest:
    """The manifest in `data`, which was found at `path`.

    Raises BrokenManifest where it is none, DataFolderUnusable where a newer version of Gristmill
    wrote it.
    """
    try:
        manifest = _decode(data)
    except UNREADABLE as error:
        # First of all its format: a newer manifest must never be taken for a broken one.
        _refuse_newer(path, _format_of(data))
        raise BrokenManifest(
            f"{Path(path).name} is no manifest ({error}); run `gristmill check`"
        ) from None
    _refuse_newer(path, manifest.format)
    return manifest


def _format_of(data: bytes) -> int:
    try:
        return msgspec.json.decode(data, type=_Stamp).format
    except UNREADABLE:
        return 0


def _refuse_newer(path: str | Path, number: int) -> None:
    if number > FORMAT:
        raise DataFolderUnusable(
            f"{Path(path).name} has format {number}, Gristmill {VERSION} reads up to {FORMAT}; "
            + what_to_use(Path(path))
        )
