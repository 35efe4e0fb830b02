"""The line to the Dask cluster: which machines it has, and a foreman sent to each.

One thread with a loop of its own, whatever the scheduler does: the desk answers nodes while the
scheduler is away, and Dask's client is made anew until it is back.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
from distributed import Client
from distributed.core import Server
from distributed.security import Security

from gristmill.pool.engines.dask.desk import Desk
from gristmill.pool.engines.dask.node import Node
from gristmill.pool.engines.dask.nodes import BRIEF_S, REFUSED_S, Nodes
from gristmill.pool.engines.node.entry import run_node
from gristmill.schemas.cluster import Commission, Orders
from gristmill.schemas.configuration.settings import Settings

_LOOK_S = 0.5
_ANSWER_S = 5.0
_AGAIN_S = 1.0
_START_S = 15.0
_BLOCKED = ["connection_stream", "dump_state", "echo", "identity"]
"""What Dask's own Server would answer beside our calls."""
_log = logging.getLogger(__name__)
# With tracebacks, that the scheduler does not answer: which we say ourselves, in a line.
logging.getLogger("distributed.client").setLevel(logging.CRITICAL)


class Cluster:
    """Started once; `stop` ends it. `commission` has what every node is told, but for its name and
    the desk's address."""

    def __init__(
        self, settings: Settings, nodes: Nodes, desk: Desk, commission: Commission, scratch: Path
    ) -> None:
        self._settings, self._nodes, self._desk = settings, nodes, desk
        self._commission, self._scratch = commission, scratch
        self._security = security_of(settings)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="cluster", daemon=True)
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._ending: asyncio.Event | None = None
        self._tasks: dict[str, Any] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self.away = True

    def start(self) -> None:
        """Serve the desk. Raises OSError where its address cannot be had."""
        self._thread.start()
        self._ready.wait(_START_S)
        if self._failed is not None:
            raise self._failed

    @property
    def address(self) -> str:
        """The desk's, once it is served."""
        return self._commission.desk

    def alive(self) -> bool:
        return self._thread.is_alive()

    def in_loop(self, call: Callable[[], None]) -> None:
        """Have something done by the loop, after what was asked before."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def busy(self) -> int:
        """How many foremen are not known to have ended."""
        return sum(not task.done() for task in list(self._tasks.values()))

    def stop(self) -> None:
        if self._ending is not None:
            self.in_loop(self._ending.set)
        self._thread.join(_ANSWER_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._live())
        except Exception as error:
            self._failed = error
            _log.exception("the line to the cluster ends after an unexpected error")
        finally:
            self._ready.set()
            self._loop.close()

    async def _live(self) -> None:
        self._ending = asyncio.Event()
        server = await self._listening()
        watch = asyncio.create_task(self._watch())
        silence = asyncio.create_task(self._watch_silence())
        self._ready.set()
        ending = asyncio.create_task(self._ending.wait())
        tasks = (ending, watch, silence)
        # A watch that ends by itself has failed: without it nodes would no longer come or go.
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        failed = [task for task in (watch, silence) if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=_ANSWER_S)
        await asyncio.wait_for(server.close(), _ANSWER_S)
        for task in failed:
            task.result()

    async def _listening(self) -> Server:
        calls: dict[str, Any] = {
            "hello": self._desk.hello,
            "news": self._desk.news,
            "orders": self._desk.orders,
        }
        before = list(sys.path)
        server = Server(
            {name: _without_comm(call) for name, call in calls.items()},
            blocked_handlers=_BLOCKED,
            # What a peer sends stays bytes: Dask's would unpickle it.
            deserialize=False,
            needs_workdir=False,
            local_directory=str(self._scratch),
            connection_args=self._security.get_connection_args("scheduler"),
        )
        # It puts its scratch folder there, to import from.
        sys.path[:] = before
        protocol = self._settings.scheduler.partition(":")[0]
        place = f"{protocol}://{self._settings.desk_host}:{self._settings.desk_port}"
        await server.listen(place, **self._security.get_listen_args("scheduler"))
        self._commission = msgspec.structs.replace(self._commission, desk=server.address)
        return server

    async def _watch_silence(self) -> None:
        while True:
            self._nodes.lose_silent()
            for node in self._nodes.all():
                if node.leaving and not node.drained:
                    node.drained = True
                    node.order(Orders(drain=True))
            self._nodes.dismiss_retired()
            await asyncio.sleep(_LOOK_S / 2)

    async def _watch(self) -> None:
        """Keep a client, and look at the machines with it, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(2 * _ANSWER_S):
                    client = await Client(
                        self._settings.scheduler,
                        security=self._security,
                        asynchronous=True,
                        set_as_default=False,
                        timeout=_ANSWER_S,
                    )
            except (OSError, TimeoutError) as error:
                self._says_away(error)
                await asyncio.sleep(_AGAIN_S)
                continue
            try:
                client.subscribe_topic("all", self._on_event)
                while client.status == "running":
                    await self._look(client)
                    await asyncio.sleep(_LOOK_S)
            except Exception as error:
                # Dask has errors of its own for a client that was closed meanwhile. Whatever it
                # is, without this watch no node would come or go any more.
                self._says_away(error)
                await asyncio.sleep(_AGAIN_S)
            finally:
                await _quietly(client.close(timeout=1))

    def _says_away(self, error: Exception) -> None:
        if not self.away:
            _log.warning("the scheduler %s does not answer: %s", self._settings.scheduler, error)
        self.away = True

    async def _look(self, client: Client) -> None:
        async with asyncio.timeout(_ANSWER_S):
            found = await client.scheduler.identity(n_workers=-1)
        if self.away:
            _log.info("the scheduler %s answers", self._settings.scheduler)
        self.away = False
        addresses = set(found["workers"])
        self._nodes.keep(addresses)
        for address in self._nodes.wanted(addresses):
            self._send_foreman(client, self._nodes.add(address))

    def _send_foreman(self, client: Client, node: Node) -> None:
        told = msgspec.structs.replace(self._commission, name=node.name)
        task = client.submit(
            run_node,
            msgspec.msgpack.encode(told),
            workers=[node.address],
            allow_other_workers=False,
            # Never one that was used before: Dask would hand out the result of that.
            key=f"gristmill-{node.name}",
            pure=False,
            retries=0,
        )
        self._tasks[node.name] = task
        task.add_done_callback(lambda done: self.in_loop(lambda: self._ended(node, done)))

    def _ended(self, node: Node, task: Any) -> None:
        self._tasks.pop(node.name, None)
        if task.status in ("error", "finished"):
            telling = self._loop.create_task(self._tell_end(node, task))
            # The loop itself remembers no task.
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
        # Else the scheduler has lost it, or we the scheduler: the node may be well, and says so.

    async def _tell_end(self, node: Node, task: Any) -> None:
        """A foreman that never joined, for it cannot run or finds no desk, would do no better at
        once: its machine rests."""
        try:
            async with asyncio.timeout(_ANSWER_S):
                why, rest_s = f"its foreman ended: {await task}", BRIEF_S
        except Exception as error:
            why = f"a foreman cannot run there: {type(error).__name__}: {error}"
            rest_s = REFUSED_S
        if node.version:
            self._nodes.lose(node, why)
        else:
            self._nodes.refuse(node, why, rest_s)

    async def _on_event(self, event: tuple[float, Any]) -> None:
        what = event[1]
        if isinstance(what, dict) and what.get("action") == "remove-worker":
            self._nodes.lose_address(what["worker"])


def security_of(settings: Settings) -> Security:
    """TLS with our certificate, whose authority the others' have to be of, too."""
    if settings.scheduler.startswith("tcp://"):
        return Security()
    pair = (settings.tls_cert_file, settings.tls_key_file)
    named = {
        f"tls_{role}_{part}": path
        for role in ("client", "scheduler", "worker")
        for part, path in zip(("cert", "key"), pair, strict=True)
    }
    return Security(tls_ca_file=settings.tls_ca_file, require_encryption=True, **named)


def _without_comm(handler: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    async def call(**arguments: Any) -> Any:
        return await handler(**arguments)

    return call


async def _quietly(work: Any) -> None:
    try:
        await work
    except (OSError, TimeoutError) as error:
        _log.debug("%s", error)
