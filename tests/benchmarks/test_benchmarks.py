"""The runner, with tiny sizes: each benchmark runs the real service and its limits."""

import json
from pathlib import Path

import pytest
from support.module_runs import run_module
from support.patience import patient

from benchmarks.contests.jobs import BATCHED
from benchmarks.harness.contest import Contender, Skipped
from benchmarks.harness.plan import SMALL
from benchmarks.peers.contending import peers
from benchmarks.peers.stack.contending import stacks

PEERS = [each for find in (peers, stacks) for each in find(SMALL._replace(jobs=50))]
TINY = (
    *("--rounds", "1", "--no-warm-up", "--no-peers", "--clients", "2", "--seconds", "0.5"),
    *("--accepts", "16", "--jobs", "16", "--documents", "5", "--pending", "200"),
    *("--finished", "200", "--crowd", "40", "--small-documents", "40"),
)
SLOW = ("corpus", "jobs", "stack", "accept", "backlog", "big job", "footprint", "cores", "nodes")


def run(*arguments: str) -> tuple[int, str, str]:
    return run_module("benchmarks", *arguments, timeout=patient(100))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("parts", marks=pytest.mark.slow),
        *(pytest.param(name, marks=pytest.mark.chaos) for name in SLOW),
    ],
)
def test_a_benchmark_prints_its_medians_and_writes_every_round(name: str, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    code, said, complaint = run(name, *TINY, "--json", str(results), "--work", str(tmp_path))
    assert code == 0, complaint
    assert "cores" in said.splitlines()[0]
    (outcome,) = json.loads(results.read_bytes())["benchmarks"]
    for standing in outcome["standings"]:
        assert len(standing["rounds"]) == 1
        assert standing["medians"] == standing["rounds"][0]
        assert f"{standing['name']} " in said
    assert set(outcome["skipped"]) <= {BATCHED}
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


@pytest.mark.chaos
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_does_its_jobs(peer: Contender, tmp_path: Path) -> None:
    try:
        figures = peer.run(tmp_path / "peer")
    except Skipped as reason:
        pytest.skip(str(reason))
    assert figures["jobs/s"] > 0


@pytest.mark.slow
def test_a_page_is_not_made_from_what_are_no_results(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("[]")
    code, _, complaint = run("report", str(tmp_path / "broken.json"), "--docs", str(tmp_path))
    assert (code, complaint.count("\n")) == (1, 1)


@pytest.mark.slow
def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    code, _, complaint = run("marathon")
    assert code == 2
    assert complaint == (
        "there is no benchmark 'marathon'; there are corpus, jobs, stack, accept, backlog, "
        "big job, footprint, cores, parts, nodes\n"
    )
