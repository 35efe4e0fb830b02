"""A chunk that goes on with a table has its header rows beside its text."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.chunked_texts import rebuilt
from support.tiny_tokenizer import words_tokenizer

from gristmill.pipeline.chunking.chunking import chunk
from gristmill.pipeline.chunking.tokenizing import token_counter
from gristmill.pipeline.normalise import assemble
from gristmill.pipeline.parsers.tables import spanned_table, table_block
from gristmill.pipeline.shapes import Block, BlockKind, Parsed
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import ChunkDraft
from gristmill.schemas.outcomes.structure import Cell

HEADER = "| sack | weight |\n| --- | --- |"
SMALL = Options(chunk_max_chars=200)


def table(count: int, first: Sequence[str] = ("sack", "weight")) -> Block:
    block = table_block([first, *([f"number {n}", f"{n} kg"] for n in range(count))])
    assert block is not None
    return block


def chunked(*blocks: Block | None, options: Options = SMALL) -> tuple[ChunkDraft, ...]:
    normalised = assemble(Parsed([block for block in blocks if block is not None]))
    chunks = chunk(normalised, options)
    assert rebuilt(chunks, normalised.text) == normalised.text
    assert all(each.text == normalised.text[each.start : each.end] for each in chunks)
    return chunks


def test_each_further_chunk_of_a_table_has_its_header_within_the_limit() -> None:
    first, *further = chunked(table(40))
    assert first.text.startswith(HEADER)
    assert first.table_header == ""
    assert len(further) > 3
    for each in further:
        assert each.table_header == HEADER
        assert each.text.startswith("| number")
        assert len(each.table_header) + 1 + len(each.text) <= 200


def test_a_chunk_after_the_table_and_a_table_that_is_not_cut_have_none() -> None:
    after = Block(BlockKind.TEXT, "The mill grinds them all in turn. " * 12)
    *_, last = chunked(table(40), after)
    assert (last.text[:5], last.table_header) != ("| num", "")
    assert "|" not in last.text
    assert last.table_header == ""
    assert {each.table_header for each in chunked(table(3), after, table(3))} == {""}


def test_of_two_tables_each_has_its_own() -> None:
    chunks = chunked(table(30), table(30, ("bag", "price")))
    found = [each.table_header.split("\n")[0] for each in chunks if each.table_header]
    assert set(found) == {"| sack | weight |", "| bag | price |"}
    assert found == sorted(found, reverse=True)


def test_several_header_rows_with_spans_are_repeated_together() -> None:
    cells = [
        Cell("sack", 0, 0, rows=2, header=True),
        Cell("weight", 0, 1, columns=2, header=True),
        Cell("gross", 1, 1, header=True),
        Cell("net", 1, 2, header=True),
    ]
    for row in range(2, 40):
        cells += [Cell(f"{row}", row, 0), Cell(f"{row} kg", row, 1), Cell("0 kg", row, 2)]
    _, *further = chunked(spanned_table(cells))
    expected = "| sack | weight |  |\n| --- | --- | --- |\n|  | gross | net |"
    assert further
    assert {each.table_header for each in further} == {expected}


def test_cells_without_any_header_repeat_nothing() -> None:
    cells = [Cell("all sacks of the year", 0, 0, columns=2)]
    cells += [Cell(f"{row} {column}", row, column) for row in range(1, 60) for column in (0, 1)]
    chunks = chunked(spanned_table(cells))
    assert len(chunks) > 3
    assert {each.table_header for each in chunks} == {""}


def test_rows_without_a_rule_have_no_header() -> None:
    rows = "\n".join(f"| number {n} | {n} kg |" for n in range(40))
    assert {each.table_header for each in chunked(Block(BlockKind.TABLE, rows))} == {""}


def test_a_header_that_takes_over_half_of_a_chunk_is_not_repeated() -> None:
    chunks = chunked(table(40, ("sack " * 20, "weight " * 20)))
    assert len(chunks) > 3
    assert {each.table_header for each in chunks} == {""}


def test_a_row_that_leaves_no_room_stays_whole_and_one_that_is_too_long_is_cut() -> None:
    wide, endless = "flour " * 30, "bran " * 90
    rows = [["sack", "weight"], *[["rye", "1 kg"]] * 9, [wide, "1 kg"], ["oats", endless]]
    *_, last = chunks = chunked(table_block(rows))
    whole = next(each for each in chunks if "flour" in each.text)
    assert whole.text.strip().endswith("1 kg |")
    assert whole.text.startswith("| flour")
    assert whole.table_header == last.table_header == HEADER
    assert all(len(each.text) + len(HEADER) < 200 for each in chunks if "bran" in each.text)


def test_an_overlap_brings_the_header_of_the_rows_that_it_begins_with() -> None:
    after = Block(BlockKind.TEXT, "The mill grinds them all in turn. " * 12)
    options = Options(chunk_max_chars=240, chunk_overlap_chars=60)
    for each in chunked(table(40), after, options=options)[1:]:
        assert each.table_header == (HEADER if each.text.startswith("| number") else "")
        assert len(each.text) + len(each.table_header) + 1 <= 240


def test_tokens_count_the_header_as_well(tmp_path: Path) -> None:
    path = words_tokenizer(tmp_path / "tokenizer.json")
    options = Options(chunk_max_tokens=60)
    counter = token_counter(options, Settings(tokenizer_file=str(path)))
    assert counter is not None
    _, *further = chunk(assemble(Parsed([table(60)])), options, counter)
    assert len(further) > 3
    for each in further:
        assert each.table_header == HEADER
        assert counter.count(each.table_header + "\n" + each.text) <= 58


_CELL = st.text(st.sampled_from("ab1- |\n"), max_size=40)


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(st.lists(_CELL, min_size=1, max_size=4), min_size=1, max_size=30),
    size=st.integers(50, 200),
    overlap=st.sampled_from([0, 10, 25]),
)
def test_headers_are_lines_of_the_text_above(
    rows: list[list[str]], size: int, overlap: int
) -> None:
    options = Options(chunk_max_chars=size, chunk_overlap_chars=overlap)
    text = ""
    for each in chunked(table_block(rows), options=options):
        assert each.text and len(each.text) <= size
        if each.table_header:
            assert text.startswith(each.table_header + "\n")
            assert len(each.table_header) * 2 <= size
        text = text[: each.start] + each.text


@pytest.mark.parametrize("rule", ["-" * 100_000, "|-" * 50_000, "| - " * 30_000 + "x"])
def test_any_second_line_is_looked_at_in_linear_time(rule: str) -> None:
    chunked(Block(BlockKind.TABLE, f"| a |\n{rule}\n" + "| b |\n" * 100))
