"""What fuzzing has found its way into runs again; and the fuzzer that is guided by coverage."""

import importlib
from pathlib import Path

import pytest
from support.fuzzing.guided import corpora
from support.fuzzing.guided.catalogue import targets
from support.fuzzing.guided.documents import kind_of
from support.fuzzing.guided.harm import inside_zip
from support.fuzzing.guided.merging import order
from support.fuzzing.guided.summary import Summary
from support.fuzzing.guided.target import Target, hold
from support.fuzzing.guided.trying import flaw_of
from support.fuzzing.guided.turns import Turn, take_turn
from support.fuzzing.guided.words import dictionary
from support.fuzzing.seeds import seeds
from support.patience import patient

from gristmill.pipeline import registry
from gristmill.pipeline.parsers.mail.outlook import outlook_data
from gristmill.pipeline.unpacking.compound import LOCKED

_SAID = b"""#2\tINITED cov: 10 ft: 12 corp: 1/3b exec/s: 0 rss: 90Mb
FOUND a size is negative\t/found/tar--0a1b
#4096\tpulse  cov: 31 ft: 44 corp: 6/90b lim: 43 exec/s: 2048 rss: 91Mb
stat::number_of_executed_units: 5000
"""


@pytest.mark.parametrize("name", targets())
def test_no_input_that_is_kept_violates_a_property(name: str) -> None:
    target = targets()[name]
    inputs = [*target.seeds(), *corpora.kept(name)]
    assert inputs
    for data in inputs:
        flaw = flaw_of(target, data, slow_s=patient(10))
        assert flaw is None, f"{flaw}: {data!r}"


def test_what_is_kept_is_small_and_belongs_to_a_target() -> None:
    files = list(corpora.FOLDER.iterdir())
    assert {path.stem for path in files} <= set(targets())
    assert sum(path.stat().st_size for path in files) < 300_000


def test_every_parser_is_a_target() -> None:
    fuzzed = {registry.parser_for(kind_of(name) or "") for name in targets()}
    kinds = set(registry.media_types()) - {LOCKED, *outlook_data.media_types}  # they read nothing
    assert {registry.parser_for(kind) for kind in kinds} <= fuzzed


def test_every_module_whose_words_are_tried_is_there() -> None:
    for target in targets().values():
        for module in target.modules:
            importlib.import_module(module)
    assert b'"\\x73\\x65\\x63\\x74"\n' in dictionary(targets()["rtf"].modules)


def _fail(data: bytes) -> None:
    if data == b"raise":
        raise KeyError(data)
    hold(data != b"violate", "a property does not hold")


@pytest.mark.parametrize(
    ("data", "slow_s", "flaw"),
    [
        (b"violate", 60, "a property does not hold"),
        (b"raise", 60, "raised KeyError in test_fuzz_targets.py:_fail"),
        (b"", 60, None),
        (b"", -1, "too much CPU for its size"),
    ],
)
def test_what_an_input_shows_is_said_in_words(data: bytes, slow_s: float, flaw: str | None) -> None:
    assert flaw_of(Target("t", _fail, list), data, slow_s) == flaw


def test_a_turn_and_its_findings_are_counted() -> None:
    summary = Summary()
    turn = Turn.told("tar", 0, _SAID, 6.0)
    assert turn == Turn("tar", 5000, 6.0, 31, 44, 6, (("a size is negative", "/found/tar--0a1b"),))
    (line,) = summary.add(turn)
    assert line.startswith("FOUND tar: a size is negative: ") and "--file /found/tar--0a1b" in line
    assert list(summary.add(turn)) == []
    assert "2 of 3 targets, 10,000 executions, 0.2 minutes of CPU, 1 findings" in summary.text(3)


@pytest.mark.parametrize(("code", "end"), [(-9, "SIGKILL"), (77, "exit code 77")])
def test_a_process_that_died_is_a_finding_with_its_input(code: int, end: str) -> None:
    said = b"#7\tpulse\nTest unit written to /found/rtf--crash-1\n"
    turn = Turn.told("rtf", code, said, 1.0)
    assert turn.executions == 7
    assert turn.found == ((f"the process ended with {end}", "/found/rtf--crash-1"),)


def test_the_best_inputs_are_kept_within_their_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora, "FOLDER", tmp_path / "corpora")
    assert corpora.kept("a") == []
    assert corpora.keep("a", [b"yyy", b"\n\0", b"xxxxxx", b"yyy", b"z"], most=6) == 3
    assert sorted(corpora.kept("a")) == [b"\n\0", b"yyy", b"z"]
    corpora.unpack(corpora.kept("a"), tmp_path / "files")
    assert len(list((tmp_path / "files").iterdir())) == 3


def test_inputs_with_new_branches_are_better_than_those_with_new_ways_through_them() -> None:
    said = "3\n0\na\nb\nc\nSTARTED 0 9\nFT 0 1 2\nCOV 0 1\nFT 1 3\nCOV 1\nFT 2\nCOV 2 4\n"
    assert order(said) == [0, 2, 1]


def test_mutations_reach_what_is_packed_and_keep_the_archive_whole() -> None:
    data = next(seed.data for seed in seeds() if seed.name == "small.docx")
    harmed = {
        inside_zip(lambda content, most: content[:most] + b"!", data, 9999, n) for n in range(20)
    }
    assert len(harmed) > 5 and all(each.startswith(b"PK") for each in harmed)
    assert len(inside_zip(lambda content, most: content * 9, b"no archive", 50, 1)) <= 50


def test_a_turn_in_a_process_of_its_own_finds_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("atheris")
    # What is kept takes all branches that are soon found: nothing would be left to find.
    monkeypatch.setattr(corpora, "kept", lambda name: [])
    turn = take_turn(targets()["cursors"], 3, 1, tmp_path)
    assert turn.found == () and turn.executions > 100 and turn.edges > 10
    assert list((tmp_path / "corpora" / "cursors").iterdir())
