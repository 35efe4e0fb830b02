"""Chunks cut by tokens keep the promises that those cut by characters keep."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.chunked_texts import BLOCKS, WORDS, rebuilt
from support.tiny_tokenizer import bytes_tokenizer, words_tokenizer
from tokenizers import Tokenizer

from gristmill.pipeline.chunking.chunking import chunk
from gristmill.pipeline.chunking.gauges import CHARS_FOR_A_TOKEN
from gristmill.pipeline.chunking.tokenizing import TokenCounter, token_counter, tokenizer_version
from gristmill.pipeline.normalise import Normalised, assemble
from gristmill.pipeline.shapes import Block, BlockKind, Parsed
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_BY_TOKENS = Options(chunk_max_tokens=50)


def counter_of(path: Path) -> TokenCounter:
    counter = token_counter(_BY_TOKENS, Settings(tokenizer_file=str(path)))
    assert counter is not None
    return counter


@pytest.fixture(params=[words_tokenizer, bytes_tokenizer], scope="module")
def tokenizer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    make: Callable[[Path], Path] = request.param
    return make(tmp_path_factory.mktemp("tokenizer") / "tokenizer.json")


def length(path: Path, text: str) -> int:
    """As a model would be given the text."""
    whole = Tokenizer.from_file(str(path))
    whole.no_truncation()
    whole.no_padding()
    return len(whole.encode(text).ids)


@st.composite
def options(draw: st.DrawFn) -> Options:
    size = draw(st.integers(50, 90))
    overlap = draw(st.sampled_from([0, 1, 10, size // 2]))
    return Options(chunk_max_tokens=size, chunk_overlap_tokens=overlap)


@settings(max_examples=40, deadline=None)
@given(blocks=BLOCKS, chosen=options())
def test_chunks_keep_every_promise(tokenizer: Path, blocks: list[Block], chosen: Options) -> None:
    normalised, counter = assemble(Parsed(blocks)), counter_of(tokenizer)
    chunks = chunk(normalised, chosen, counter)
    text, most = normalised.text, chosen.chunk_max_tokens or 0
    for each in chunks:
        assert each.text == text[each.start : each.end]
        assert not each.text.isspace()
        assert length(tokenizer, each.text) <= most
        assert len(each.text) <= most * CHARS_FOR_A_TOKEN
    for before, after in pairwise(chunks):
        assert before.start < after.start and before.end < after.end
        repeated = text[after.start : before.end]
        assert counter.count(repeated) <= chosen.chunk_overlap_tokens
        assert not repeated or before.headings == after.headings
    assert rebuilt(chunks, text) == text


@settings(max_examples=30, deadline=None)
@given(text=WORDS, chosen=options())
def test_any_text_at_all_is_covered(tokenizer: Path, text: str, chosen: Options) -> None:
    raw = Normalised(text * 3)
    assert rebuilt(chunk(raw, chosen, counter_of(tokenizer)), raw.text) == raw.text


def test_sentences_fill_the_tokens_of_a_chunk(tmp_path: Path) -> None:
    counter = counter_of(words_tokenizer(tmp_path / "t.json"))
    text = " ".join(f"Sack number {n} went to the mill." for n in range(300))
    chunks = chunk(Normalised(text), Options(chunk_max_tokens=82), counter)
    # Eight tokens a sentence, two around each text.
    assert {counter.count(each.text) for each in chunks[:-1]} == {80}
    assert all(each.text.startswith("Sack") for each in chunks)


def test_an_overlap_is_counted_in_tokens_and_starts_with_a_sentence(tmp_path: Path) -> None:
    counter = counter_of(words_tokenizer(tmp_path / "t.json"))
    text = " ".join(f"Sack number {n} went to the mill." for n in range(300))
    chosen = Options(chunk_max_tokens=82, chunk_overlap_tokens=20)
    chunks = chunk(Normalised(text), chosen, counter)
    assert all(each.text.startswith("Sack") for each in chunks)
    repeated = {counter.count(text[b.start : a.end]) for a, b in pairwise(chunks)}
    assert repeated == {16}


def test_rows_stay_whole(tmp_path: Path) -> None:
    counter = counter_of(words_tokenizer(tmp_path / "t.json"))
    rows = "\n".join(f"| sack {n} | {n} kg |" for n in range(100))
    normalised = assemble(Parsed([Block(BlockKind.TABLE, rows)]))
    chunks = chunk(normalised, Options(chunk_max_tokens=60), counter)
    assert len(chunks) > 5
    assert all(each.text.startswith("| sack") for each in chunks)


@pytest.mark.slow
def test_a_word_without_end_is_no_single_token(tmp_path: Path) -> None:
    counter = counter_of(words_tokenizer(tmp_path / "t.json"))
    text = "a" * 300_000
    began = process_time()
    chunks = chunk(Normalised(text), Options(chunk_max_tokens=100), counter)
    assert process_time() - began < 20
    assert max(len(each.text) for each in chunks) <= 100 * CHARS_FOR_A_TOKEN
    assert rebuilt(chunks, text) == text


def test_another_content_of_the_tokenizer_file_is_another_pipeline(tmp_path: Path) -> None:
    path = words_tokenizer(tmp_path / "tokenizer.json")
    chosen = Settings(tokenizer_file=str(path))
    before = tokenizer_version(_BY_TOKENS, chosen)
    assert tokenizer_version(Options(), chosen) == ()
    copied = words_tokenizer(tmp_path / "other.json")
    assert tokenizer_version(_BY_TOKENS, Settings(tokenizer_file=str(copied))) == before
    bytes_tokenizer(tmp_path / "third.json").replace(path)
    assert tokenizer_version(_BY_TOKENS, chosen) not in (before, ())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read"),
        (b"{}", "none that can be read"),
        (b"\xff", "none that can be read"),
    ],
)
def test_a_tokenizer_that_cannot_be_used_fails_with_its_file(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DocumentError, match=why) as caught:
        counter_of(path)
    assert caught.value.document_code == DocumentCode.TOKENIZER_UNAVAILABLE
    assert str(path) in caught.value.message


def test_no_tokenizer_at_all_says_what_to_set() -> None:
    with pytest.raises(DocumentError, match="set tokenizer_file"):
        token_counter(_BY_TOKENS, Settings())
