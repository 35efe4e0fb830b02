"""The fuzzer itself, and a few seconds of it; `make fuzz` runs it for as long as one likes."""

import sys
from pathlib import Path

import pytest
from support.fuzzing.cases import case
from support.fuzzing.examining import Outcome, flaw_of, flaw_of_error
from support.fuzzing.lane import Lane
from support.fuzzing.report import Report
from support.fuzzing.seeds import seeds

from gristmill.pipeline import registry
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent
from gristmill.schemas.problems.errors import DocumentError

TEXT = "The mill stands by the river."


def content(*chunks: tuple[str, int, int], **fields: object) -> DocumentContent:
    drafts = tuple(ChunkDraft(text, (), None, start, end) for text, start, end in chunks)
    return DocumentContent("text/plain", None, fields, None, drafts)


def test_every_parser_has_a_document_to_begin_with() -> None:
    kinds = {seed.kind for seed in seeds()}
    parsers = {registry.parser_for(kind) for kind in kinds}
    assert {registry.parser_for(kind) for kind in registry.media_types()} <= parsers


def test_a_case_is_the_same_whenever_it_is_asked_for() -> None:
    names = [f"1/{seed.name}/{number}" for seed in seeds() for number in range(2)]
    assert [case(name) for name in names] == [case(name) for name in names]
    assert len({case(name).data for name in names}) > len(names) * 0.8


@pytest.mark.slow
def test_a_hundred_mutated_documents_keep_every_promise(tmp_path: Path) -> None:
    lane, report = Lane(), Report(tmp_path)
    try:
        for number in range(2):
            for seed in seeds():
                name = f"0/{seed.name}/{number}"
                list(report.add(name, lane.run(name), lambda name=name: case(name).data))  # type: ignore[misc]
    finally:
        lane.close()
    assert not report.findings, report.text()
    assert ", parse_error " in report.text()


@pytest.mark.parametrize(
    ("act", "hang_s", "finding"),
    [
        ("import os; os.abort()", 60, "died of SIGABRT"),
        ("raise SystemExit(3)", 60, "died of exit code 3"),
        ("import time; time.sleep(60)", 0.2, "no answer for 0.2 s"),
    ],
)
def test_a_process_that_dies_or_hangs_is_a_finding(act: str, hang_s: float, finding: str) -> None:
    lane = Lane((sys.executable, "-c", f"input(); {act}"), hang_s)
    try:
        (outcome,) = lane.run("1/history.txt/1")
        assert outcome.finding == finding
    finally:
        lane.close()


@pytest.mark.parametrize(
    ("found", "flaw"),
    [
        (content((TEXT, 0, 29)), None),
        (content(), "it has no chunks"),
        (content((TEXT[:28], 0, 28)), "the end of the text is lost"),
        (content((TEXT[:3], 0, 3), (TEXT[9:], 9, 29)), "text between two chunks is lost"),
        (content((TEXT, 1, 29)), "a chunk is not what its offsets say, or blank"),
        (content((TEXT, 0, 29), author="\ud800"), "it is no JSON: UnicodeEncodeError"),
    ],
)
def test_what_is_wrong_with_a_document_is_seen(found: DocumentContent, flaw: str | None) -> None:
    assert flaw_of(found, TEXT, Options()) == flaw


def test_what_a_native_library_is_known_for_is_told_and_no_failure(tmp_path: Path) -> None:
    report = Report(tmp_path)
    for name in ("1/a.pdf/1", "1/a.html/1"):
        (line,) = report.add(name, [Outcome("process", "hang", "no answer")], lambda: b"x")
        assert line.startswith(f"FOUND {name.split('/')[1]}: no answer")
    assert list(report.findings) == [("a.html", "no answer")]
    assert "1 findings, 1 known" in report.text()


def test_a_chunk_over_the_limit_is_seen() -> None:
    assert flaw_of(content(("x" * 60, 0, 60)), "x" * 60, Options(50)) == "a chunk is over the limit"


def test_a_refusal_has_a_code_and_a_sentence_and_is_no_accident() -> None:
    assert flaw_of_error(DocumentError("parse_error", "it is broken")) is None
    assert flaw_of_error(DocumentError("parse_error", "")) == "the message is empty or endless"
    assert flaw_of_error(DocumentError("odd", "it is broken")) == "the code odd is none"
    error = DocumentError("parse_error", "it is broken")
    error.__cause__ = KeyError("a")
    assert flaw_of_error(error) == "accident: KeyError in ?"
