"""What a user would build instead: its front, and what its workers do, without any queue."""

import sys
from pathlib import Path

import httpx
import pytest

from benchmarks.harness.contest import Skipped
from benchmarks.harness.plan import SMALL
from benchmarks.harness.programs import listening
from benchmarks.peers import contending
from benchmarks.peers.stack import work
from benchmarks.peers.stack.contending import stacks
from gristmill.storage.library import Library

QUEUE = """
from pathlib import Path

def send(job_id, text):
    Path(__file__).with_name(job_id).write_text(text)
"""


def test_the_front_hands_a_text_over_before_it_accepts_it(tmp_path: Path) -> None:
    (tmp_path / "made_up_queue.py").write_text(QUEUE)
    env = {"PYTHONPATH": str(tmp_path)}
    front = listening("benchmarks.peers.stack.front", "made_up_queue", "2", env=env)
    with front as (address, _):
        answer = httpx.post(
            f"http://{address.host}:{address.port}/ingest",
            json={"sources": [{"type": "text", "text": "The mill stands by the river."}]},
            verify=False,
        )
        assert (answer.status_code, answer.json()["state"]) == (202, "queued")
        kept = (tmp_path / answer.json()["job_id"]).read_text()
    assert kept == "The mill stands by the river."


def test_a_job_is_searchable_once_and_has_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    monkeypatch.setenv(work.VARIABLE, str(path))
    for job_id in ("one", "one", "two"):
        work.ingest(job_id, f"The mill of {job_id} stands by the river.")
    with Library.open(path, readonly=True) as library:
        assert library.stats()["documents"] == 2
        assert library.counts("one").succeeded == 1


def test_a_stack_whose_queue_is_not_installed_is_left_out_and_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "huey", None)
    for name in ("huey_queue", "stack.huey_stack"):
        monkeypatch.delitem(sys.modules, f"{contending.__package__}.{name}", raising=False)
    huey = stacks(SMALL)[0]
    assert (huey.name, huey.settings) == ("Falcon + waitress + Huey", "")
    with pytest.raises(Skipped, match=r"install gristmill\[bench\]"):
        huey.run(tmp_path / "run")


def test_only_a_stack_that_may_lose_what_it_accepted_is_weaker() -> None:
    assert [each.name.endswith("may be lost") for each in stacks(SMALL)] == [
        each.weaker for each in stacks(SMALL)
    ]
    assert all(each.peer for each in stacks(SMALL))
