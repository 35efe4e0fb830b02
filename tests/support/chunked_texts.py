"""Blocks of any kind and text, and what chunks of them must add up to."""

from hypothesis import strategies as st

from gristmill.pipeline.shapes import Block, BlockKind
from gristmill.schemas.outcomes.results import ChunkDraft

WORDS = st.text(st.sampled_from("abcdeé水.!? \n\t|") | st.characters(codec="utf-8"), max_size=400)
TABLES = st.lists(
    st.text(st.sampled_from("abc1 "), min_size=1, max_size=60), min_size=1, max_size=12
).map(lambda rows: "\n".join(f"| {row} |" for row in rows))
BLOCKS = st.lists(
    st.one_of(
        st.builds(Block, st.just(BlockKind.HEADING), WORDS, st.integers(1, 4)),
        st.builds(Block, st.just(BlockKind.TEXT), WORDS, st.just(0), st.integers(1, 3)),
        st.builds(Block, st.sampled_from([BlockKind.CODE, BlockKind.LIST]), WORDS),
        st.builds(Block, st.just(BlockKind.TABLE), TABLES),
    ),
    max_size=8,
)


def rebuilt(chunks: tuple[ChunkDraft, ...], text: str) -> str:
    """The chunks without their overlaps, with the whitespace that no chunk had room for."""
    out, end = "", 0
    for each in chunks:
        if each.start > end:
            assert text[end : each.start].isspace()
            out += text[end : each.start]
            end = each.start
        out += each.text[end - each.start :]
        end = each.end
    assert not text[end:].strip()
    return out + text[end:]
