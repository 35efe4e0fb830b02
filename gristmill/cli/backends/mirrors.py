"""Mirrors, of a server or of a data folder."""

from collections.abc import Callable
from typing import Protocol

from gristmill.client.service_client import Client
from gristmill.pool.mirrors.keeper import MirrorKeeper
from gristmill.schemas.mirrors import MirrorRequest, MirrorView
from gristmill.schemas.problems.errors import SupervisorAway
from gristmill.schemas.views import PageView


class MirrorBackend(Protocol):
    """What `gristmill mirror` asks for. Methods raise GristmillError."""

    def add(self, wanted: MirrorRequest) -> MirrorView: ...

    def find(self, name: str) -> MirrorView: ...

    def page(self, after: str | None, limit: int) -> PageView[MirrorView]: ...

    def run(self, name: str, *, confirm_gone: bool) -> MirrorView: ...

    def pause(self, name: str, *, paused: bool) -> MirrorView: ...

    def remove(self, name: str) -> None: ...

    def expect_progress(self, name: str) -> None:
        """Raises SupervisorAway where nobody would run it."""
        ...


class FolderMirrors:
    """Those of a data folder: whoever may write there may mirror any folder. `alive` says whether
    a service runs on it."""

    def __init__(self, keeper: MirrorKeeper, alive: Callable[[], bool]) -> None:
        self._keeper, self._alive = keeper, alive

    def add(self, wanted: MirrorRequest) -> MirrorView:
        return self._keeper.add(wanted, trusted=True)

    def find(self, name: str) -> MirrorView:
        return self._keeper.find(name)

    def page(self, after: str | None, limit: int) -> PageView[MirrorView]:
        found = self._keeper.all_of(None, after)
        return PageView(found[:limit], found[limit - 1].name if len(found) > limit else None)

    def run(self, name: str, *, confirm_gone: bool) -> MirrorView:
        return self._keeper.run(name, confirm_gone=confirm_gone)

    def pause(self, name: str, *, paused: bool) -> MirrorView:
        return self._keeper.pause(name, paused=paused)

    def remove(self, name: str) -> None:
        self._keeper.remove(name)

    def expect_progress(self, name: str) -> None:
        if not self._alive():
            raise SupervisorAway(
                f"nobody runs the mirror {name!r}: it goes on once `gristmill serve` or "
                "`gristmill supervise` runs"
            )


class RemoteMirrors:
    """Those of a server."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def add(self, wanted: MirrorRequest) -> MirrorView:
        return self._client.add_mirror(wanted)

    def find(self, name: str) -> MirrorView:
        return self._client.mirror(name)

    def page(self, after: str | None, limit: int) -> PageView[MirrorView]:
        return self._client.mirrors(after=after, limit=limit)

    def run(self, name: str, *, confirm_gone: bool) -> MirrorView:
        return self._client.run_mirror(name, {"confirm_gone": confirm_gone})

    def pause(self, name: str, *, paused: bool) -> MirrorView:
        return self._client.pause_mirror(name) if paused else self._client.resume_mirror(name)

    def remove(self, name: str) -> None:
        self._client.remove_mirror(name)

    def expect_progress(self, name: str) -> None:
        """A server is there, or the next question says so."""
