"""The one long task that each worker process of the distributed engine gets: a node of ours."""

import asyncio
import logging
from pathlib import Path

import msgspec

from gristmill.pool.engines.node.foreman import Foreman, works_apart
from gristmill.pool.engines.node.identity import identity_of_this_machine
from gristmill.pool.engines.node.main_module import hide_main_module
from gristmill.pool.engines.node.talk import Talk
from gristmill.pool.processes.machine import worker_count
from gristmill.schemas.cluster import Commission, Hello
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.layout import DataFolder

_ANSWER_S = 3.0
_log = logging.getLogger(__name__)


def run_node(commission: bytes) -> str:
    """Be a node until its supervisor, its machine or its engine ends that; returns why it ended.
    Runs in a Dask worker."""
    from distributed import get_worker
    from distributed.core import rpc

    told = msgspec.msgpack.decode(commission, type=Commission)
    settings = msgspec.json.decode(told.settings, type=Settings)
    size = worker_count(settings.workers)
    hide_main_module()
    try:
        trouble = None if works_apart(settings) else _trouble(told)
        hello = Hello(identity_of_this_machine(), size, trouble)
        foreman = Foreman(settings, size, Path(told.data))
    except GristmillError as error:
        return f"no node: {error}"
    process = get_worker()

    async def talk() -> str:
        # Bytes alone pass: nothing that comes is unpickled on either side.
        desk = rpc(
            told.desk,
            deserialize=False,
            timeout=_ANSWER_S,
            connection_args=process.security.get_connection_args("worker"),
        )
        try:
            return await Talk(
                told, desk, foreman, lambda: process.status.name in ("closing", "closed", "failed")
            ).hold(hello)
        finally:
            await desk.close_rpc()

    try:
        why = asyncio.run(talk())
    finally:
        foreman.stop()
    _log.warning("node %s ends: %s", told.name, why)
    return why


def _trouble(told: Commission) -> str | None:
    """What keeps this machine from being a node where the service's data folder is needed."""
    try:
        seen = DataFolder.at(told.data).node_mark.read_text()
    except OSError as error:
        return f"it cannot read the service's data folder {told.data}: {error.strerror}"
    if seen != told.mark:
        return f"what it sees at {told.data} is another data folder than the service's"
    return None
