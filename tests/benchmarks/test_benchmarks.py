"""The runner, with tiny sizes: each benchmark runs the real service and prints its ratio."""

import json
from pathlib import Path

import pytest
from module_runs import ROOT, run_module

DOCUMENTS = ROOT / "examples" / "documents"
TINY = ("--rounds", "1", "--no-warm-up", "--accepts", "16", "--jobs", "16", "--clients", "2")


def run(*arguments: str) -> tuple[int, str, str]:
    return run_module("benchmarks", *arguments, timeout=50)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        pytest.param(("submit",), "bare Falcon + waitress", marks=pytest.mark.chaos),
        (("drain",), "bare processes"),
        pytest.param(("corpus", str(DOCUMENTS)), "bare processes", marks=pytest.mark.chaos),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_benchmark_prints_its_ratio_and_writes_every_round(
    name: tuple[str, ...], limit: str, tmp_path: Path
) -> None:
    report = tmp_path / "results.json"
    code, said, complaint = run(*name, *TINY, "--json", str(report), "--work", str(tmp_path))
    assert code == 0, complaint
    assert "cores" in said.splitlines()[0]
    assert f"to {limit}" in said
    (outcome,) = json.loads(report.read_bytes())["benchmarks"]
    ours, *_, bare = outcome["standings"]
    assert ours["ratio"] == ours["medians"][outcome["score"]] / bare["medians"][outcome["score"]]
    assert [len(standing["rounds"]) for standing in (ours, bare)] == [1, 1]


@pytest.mark.chaos
def test_nothing_is_left_where_the_work_was_done(tmp_path: Path) -> None:
    code, _, complaint = run("drain", *TINY, "--work", str(tmp_path))
    assert (code, complaint) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    code, _, complaint = run("marathon")
    assert code == 2
    assert complaint == ("there is no benchmark 'marathon'; there are submit, drain, corpus\n")
