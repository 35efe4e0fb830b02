"""The formats that are read here: from the parsers that are registered, and the containers."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from gristmill.pipeline import registry
from gristmill.pipeline.containers.containers import ARCHIVES
from gristmill.pipeline.detecting.detect import known_names
from gristmill.pipeline.unpacking import foreign

_OURS = "gristmill."
_ARCHIVE = "archive"
_PDF = "application/pdf"


class Format(msgspec.Struct, frozen=True):
    """A media type that is read. `names` are the extensions and file names that say it, `parser`
    the module that reads it (`archive`: its members are documents), `extra` what it needs beside
    the core, `installed` whether that is there, `options` those of a job that it heeds."""

    media_type: str
    names: tuple[str, ...]
    parser: str
    extra: str | None = None
    installed: bool = True
    options: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What there is to say of it, for people."""
        needs = f"extra {self.extra}" if self.extra else ""
        missing = f", not installed: pip install 'gristmill[{self.extra}]'"
        takes = f"takes {', '.join(self.options)}" if self.options else ""
        told = needs + ("" if self.installed else missing)
        return "; ".join(part for part in (told, takes) if part)

    def is_called(self, word: str) -> bool:
        """Whether a word is in its type, its names or its parser; with a dot, a whole name."""
        word = word.lower()
        if word.startswith("."):
            return word in self.names
        return any(word in each for each in (self.media_type, self.parser, *self.names))


def formats() -> Iterator[Format]:
    """By media type."""
    names = defaultdict[str, list[str]](list)
    for name, media_type in known_names().items():
        names[media_type].append(name)
    for media_type in sorted({*registry.media_types(), *ARCHIVES}):
        yield _format(media_type, tuple(sorted(names[media_type])))


def _format(media_type: str, names: tuple[str, ...]) -> Format:
    plugin = registry.parser_for(media_type)
    if plugin is None:
        needs = media_type in foreign.STREAMS | foreign.ARCHIVES
        installed = not needs or foreign.is_installed()
        return Format(media_type, names, _ARCHIVE, "archives" if needs else None, installed)
    module = str(getattr(plugin, "__name__", type(plugin).__module__))
    parser = module.rpartition(".")[2] if module.startswith(_OURS) else module
    options = ("--step ocr",) if media_type.startswith("image/") else ()
    return Format(
        media_type,
        names,
        parser,
        options=("--pdf", "--step ocr") if media_type == _PDF else options,
    )
