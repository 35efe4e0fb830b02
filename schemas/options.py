"""What a submitter may choose about how documents are processed."""

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Options of one job. They are part of the pipeline hash: other options, another result.

    `chunk_max_chars`: hard upper limit of a chunk's length, in characters.
    `chunk_overlap_chars`: at most this much of a chunk's end is repeated at the start of the
    next one of the same section, in characters.
    """

    chunk_max_chars: Annotated[int, Meta(ge=50, le=100_000)] = 1600
    chunk_overlap_chars: Annotated[int, Meta(ge=0, le=50_000)] = 0

    def __post_init__(self) -> None:
        if self.chunk_overlap_chars * 2 > self.chunk_max_chars:
            raise ValueError("chunk_overlap_chars must be at most half of chunk_max_chars")


def pipeline_hash(options: Options, versions: tuple[str, ...]) -> str:
    """Hash of everything that decides what a document becomes: 16 hex digits.

    `versions` names the pipeline's parts with their versions. A document whose bytes and
    pipeline hash are both unchanged is not processed again.
    """
    return hashlib.sha256(msgspec.json.encode((options, versions))).hexdigest()[:16]
