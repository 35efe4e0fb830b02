"""The settings of drop-in protocols, a part of `Settings`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gristmill.schemas.configuration.mirror_settings import MirrorSettings

Protocol = Literal["docling", "openai", "openwebui", "tika"]
"""What the service may be asked by instead of its own calls."""


class DropInSettings(
    MirrorSettings, msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Which protocols of others are spoken, and what becomes of documents that come by them. A
    struct has one base: so those of mirrors are below."""

    protocols: Annotated[
        list[Protocol],
        Meta(
            description="Protocols of other programs that are answered beside our own calls: "
            "`docling`, `openai`, `openwebui`, `tika`. None by default."
        ),
    ] = []
    drop_in_collection: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f]+\Z",
            title="the name of a collection",
            description="Collection of the documents that come by such a protocol.",
        ),
    ] = "drop-in"
    drop_in_keep_s: Annotated[
        int,
        Meta(
            ge=0,
            le=31_536_000,
            description="Seconds that such a document stays in the library after it was read; "
            "0: until somebody deletes it.",
        ),
    ] = 600
    drop_in_wait_s: Annotated[
        float,
        Meta(
            gt=0,
            le=60,
            description="Seconds that an answer waits for its document; then it is 503 "
            "still_reading, and the same document sent again waits for the same job.",
        ),
    ] = 25.0
