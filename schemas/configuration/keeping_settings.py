"""The settings of what is kept, and how long; a part of `Settings`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gristmill.schemas.configuration.telling_settings import TellingSettings


class KeepingSettings(
    TellingSettings, msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What stays of jobs, uploads and documents. A struct has one base: so those of who is told
    are below."""

    retention_days: Annotated[
        float,
        Meta(
            ge=0,
            le=36_500,
            description="Days that ended jobs (manifest, key, ledger) are kept; 0 keeps them for "
            "ever. The library's documents are never dropped by age.",
        ),
    ] = 30.0
    keep_originals: Annotated[
        Literal["no", "yes"],
        Meta(
            description="Whether the bytes of PDFs and images are kept beside the library until "
            "the document is replaced or deleted, so that their pages can be shown."
        ),
    ] = "no"
    orphan_hours: Annotated[
        float,
        Meta(
            gt=0,
            le=8_760,
            description="Hours after which uploads are dropped that no job was made of: their "
            "request broke off. More than the slowest upload takes.",
        ),
    ] = 24.0
    trash_days: Annotated[
        float,
        Meta(
            ge=0,
            le=36_500,
            description="Days for which deleted documents can be taken back "
            "(`gristmill restore-documents`); 0 deletes for good at once.",
        ),
    ] = 7.0
    last_version_chars: Annotated[
        int,
        Meta(
            ge=0,
            le=100_000_000,
            description="When a document is replaced, its text before is kept, compressed, to be "
            "compared with, if it has no more characters than this; 0 keeps none.",
        ),
    ] = 1_000_000
