"""The league table on the example documents alone, and its checks on what is known to be wrong."""

import json
from pathlib import Path

import pytest
from support.module_runs import run_module
from support.patience import patient

from benchmarks.quality.chunks.chunk_faults import faults_of
from benchmarks.quality.league import Check, Row, Section
from benchmarks.quality.materials import materials
from benchmarks.quality.report import markdown_of, text_of
from gristmill.pipeline.normalise import Normalised, Span
from gristmill.pipeline.shapes import BlockKind
from gristmill.schemas.outcomes.results import ChunkDraft


def run(*arguments: str) -> tuple[int, str, str]:
    return run_module("benchmarks.quality", *arguments, timeout=patient(100))


def drafts(text: str, *cuts: int) -> list[ChunkDraft]:
    ends = [*cuts, len(text)]
    return [ChunkDraft(text[a:b], (), None, a, b) for a, b in zip([0, *cuts], ends, strict=True)]


@pytest.mark.slow
def test_without_the_shared_files_it_says_so_and_measures_the_examples(tmp_path: Path) -> None:
    results, page = tmp_path / "quality.json", tmp_path / "quality.md"
    code, said, complaint = run(
        *("--shared", str(tmp_path), "--json", str(results), "--markdown", str(page)),
        *("html", "encodings", "detection", "chunks", "headings", "search"),
    )
    assert (code, complaint) == (0, ""), said
    assert "the shared corpus and score are not there" in said
    assert "html: left out, for the shared score is not there" in said
    found = json.loads(results.read_bytes())
    assert [each["name"] for each in found["sections"]] == ["detection", "chunks", "headings"]
    assert all(goal["passed"] for goals in found["goals"].values() for goal in goals)
    assert "not there" in page.read_text()


def test_an_unknown_section_is_refused_with_the_known_ones() -> None:
    code, _, complaint = run("sound")
    assert code == 2
    assert complaint.startswith("there is no section 'sound'; there are html, web, encodings,")


@pytest.mark.slow
def test_the_examples_end_with_the_codes_that_they_should() -> None:
    code, said, complaint = run("--shared", "/nowhere", "outcomes")
    assert (code, complaint) == (0, ""), said


TEXT = "The wheel turns in the river. It grinds flour for bread. The end of the day comes."


@pytest.mark.parametrize(("cut", "wrong"), [(30, []), (57, []), (43, [43]), (12, []), (65, [65])])
def test_a_sentence_cut_after_another_one_ended_is_found(cut: int, wrong: list[int]) -> None:
    assert faults_of(Normalised(TEXT), drafts(TEXT, cut), 80).sentences == wrong


def test_a_sentence_too_long_for_any_chunk_may_be_cut() -> None:
    assert faults_of(Normalised(TEXT), drafts(TEXT, 43), 20).sentences == []


def test_a_row_cut_inside_is_found_unless_it_is_too_long_alone() -> None:
    text = "| gear | teeth |\n| --- | --- |\n| pit wheel | 80 |"
    table = Normalised(text, spans=(Span(0, len(text), BlockKind.TABLE),))
    assert faults_of(table, drafts(text, 17), 40).table_rows == []
    assert faults_of(table, drafts(text, 40), 40).table_rows == [40]
    assert faults_of(table, drafts(text, 40), 10).table_rows == []


def test_chunks_that_are_not_where_they_say_are_found() -> None:
    moved = [ChunkDraft("wheel", (), None, 5, 10), ChunkDraft(TEXT[10:], (), None, 10, len(TEXT))]
    assert faults_of(Normalised(TEXT), moved, 100).offsets == [5]
    lost = drafts(TEXT, 30)[:1]
    assert faults_of(Normalised(TEXT), lost, 100).offsets == [30]


def test_a_missed_goal_shows_in_the_table_and_on_the_page() -> None:
    from benchmarks.harness.machine import machine

    section = Section(
        "wheels",
        "Wheels",
        "two wheels",
        [Row("gristmill", {"right": 0.5})],
        [Check("right", 0.5, 0.9), Check("broken", 0, 0, at_most=True)],
        ["<b> | *"],
    )
    assert "MISS  right: 0.5 (goal at least 0.9)" in text_of(section)
    page = markdown_of(machine(), materials(Path("/nowhere")), [section])
    assert "| right: at least 0.9 | 0.5 | **missed** |" in page
    assert "| broken: at most 0 | 0 | reached |" in page
    assert "- &lt;b> \\| \\*" in page
