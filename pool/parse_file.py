"""`parse_file`: what the pipeline makes of one file, here and now."""

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from gristmill.pipeline.containers.members import is_archive, members, open_member
from gristmill.pipeline.process import identify, process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pool.intake.step_checks import check_steps
from gristmill.pool.intake.tokenizer_checks import check_tokenizer
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import MEMBER_MARK, DocumentContent, Member
from gristmill.schemas.problems.errors import DocumentError, InvalidRequest, PathNotFound
from gristmill.schemas.rendering.forms import (
    About,
    ContentForm,
    TableForm,
    numbered_tables,
    written,
    written_tables,
)

_PLAIN = Options()
_DEFAULTS = Settings()


class ParsedFile(NamedTuple):
    """A file with what was read of it."""

    uri: str
    content: DocumentContent

    def written(self, format: str = ContentForm.MARKDOWN) -> str:  # noqa: A002 - as everywhere
        """The whole document as `markdown`, `html`, `json` or `text`. Raises ValueError for any
        other format."""
        content = self.content
        about = About(
            None, self.uri, content.title, content.media_type, content.pages, content.warnings
        )
        return written(ContentForm(format), about, content.structure).decode()

    def tables(self, format: str = TableForm.JSON) -> str:  # noqa: A002 - as everywhere
        """The tables as `json`, `csv` or `html`. Raises ValueError for any other format."""
        return written_tables(TableForm(format), numbered_tables(self.content.structure)).decode()


def parse_file(
    path: str | Path,
    options: Options = _PLAIN,
    settings: Settings = _DEFAULTS,
) -> ParsedFile:
    """Read a file in this process, without a service or a library; `archive.zip!/path` names a
    file inside of another.

    For scripts and notebooks: there is no timeout, and a document that kills its process kills
    this one. Raises PathNotFound, DocumentError with what is wrong with the document, and
    InvalidRequest for an archive, which is no document.
    """
    made = parsed_or_listed(path, options, settings)
    if isinstance(made, DocumentContent):
        return ParsedFile(str(path), made)
    raise InvalidRequest(f"{path} is an archive; name a file inside of it, such as {path}!/NAME")


def parsed_or_listed(
    path: str | Path, options: Options, settings: Settings
) -> DocumentContent | Sequence[Member]:
    """What `parse_file` reads; of an archive, what is in it."""
    check_steps(options, settings)
    check_tokenizer(options, settings)
    limits = Limits(
        max_document_bytes=settings.max_document_bytes, max_json_depth=settings.max_json_depth
    )
    name = str(path)
    outer, _, way = (name, "", "") if Path(name).exists() else name.partition(MEMBER_MARK)
    data = _bytes(Path(outer), settings.max_document_bytes)
    if way:
        data = open_member(data, way, limits)
    blob = Blob(data, PurePath(way or outer).name)
    media_type = identify(blob)
    if is_archive(media_type):
        return list(members(blob, limits))
    return process(blob, options, limits, settings=settings, media_type=media_type)


def _bytes(path: Path, limit: int) -> bytes:
    if path.is_dir():
        raise PathNotFound(f"{path} is a folder: name one of its files, or `gristmill ingest` it")
    if not path.is_file():
        raise PathNotFound(f"there is no file at {path}")
    if path.stat().st_size > limit:
        raise DocumentError(
            DocumentCode.TOO_LARGE, f"the file is over {limit} bytes (max_document_bytes)"
        )
    return path.read_bytes()
