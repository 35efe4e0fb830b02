"""What a document was made of, and what of it could not be read, as any library keeps it."""

import msgspec
from support.library_samples import planned, succeeded, with_steps

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentResult
from gristmill.schemas.outcomes.structure import (
    BlockKind,
    Box,
    Cell,
    DocumentWarning,
    Region,
    StructureBlock,
    WarningCode,
)
from gristmill.storage.library import AllRoles

_ID = document_id("default", "a.txt")
_WARNING = DocumentWarning(WarningCode.PAGE_UNREADABLE, "page 2 cannot be read", 2)
_TEXTS = ("Sluice\n\nIt ", "opens.\n\n| a | b |")
_BLOCKS = (
    StructureBlock(BlockKind.HEADER, "Report \ud800", page=1, box=Box(0, 0, 100, 9.5)),
    StructureBlock(BlockKind.HEADING, "Sluice", 2, 1, Box(10.1, 20.2, 30.3, 40.4), (), 0, 6),
    StructureBlock(BlockKind.TEXT, "It opens.", start=8, end=17),
    StructureBlock(
        BlockKind.TABLE,
        "| a | b |",
        page=2,
        cells=(Cell("a", 0, 0, 2, 1, True), Cell("b", 0, 1)),
        start=19,
        end=28,
    ),
)


def _structured(**named: str) -> DocumentResult:
    return succeeded(texts=_TEXTS, structure=_BLOCKS, warnings=[_WARNING], **named)  # type: ignore[arg-type]


def test_blocks_come_back_as_they_were(library: AllRoles) -> None:
    library.commit([_structured()])
    spelled = msgspec.structs.replace(_BLOCKS[0], text="Report ?")
    assert library.structure(_ID) == (spelled, *_BLOCKS[1:])


def test_a_block_that_chunks_leave_blanks_out_of_comes_back_whole(library: AllRoles) -> None:
    block = StructureBlock(BlockKind.CODE, "one\n\n\n\t two", start=0, end=11)
    chunks = (ChunkDraft("one", (), None, 0, 3), ChunkDraft("two", (), None, 8, 11))
    library.commit([with_steps(succeeded(), chunks=chunks, structure=(block,))])
    assert library.structure(_ID) == (block,)


def test_blocks_come_back_from_chunks_that_overlap(library: AllRoles) -> None:
    block = StructureBlock(BlockKind.TEXT, "rye and oats", start=0, end=12)
    chunks = (ChunkDraft("rye and", (), None, 0, 7), ChunkDraft("and oats", (), None, 4, 12))
    library.commit([with_steps(succeeded(), chunks=chunks, structure=(block,))])
    assert library.structure(_ID) == (block,)


def test_what_was_kept_without_a_structure_has_none(library: AllRoles) -> None:
    library.commit([succeeded()])
    assert library.structure(_ID) is None
    assert library.structure("0" * 32) is None


def test_a_structure_goes_and_changes_with_its_document(library: AllRoles) -> None:
    library.commit([_structured()])
    block = StructureBlock(BlockKind.TEXT, "new", start=0, end=3)
    library.commit([succeeded("b", texts=("new",), structure=[block])])
    assert library.structure(_ID) == (block,)
    library.commit([succeeded("c", texts=("newer",))])
    assert library.structure(_ID) is None
    library.commit([_structured(job_id="d")])
    library.delete_document(_ID)
    assert library.structure(_ID) is None


def test_warnings_are_on_the_document_and_on_every_row_of_its_bytes(library: AllRoles) -> None:
    library.commit([_structured(), _structured(job_id="again")])
    copy = msgspec.structs.replace(_structured(job_id="copy"), uri="b.txt")
    assert library.commit([copy]) == [DocumentState.DUPLICATE]
    library.commit([succeeded("clean", uri="c.txt", texts=("clean",))])
    document = library.document(_ID)
    assert document is not None and document.warnings == (_WARNING,)
    for job, state in {"job": "succeeded", "again": "unchanged", "copy": "duplicate"}.items():
        (row,) = library.ledger_page(job, state=None, after=None, limit=9)
        assert (row.state, row.warnings) == (state, (_WARNING,))
        assert library.counts(job).warnings == 1
    (row,) = library.ledger_page("clean", state=None, after=None, limit=9)
    assert row.warnings == ()
    assert library.counts("clean") == Counts(total=1, succeeded=1)


def test_documents_with_warnings_are_counted_in_planned_jobs(library: AllRoles) -> None:
    library.plan("job", planned(3))
    library.commit([_structured(uri="0.txt")])
    clean = succeeded(ordinal=1, uri="1.txt", texts=("clean",))
    library.commit([clean])
    assert library.counts("job") == Counts(total=3, pending=1, succeeded=2, warnings=1)
    assert library.counts("job", 0, 1).warnings == 1
    assert library.counts("job", 1).warnings == 0


def test_chunks_know_where_they_stand_in_pages_and_in_an_export(library: AllRoles) -> None:
    regions = (Region(1, Box(10.04, 20.0, 500.5, 40.0)), Region(2, Box(10.0, 20.0, 300.0, 31.5)))
    chunk = ChunkDraft("rye", (), 1, 0, 3, regions=regions)
    library.commit([with_steps(succeeded(), chunks=(chunk, ChunkDraft("oats", (), 2, 3, 7)))])
    first, second = library.chunks_page(_ID, after=None, limit=9)
    assert first.regions == (Region(1, Box(10.0, 20.0, 500.5, 40.0)), regions[1])
    assert second.regions == ()
    assert [row.regions for row in library.export(None)] == [first.regions, ()]


def test_header_rows_of_a_chunk_are_kept_exported_and_searched(library: AllRoles) -> None:
    header = "| sack | weight |\n| --- | --- |"
    below = ChunkDraft("| rye |", ("Mill", "Stock"), None, 8, 15, table_header=header)
    alone = ChunkDraft("| oats |", (), None, 20, 28, table_header=header)
    chunks = (ChunkDraft("barley", (), None, 0, 6), below, alone)
    library.commit([with_steps(succeeded(), chunks=chunks)])
    page = library.chunks_page(_ID, after=None, limit=5)
    assert [(each.headings, each.table_header) for each in page] == [
        ((), ""),
        (("Mill", "Stock"), header),
        ((), header),
    ]
    assert [row.table_header for row in library.export(None)] == ["", header, header]
    (hit,) = library.search("weight rye", collection=None, limit=1)
    assert (hit.chunk_id, hit.headings) == (page[1].chunk_id, ("Mill", "Stock"))
    library.delete_document(_ID)
    assert library.search("weight", collection=None, limit=5) == []
