"""Parts of a package that were taken out of one file."""

import io
from collections.abc import Iterator, Mapping

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


class HeldParts:
    """Parts by name, in memory."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts

    def __contains__(self, name: object, /) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def read(self, name: str, /) -> bytes:
        return self._parts[name]

    def open(self, name: str, /) -> io.BytesIO:
        return io.BytesIO(self._parts[name])


def relations(*targets: tuple[str, str, str]) -> bytes:
    """A part of relationships: (id, kind, target) of each."""
    items = "".join(
        f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for identity, kind, target in targets
    )
    return f'<Relationships xmlns="{_RELATIONS}">{items}</Relationships>'.encode()
