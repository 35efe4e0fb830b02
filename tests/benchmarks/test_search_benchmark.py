"""The search benchmark: the same texts in every run, and questions that have an answer."""

from pathlib import Path

import pytest

pytest.importorskip("numpy")

from benchmarks.search.__main__ import main
from benchmarks.search.made_up_texts import CHUNKS_EACH, Texts
from benchmarks.search.questions import common_words, two_words

pytestmark = pytest.mark.slow


def test_the_same_number_has_the_same_document() -> None:
    texts = Texts()
    assert texts.document(7) == Texts().document(7) != texts.document(8)
    counted = [len(chunk.split()) for chunk in texts.document(7).chunks]
    assert len(counted) == CHUNKS_EACH
    for question in (*two_words(texts, 20, 3), *common_words(texts, 20, 3)):
        chunk = texts.document(question.document).chunks[question.chunk].lower()
        assert all(word in chunk for word in question.text.split())


def test_an_engine_is_built_once_and_finds_what_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["gristmill", "--chunks", "200", "--questions", "5", "--work", str(tmp_path)]
    assert main(asked) == 0
    first = capsys.readouterr().out
    assert "200 chunks" in first
    assert "built in" in first
    assert "common words, one of 50 teams" in first
    assert "reciprocal rank 1.000" in first
    assert main(asked) == 0
    assert "built in" not in capsys.readouterr().out
