"""What a server is asked for apart: bulk actions and mirrors."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.cli.backends.bulk import BulkBackend
    from gristmill.cli.backends.mirrors import MirrorBackend


class RemoteParts:
    """Beside the rest of `RemoteBackend`, which sends their calls."""

    def _asked(self, *call: Any, **values: Any) -> Any:
        raise NotImplementedError

    def _send(self, *call: Any, **values: Any) -> Any:
        raise NotImplementedError

    @property
    def bulk(self) -> "BulkBackend":
        from gristmill.cli.backends.bulk import RemoteBulk

        return RemoteBulk(self._asked)

    @property
    def mirrors(self) -> "MirrorBackend":
        from gristmill.cli.backends.mirrors import RemoteMirrors

        return RemoteMirrors(self._asked, self._send)
