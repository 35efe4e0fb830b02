"""Mirrors, of a server or of a data folder."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from gristmill.cli.backends import Page
from gristmill.pool.mirrors.keeper import MirrorKeeper
from gristmill.schemas.mirrors import MirrorRequest, MirrorView
from gristmill.schemas.problems.errors import SupervisorAway
from gristmill.server.calls.tables.mirror_table import (
    ADD_MIRROR,
    MIRROR,
    MIRRORS,
    PAUSE_MIRROR,
    REMOVE_MIRROR,
    RESUME_MIRROR,
    RUN_MIRROR,
)


class MirrorBackend(Protocol):
    """What `gristmill mirror` asks for. Methods raise GristmillError."""

    def add(self, wanted: MirrorRequest) -> MirrorView: ...

    def find(self, name: str) -> MirrorView: ...

    def page(self, after: str | None, limit: int) -> Page[MirrorView]: ...

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

    def page(self, after: str | None, limit: int) -> Page[MirrorView]:
        found = self._keeper.all_of(None, after)
        return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)

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
    """Those of a server; `ask` sends a call and decodes its answer, `send` only sends it."""

    def __init__(self, ask: Callable[..., Any], send: Callable[..., Any]) -> None:
        self._ask, self._send = ask, send

    def add(self, wanted: MirrorRequest) -> MirrorView:
        return self._view(ADD_MIRROR, json=msgspec.to_builtins(wanted))

    def find(self, name: str) -> MirrorView:
        return self._view(MIRROR, mirror=name)

    def page(self, after: str | None, limit: int) -> Page[MirrorView]:
        asked = {"after": after, "limit": limit}
        found: Page[MirrorView] = self._ask(MIRRORS, Page[MirrorView], asked)
        return found

    def run(self, name: str, *, confirm_gone: bool) -> MirrorView:
        return self._view(RUN_MIRROR, json={"confirm_gone": confirm_gone}, mirror=name)

    def pause(self, name: str, *, paused: bool) -> MirrorView:
        return self._view(PAUSE_MIRROR if paused else RESUME_MIRROR, mirror=name)

    def remove(self, name: str) -> None:
        self._send(REMOVE_MIRROR, mirror=name)

    def expect_progress(self, name: str) -> None:
        """A server is there, or the next question says so."""

    def _view(self, call: object, **more: object) -> MirrorView:
        found: MirrorView = self._ask(call, MirrorView, **more)
        return found
