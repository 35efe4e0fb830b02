"""Where documents come from: as a request names them, and as a manifest keeps them."""

from typing import Annotated

import msgspec
from msgspec import Meta

MAX_NAME_CHARS = 1024
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARS)]


class TextSource(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="text"
):
    """A text in the request itself. `name` becomes its uri; without one its content names it."""

    text: str
    name: Name | None = None


class PathSource(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="path"
):
    """A file, or every file below a folder that `glob` matches (default: all of them) and no
    `.gristignore` leaves out."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    glob: Annotated[str, Meta(min_length=1, max_length=1024)] | None = None


class UrlSource(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="url"
):
    """A document to fetch by http or https. Off by default over HTTP (`url_sources`)."""

    url: Annotated[str, Meta(min_length=1, max_length=8192)]


class CollectionSource(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="collection"
):
    """The documents that the job's collection holds already, to get vectors: the job has this one
    source and the one step `embed`."""


Source = TextSource | PathSource | UrlSource | CollectionSource


class InlineText(msgspec.Struct, frozen=True, tag_field="kind", tag="inline"):
    """A small text kept in the manifest. `text` is None once no retry can need it."""

    uri: str
    text: str | None


class Spooled(msgspec.Struct, frozen=True, tag_field="kind", tag="spool"):
    """Bytes kept in the spool as SHA256.CLAIM, as format 1 wrote them all. `media_type` is what the
    sender claimed."""

    uri: str
    sha256: str
    claim: str
    bytes: int
    media_type: str | None = None


class Bundled(Spooled, frozen=True, tag_field="kind", tag="bundle"):
    """Bytes kept with those of its job's other uploads in one file, from `offset` on."""

    offset: int = 0


class Located(msgspec.Struct, frozen=True, tag_field="kind", tag="path"):
    """A resolved file or folder. No link below it may lead outside `root`."""

    path: str
    root: str
    glob: str | None = None


class Linked(msgspec.Struct, frozen=True, tag_field="kind", tag="url"):
    """A document to fetch: its URL, in canonical form, is its uri. It holds no credentials."""

    uri: str


class Refreshed(msgspec.Struct, frozen=True, tag_field="kind", tag="refresh"):
    """The documents of a collection that other settings or versions have made: from files below
    `roots`, which are resolved, or from what is kept of them."""

    collection: str
    roots: tuple[str, ...] = ()


class Held(msgspec.Struct, frozen=True, tag_field="kind", tag="collection"):
    """What the job's collection holds when the job is planned."""


StoredSource = InlineText | Spooled | Bundled | Located | Linked | Refreshed | Held
