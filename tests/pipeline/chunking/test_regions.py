"""Structure with offsets, and where chunks stand on their pages."""

from gristmill.pipeline.chunking.chunking import chunk
from gristmill.pipeline.chunking.regions import MOST_REGIONS, Regions
from gristmill.pipeline.normalise import assemble
from gristmill.pipeline.shapes import Block, BlockKind, Parsed
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.structure import Box, Cell, Region, StructureBlock

_TOP, _MIDDLE, _LOW = Box(50, 40, 500, 60), Box(50, 80, 500, 180), Box(50, 200, 500, 300)


def _parsed() -> Parsed:
    return Parsed(
        (
            Block(BlockKind.HEADER, "Yearly report", 0, 1, Box(0, 0, 9, 9)),
            Block(BlockKind.HEADING, "The\nwheel\x00", 30, 1, _TOP),
            Block(BlockKind.TEXT, "It turns.\r\nMostly. ", 0, 1, _MIDDLE),
            Block(BlockKind.TEXT, "  \n", 0, 1, _LOW),
            Block(BlockKind.TABLE, "| a | b |", 0, 2, _LOW, (Cell("a\x00", 0, 0), Cell("b", 0, 1))),
            Block(BlockKind.CAPTION, "Table 1"),
        )
    )


def test_every_block_that_has_text_is_found_at_its_offsets() -> None:
    normalised = assemble(_parsed())
    header, heading, text, table, caption = normalised.structure
    assert (header.text, header.start, header.end) == ("Yearly report", None, None)
    assert (heading.text, heading.level) == ("The wheel", 20)
    assert [cell.text for cell in table.cells] == ["a", "b"]
    for block in (heading, text, table, caption):
        assert normalised.text[block.start : block.end] == block.text
    assert "Yearly" not in normalised.text


def test_a_chunk_has_the_boxes_of_all_that_it_covers() -> None:
    (only,) = chunk(assemble(_parsed()), Options(chunk_max_chars=800))
    assert only.regions == (Region(1, _TOP), Region(1, _MIDDLE), Region(2, _LOW))


def test_of_a_block_in_several_chunks_each_has_its_lines_and_one_more() -> None:
    rows = "\n".join(f"| row {number} |" for number in range(10))
    block = StructureBlock(BlockKind.TABLE, rows, 0, 3, Box(0, 100, 90, 200), (), 7, 7 + len(rows))
    regions = Regions([block])
    at = 7 + rows.index("| row 4")
    assert regions(at, at + 9) == (Region(3, Box(0, 130, 90, 160)),)
    assert regions(0, 7) == regions(7 + len(rows), 999) == ()
    assert regions(0, 999) == (Region(3, Box(0, 100, 90, 200)),)


def test_a_chunk_of_very_many_blocks_has_one_region_a_page() -> None:
    blocks = [
        StructureBlock(
            BlockKind.TEXT, "a", 0, 1 + n % 2, Box(n, n, n + 1, n + 1), (), 3 * n, 3 * n + 1
        )
        for n in range(MOST_REGIONS + 2)
    ]
    last = MOST_REGIONS + 1
    assert Regions(blocks)(0, 3 * MOST_REGIONS + 6) == (
        Region(1, Box(0, 0, last, last)),
        Region(2, Box(1, 1, last + 1, last + 1)),
    )
