"""The chunker's promises, for any text."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.chunked_texts import BLOCKS, WORDS, rebuilt

from gristmill.pipeline.chunking.chunking import chunk
from gristmill.pipeline.normalise import Normalised, assemble
from gristmill.pipeline.shapes import Block, BlockKind, Parsed
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import ChunkDraft


@st.composite
def options(draw: st.DrawFn) -> Options:
    size = draw(st.integers(50, 300))
    return Options(size, draw(st.sampled_from([0, 1, 10, size // 4, size // 2])))


@settings(max_examples=60)
@given(BLOCKS, options())
def test_chunks_keep_every_promise(blocks: list[Block], chosen: Options) -> None:
    normalised = assemble(Parsed(blocks))
    chunks = chunk(normalised, chosen)
    text = normalised.text
    before: ChunkDraft | None = None
    for each in chunks:
        assert each.text == text[each.start : each.end]
        assert 0 < len(each.text) <= chosen.chunk_max_chars
        assert not each.text.isspace()
        if before is not None:
            assert before.start < each.start
            assert before.end < each.end
            assert before.end - each.start <= chosen.chunk_overlap_chars
            if before.end > each.start:
                assert before.headings == each.headings
        before = each
    assert rebuilt(chunks, text) == text


@settings(max_examples=60)
@given(WORDS, options())
def test_any_text_at_all_is_covered(text: str, chosen: Options) -> None:
    raw = Normalised(text * 3)
    assert rebuilt(chunk(raw, chosen), raw.text) == raw.text


@pytest.mark.slow
@settings(max_examples=60)
@given(BLOCKS, options())
def test_a_row_is_cut_only_when_it_alone_is_too_long(blocks: list[Block], chosen: Options) -> None:
    normalised = assemble(Parsed(blocks))
    cuts = {offset for each in chunk(normalised, chosen) for offset in (each.start, each.end)}
    room = chosen.chunk_max_chars - chosen.chunk_overlap_chars - 2
    for span in normalised.spans:
        if span.kind is not BlockKind.TABLE:
            continue
        start = span.start
        for row in normalised.text[span.start : span.end].split("\n"):
            if len(row) <= room:
                assert not cuts & set(range(start + 1, start + len(row)))
            start += len(row) + 1


def test_a_short_text_is_one_chunk_to_the_last_character() -> None:
    (only,) = chunk(Normalised("The wheel turns."), Options())
    assert only == ChunkDraft("The wheel turns.", (), None, 0, 16)


def test_no_sentence_is_cut_where_one_ends_within_the_limit() -> None:
    sentences = [
        f"Sentence number {n} tells what happened at the mill that day." for n in range(90)
    ]
    wrapped = "\n".join(re.findall(r".{1,71}(?: |$)", " ".join(sentences)))
    wrapped = "\n".join(line.rstrip() for line in wrapped.split("\n"))
    chunks = chunk(Normalised(wrapped), Options(chunk_max_chars=400))
    assert len(chunks) > 10
    assert all(each.text.rstrip().endswith(".") for each in chunks)


def test_marks_of_notes_and_inline_code_are_no_ends_of_sentences() -> None:
    sentences = [
        f"Number {n} is called with `stop!()` or `go!()` in many places of the house.[{n}][{n + 1}]"
        for n in range(10, 60)
    ]
    chunks = chunk(Normalised(" ".join(sentences)), Options(chunk_max_chars=200))
    assert len(chunks) > 10
    assert all(each.text.startswith("Number") for each in chunks)


def test_code_is_cut_between_its_lines() -> None:
    code = "\n".join(
        f"value_{n} = compute the_next thing with {n} and more words" for n in range(60)
    )
    chunks = chunk(assemble(Parsed([Block(BlockKind.CODE, code)])), Options(chunk_max_chars=300))
    assert all(each.text.startswith("value_") for each in chunks)


def test_the_heading_path_follows_the_levels_and_a_heading_opens_its_chunk() -> None:
    kinds = [("Mill", 1), ("Stones", 2), ("Burr", 3), ("Water", 2)]
    blocks = []
    for title, level in kinds:
        blocks.append(Block(BlockKind.HEADING, title, level))
        blocks.append(Block(BlockKind.TEXT, f"About {title}."))
    chunks = chunk(assemble(Parsed(blocks)), Options())
    assert [each.headings for each in chunks] == [
        ("Mill",),
        ("Mill", "Stones"),
        ("Mill", "Stones", "Burr"),
        ("Mill", "Water"),
    ]
    assert [each.text.split("\n")[0] for each in chunks] == ["Mill", "Stones", "Burr", "Water"]


def test_a_bare_heading_joins_the_deeper_section_below_it() -> None:
    blocks = [
        Block(BlockKind.HEADING, "Mill", 1),
        Block(BlockKind.HEADING, "Stones", 2),
        Block(BlockKind.TEXT, "They grind."),
    ]
    (only,) = chunk(assemble(Parsed(blocks)), Options())
    assert only.headings == ("Mill", "Stones")
    assert only.text == "Mill\n\nStones\n\nThey grind."


def test_a_chunk_carries_the_page_that_it_starts_on() -> None:
    pages = [Block(BlockKind.TEXT, f"Page {n}. " + "word " * 60, 0, n) for n in (1, 2, 3)]
    chunks = chunk(assemble(Parsed(pages)), Options(chunk_max_chars=350))
    assert [each.page for each in chunks] == [1, 2, 3]


def test_an_overlap_starts_with_a_sentence() -> None:
    text = " ".join(f"Sentence {n} speaks of the river." for n in range(40))
    chunks = chunk(Normalised(text), Options(chunk_max_chars=200, chunk_overlap_chars=80))
    assert all(each.text.startswith("Sentence") for each in chunks)
    assert all(a.end > b.start for a, b in pairwise(chunks))


def test_long_lines_without_any_break_are_cut_in_linear_time() -> None:
    text = "a" * 1_000_000
    chunks = chunk(Normalised(text), Options())
    assert "".join(each.text for each in chunks) == text


def test_the_paths_of_many_chunks_do_not_outgrow_the_text() -> None:
    blocks = [Block(BlockKind.HEADING, f"{level} " + "mill " * 58, level) for level in range(1, 6)]
    for number in range(10_000):
        blocks.append(Block(BlockKind.HEADING, f"a{number}", 6))
        blocks.append(Block(BlockKind.TEXT, "b"))
    normalised = assemble(Parsed(blocks))
    chunks = chunk(normalised, Options())
    assert len(chunks) == 10_000
    assert len(chunks[0].headings) == 6
    assert chunks[-1].headings == ("a9999",)
    stored = sum(len(title) for each in chunks for title in each.headings)
    assert stored < 1_000_000 + 5 * len(normalised.text)
