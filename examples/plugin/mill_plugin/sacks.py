"""A step that adds up the sacks that a document speaks of, chunk by chunk and in all."""

import re

import msgspec

from gristmill.pipeline.plugins import Changes, DocumentContent, Settings

version = "1"


class Sacks(msgspec.Struct, forbid_unknown_fields=True):
    """`word`: what is counted."""

    word: str = "sacks"


options_type = Sacks


def apply(document: DocumentContent, options: Sacks, settings: Settings) -> Changes:
    number = re.compile(rf"(\d{{1,9}}) {re.escape(options.word)}\b")
    counts = [sum(map(int, number.findall(chunk.text))) for chunk in document.chunks]
    return Changes(
        metadata={options.word: sum(counts)},
        annotations=[{options.word: count} for count in counts],
    )
