"""What a client may call of the served objects, and what it may not."""

import re
import threading
from multiprocessing.managers import RemoteError
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.queue_server import a_queue

from gristmill.pool.client import PoolClient, connection
from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.serving.served import CALLS, _accept, served
from gristmill.pool.supervisor.control import Control
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.storage.stores import Stores

ANN = WorkerId(1, 1.0)
KEPT = {
    "revoke": (ANN,),
    "forget": ("a",),
    "pause": (True,),
    "replace": (None, []),
    "restore": ([Offer("b", "other key")],),
    "cancel": ("a",),
    "drain": (),
    "enrol": (ANN,),
    "offer": (Offer("b", "other key"), True),
}


@pytest.mark.parametrize("method", KEPT)
def test_a_client_that_calls_what_is_the_supervisors_own_is_refused(
    tmp_path: Path, method: str
) -> None:
    stores, queue = Stores.open(tmp_path / "data"), a_queue()
    queue.enrol(ANN)
    queue.offer(Offer("a", "key"))
    held = queue.lease(ANN, [], 0.0)
    client = PoolClient(stores)
    with served(stores.folder, queue, object()):
        before = client.stats()
        with pytest.raises(RemoteError, match=f"'{method}'"):
            client._queue(method, *KEPT[method])
        # The line still works, and nothing was done.
        assert client.stats()._replace(idle_s=0) == before._replace(idle_s=0)
        client.close()
    assert queue.pending_ids() == {"a"} and queue.revoke(ANN) == held


def test_a_client_is_let_call_what_it_calls_and_no_more() -> None:
    source = Path(connection.__file__).read_text(encoding="utf-8")
    for target, calls in CALLS.items():
        called = re.findall(rf'self\._(?:{target}\(|call\("{target}",)\s*"(\w+)"', source)
        assert sorted(calls) == sorted(called)


def test_each_call_is_a_method_of_what_is_served() -> None:
    assert all(callable(getattr(JobQueue, call)) for call in CALLS["queue"])
    assert all(callable(getattr(Control, call)) for call in CALLS["control"])


def test_a_listener_that_is_closed_is_not_asked_for_ever() -> None:
    over, asked = threading.Event(), list[int]()

    class Closed:
        def accept(self) -> None:
            asked.append(1)
            if len(asked) == 2:
                over.set()
            raise OSError("closed")

    _accept(SimpleNamespace(stop_event=over, listener=Closed()))
    assert len(asked) == 2
