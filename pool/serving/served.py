"""Serves a queue through a multiprocessing Manager, from inside the process that owns it.

Inside, not in a process of its own: a signal that reaches the whole terminal or control group
would otherwise end the queue in the middle of a drain.
"""

import contextlib
import os
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any

import msgspec

from gristmill.pool.client.connection import SupervisorInfo
from gristmill.pool.serving.door import Door
from gristmill.schemas.version import VERSION
from gristmill.storage.disk.durable import write_atomic
from gristmill.storage.layout import DataFolder

CALLS = {
    "queue": ("offer_many", "stats", "wait_for_idle", "lease", "report", "leave"),
    "control": (
        *("join", "cancel", "retry", "problems", "workers", "nodes", "retire"),
        *(
            "drain",
            "flush_index",
            "announce",
            "tell_deleted",
            "traced",
            "happened",
            "replay_webhook",
        ),
    ),
}
"""What a client may call. The rest of the queue is the supervisor's own: to revoke a lease or to
forget a job is to decide that somebody is dead or that an end is durable."""
_LONGEST_SOCKET_PATH = 100
_AGAIN_S = 0.05


@contextlib.contextmanager
def served(folder: DataFolder, queue: object, control: object) -> Iterator[Door]:
    """Serve both objects, which have the methods of `CALLS` or some of them, while the context
    lasts; `run/supervisor.json` says how to reach them. Yields what has to be looked after
    meanwhile."""
    with _address(folder) as address:
        key = secrets.token_bytes(32)
        # A class of its own: registrations are class-wide, and two services may share a process.
        manager_type: Any = type("QueueManager", (BaseManager,), {})
        manager_type.register("queue", callable=lambda: queue, exposed=CALLS["queue"])
        manager_type.register("control", callable=lambda: control, exposed=CALLS["control"])
        server: Any = manager_type(address=address, authkey=key).get_server()
        server.accepter = lambda: _accept(server)
        _close_to_others(address)
        queue_id, _ = server.create(None, "queue")
        control_id, _ = server.create(None, "control")
        thread = threading.Thread(target=_serve, args=(server,), name="manager", daemon=True)
        thread.start()
        _write_key(folder.authkey, key)
        info = SupervisorInfo(
            pid=os.getpid(),
            started=datetime.now(UTC),
            version=VERSION,
            address=address,
            queue=queue_id,
            control=control_id,
        )
        write_atomic(folder.supervisor_info, msgspec.json.encode(info), durable=False)
        door = Door(server, address)
        try:
            yield door
        finally:
            with contextlib.suppress(OSError):
                folder.supervisor_info.unlink(missing_ok=True)
            server.stop_event.set()
            door.close()
            with contextlib.suppress(OSError):
                # It removes its socket, which may be gone.
                server.listener.close()
            thread.join(3.0)


def _close_to_others(address: str) -> None:
    with contextlib.suppress(OSError):
        # Its folder is ours alone; this is for the one that is not.
        os.chmod(address, 0o600)  # noqa: PTH101


def _serve(server: Any) -> None:
    with contextlib.suppress(SystemExit):  # how the Manager's server ends
        server.serve_forever()


def _accept(server: Any) -> None:
    """The Manager's own asks a closed listener again and again, a core long, until its process
    ends; and where no descriptor is left, as well."""
    while not server.stop_event.is_set():
        try:
            line = server.listener.accept()
        except OSError:
            server.stop_event.wait(_AGAIN_S)
            continue
        threading.Thread(target=server.handle_request, args=(line,), daemon=True).start()


@contextlib.contextmanager
def _address(folder: DataFolder) -> Iterator[str]:
    if sys.platform == "win32":  # pragma: no cover
        yield rf"\\.\pipe\gristmill-{secrets.token_hex(8)}"
        return
    path = folder.run / "socket"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        path.unlink(missing_ok=True)
        yield str(path)
        return
    private = tempfile.mkdtemp(prefix="gristmill-")
    try:
        yield str(Path(private) / "socket")
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _write_key(path: Path, key: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex())
