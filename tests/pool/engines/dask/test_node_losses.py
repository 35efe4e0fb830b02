"""What it costs when a life, a node, the scheduler or the supervisor goes: nothing is lost, nothing
is done twice (N1 to N5 of the kill matrix in docs/scaling.md)."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.dask_cluster import DaskCluster
from support.node_jobs import DOCUMENTS, SILENCE_S, all_once, big_job, joined, more_done
from support.running import Service, at_work, is_stopped, path, stop, until

pytestmark = pytest.mark.cluster


def test_a_killed_life_costs_nothing(
    service: Service, cluster: DaskCluster, tmp_path: Path
) -> None:
    job_id = big_job(service, tmp_path / "sacks")
    for node in cluster.nodes:
        for life in cluster.lives(node):
            life.kill()
    all_once(service, job_id)


def test_a_killed_node_costs_nothing_and_the_other_goes_on(
    service: Service, cluster: DaskCluster, tmp_path: Path
) -> None:
    job_id = big_job(service, tmp_path / "sacks")
    cluster.nodes[0].kill()
    all_once(service, job_id)
    until(lambda: len(joined(service)) == 1, "one node that is left")


def test_without_a_node_jobs_are_accepted_and_wait_for_the_next_one(
    service: Service, cluster: DaskCluster, tmp_path: Path
) -> None:
    job_id = big_job(service, tmp_path / "sacks")
    for node in cluster.nodes:
        node.kill()
    until(lambda: not joined(service), "the end of all nodes")

    def says_so() -> bool:
        answer = service.http.get("/readyz")
        return answer.status_code == 503 and "no node has joined" in answer.text

    until(says_so, "the service that says it")
    late = service.accepted({"type": "text", "text": "Late but welcome."})
    assert service.job(late)["state"] == "queued"
    # One that is killed while it boots holds nobody up.
    booting = cluster.start_node()
    until(lambda: _nodes(service), "a node that is on its way")
    cluster.start_node()
    booting.kill()
    assert service.ended(late)["state"] == "succeeded"
    assert service.ended(job_id)["counts"]["succeeded"] == DOCUMENTS


def _nodes(service: Service) -> list[dict[str, Any]]:
    """All nodes, those on their way as well."""
    found: list[dict[str, Any]] = service.http.get("/overview").json()["nodes"]
    return found


def test_a_silent_node_is_given_up_and_comes_too_late(
    make_service: Callable[..., Service], tmp_path: Path
) -> None:
    mark = tmp_path / "once"
    cluster = DaskCluster(tmp_path / "cluster")
    try:
        held = cluster.start_node(env={"GRISTMILL_FAULTS": f"commit.before=stop#{mark}"})
        flags = ("--engine", "dask", "--scheduler", cluster.address, "--node-silence-s", SILENCE_S)
        service = make_service("--workers", "1", *flags).start()
        job_id = service.accepted({"type": "text", "text": "Wheat and rye.", "name": "wheat"})
        until(mark.exists, "a life at its commit")
        (life,) = until(
            lambda: [each for each in cluster.lives(held) if is_stopped(each)], "it stands still"
        )
        node = psutil.Process(held.pid)
        stop(node)
        cluster.start_node()
        job = service.ended(job_id)
        assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 1)
        life.resume()
        node.resume()
        until(lambda: not at_work(life), "the end of the late life")
        assert [each["uri"] for each in service.all("/documents")] == ["wheat"]
        assert len(service.ledger(job_id)) == 1
        # Its machine is welcome again, under another name.
        until(lambda: len(joined(service)) == 2, "both nodes")
        assert "was silent for" in service.log.read_text()
    finally:
        cluster.close()


def test_a_killed_scheduler_costs_nothing(
    service: Service, cluster: DaskCluster, tmp_path: Path
) -> None:
    job_id = big_job(service, tmp_path / "sacks")
    cluster.scheduler.kill()
    cluster.scheduler.wait()
    cluster.start_scheduler()
    # Dask's workers end with their scheduler; whoever runs them starts them again.
    for node in cluster.nodes:
        node.kill()
    cluster.start_node()
    all_once(service, job_id)


def test_a_killed_supervisor_costs_nothing_and_its_nodes_serve_the_next_one(
    service: Service, cluster: DaskCluster, tmp_path: Path
) -> None:
    job_id = big_job(service, tmp_path / "sacks")
    for _ in range(2):
        service.kill()
        service.start()
        more_done(service, job_id, service.job(job_id)["counts"]["succeeded"])
    all_once(service, job_id)
    until(lambda: len(joined(service)) == 2, "both nodes")
    assert all(node.poll() is None for node in cluster.nodes)


def test_a_path_that_nodes_may_not_see_is_refused(service: Service, tmp_path: Path) -> None:
    """N11. The fixture's folder is shared; the machine's others are not."""
    elsewhere = tmp_path.parent / f"{tmp_path.name}-alone"
    elsewhere.mkdir()
    (elsewhere / "a.txt").write_text("Wheat.")
    shared = tmp_path / "a.txt"
    shared.write_text("Rye.")
    answer = service.http.post("/ingest", json={"sources": [path(elsewhere / "a.txt")]})
    assert (answer.status_code, answer.json()["code"]) == (422, "path_not_shared"), answer.text
    assert service.ended(service.accepted(path(shared)))["state"] == "succeeded"


def test_a_running_job_is_cancelled_on_itsjoined(
    service: Service, cluster: DaskCluster, tmp_path: Path
) -> None:
    job_id = big_job(service, tmp_path / "sacks")
    assert service.http.delete(f"/ingest/{job_id}").status_code in (200, 202)
    assert service.ended(job_id)["state"] == "cancelled"
    assert service.stop() == 0
    assert all(node.poll() is None for node in cluster.nodes)
    for node in cluster.nodes:
        node.send_signal(signal.SIGTERM)
        assert node.wait(30) == 0
