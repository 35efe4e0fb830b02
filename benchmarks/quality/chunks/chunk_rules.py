"""What chunks promise, checked on every document; beside the text splitter that we build on."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from semantic_text_splitter import TextSplitter

from benchmarks.quality.chunks.chunk_faults import Faults, faults_of
from benchmarks.quality.league import Check, QualityContest, Row, Section
from benchmarks.quality.materials import Materials, files_below, unpacked
from gristmill.pipeline import registry
from gristmill.pipeline.chunking.chunking import chunk
from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.normalise import Normalised, assemble
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import ChunkDraft
from gristmill.schemas.problems.errors import DocumentError

_SIZES = (1600, 400)
_MOST_NOTES = 10
_OURS, _BARE = "gristmill", "semantic-text-splitter"
_BARE_CHARS = 200_000  # it takes quadratic time on long texts without line ends
_CUT, _ROW, _OFFSET = "sentences cut needlessly", "table rows cut", "wrong offsets"

Cutter = Callable[[Normalised, int], Sequence[ChunkDraft]]


class Read(NamedTuple):
    path: Path
    normalised: Normalised


def _measure(materials: Materials) -> Section:
    reads = list(_documents(materials.documents))
    ours, notes = _row(_OURS, _by_us, reads)
    bare, _ = _row(_BARE, _by_splitter, [r for r in reads if len(r.normalised.text) < _BARE_CHARS])
    figures = ours.figures
    return Section(
        "chunks",
        "Chunks",
        f"{len(reads)} documents, cut at {' and '.join(map(str, _SIZES))} characters",
        [ours, bare],
        [Check(what, float(figures[what]), 0, at_most=True) for what in (_CUT, _ROW, _OFFSET)],
        [
            "A cut inside a sentence is needless when the sentence would fit into a chunk and "
            "another one ends before it in the same chunk. Only prose counts: no code, no lists.",
            *notes[:_MOST_NOTES],
        ],
    )


def _documents(folder: Path) -> Iterator[Read]:
    for path in files_below(folder):
        name, data = unpacked(path)
        blob = Blob(data, name)
        plugin = registry.parser_for(detect(*blob))
        if plugin is None:
            continue
        try:
            normalised = assemble(plugin.parse(blob, Limits()))
        except DocumentError:
            continue
        if normalised.text.strip():
            yield Read(path, normalised)


def _row(name: str, cutter: Cutter, reads: Sequence[Read]) -> tuple[Row, list[str]]:
    counts: Counter[str] = Counter()
    notes: list[str] = []
    for read in reads:
        for size in _SIZES:
            drafts = cutter(read.normalised, size)
            found = faults_of(read.normalised, drafts, size)
            counts["chunks"] += len(drafts)
            counts["cuts"] += found.cuts
            counts["rows"] += found.rows
            notes += _counted(found, counts, read, size)
    names = ("chunks", "cuts", _CUT, "rows", _ROW, _OFFSET)
    return Row(name, {what: float(counts[what]) for what in names}), notes


def _counted(found: Faults, counts: Counter[str], read: Read, size: int) -> Iterator[str]:
    kinds = ((_CUT, found.sentences), (_ROW, found.table_rows), (_OFFSET, found.offsets))
    for what, offsets in kinds:
        counts[what] += len(offsets)
        for at in offsets:
            before = read.normalised.text[max(0, at - 50) : at]
            after = read.normalised.text[at : at + 30]
            yield f"{what}, {size}: {read.path.name}: {before!r} and {after!r}"


def _by_us(normalised: Normalised, size: int) -> Sequence[ChunkDraft]:
    return chunk(normalised, Options(chunk_max_chars=size))


def _by_splitter(normalised: Normalised, size: int) -> Sequence[ChunkDraft]:
    pieces = _splitter(size).chunk_indices(normalised.text)
    return [ChunkDraft(piece, (), None, at, at + len(piece)) for at, piece in pieces]


@lru_cache
def _splitter(size: int) -> TextSplitter:
    return TextSplitter(size, trim=False)


CONTEST = QualityContest("chunks", _measure)
