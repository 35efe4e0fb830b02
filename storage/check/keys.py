"""Checks that each idempotency record leads to the job that has its key."""

from functools import partial
from pathlib import Path

from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import BrokenManifest, DataFolderUnusable
from gristmill.storage.check.findings import Checkup
from gristmill.storage.manifests import Manifests
from gristmill.storage.records.keys import KeyRecord, Keys


class KeyCheck:
    """Sees every job first, then looks at every record."""

    def __init__(self, checkup: Checkup) -> None:
        self._checkup = checkup
        self._keys, self._manifests = Keys(checkup.folder), Manifests(checkup.folder)

    def see(self, manifest: Manifest) -> None:
        """A pending job with a key of its caller's must be found by it."""
        path = self._checkup.folder.key_path(manifest.key)
        if manifest.state.terminal or not manifest.explicit_key or path.exists():
            return
        pending = self._checkup.folder.pending_path(manifest.job_id)
        if not self._checkup.in_motion(pending):
            message = f"the key of pending job {manifest.job_id} has no record"
            self._checkup.fail("missing_key", path, message, partial(self._write, manifest))

    def _write(self, manifest: Manifest) -> None:
        with self._keys.hold([manifest.key]):
            record = KeyRecord(manifest.job_id, manifest.request)
            self._keys.write(manifest.key, record)

    def finish(self) -> None:
        for path in sorted(self._checkup.folder.keys.glob("*/*.json")):
            if path.name[0] != "." and not self._checkup.in_motion(path):
                self._check(path)

    def _check(self, path: Path) -> None:
        reason = self._reason(path)
        if reason is not None:
            self._checkup.warn("stale_key", path, reason, partial(self._remove, path))

    def _reason(self, path: Path) -> str | None:
        """Why a record means nothing; None where it means something, or where nobody can say."""
        digest = path.stem
        if path != self._checkup.folder.key_path(digest):
            return "it lies in the folder of other keys"
        record = self._keys.read(digest)
        if record is None:
            return "it cannot be read, so its job was never accepted"
        if not is_job_id(record.job_id):
            return f"{record.job_id!r} is no job id"
        try:
            manifest = self._manifests.read(record.job_id)
        except (BrokenManifest, DataFolderUnusable):
            return None
        if manifest is None:
            return f"its job {record.job_id} does not exist"
        if manifest.key != digest:
            return f"its job {record.job_id} has another key"
        if manifest.state.terminal and not manifest.explicit_key:
            return f"its job {record.job_id} has ended, and no caller chose this key"
        return None

    def _remove(self, path: Path) -> None:
        # A submission may have taken the key since we looked: look again with the key held.
        with self._keys.hold([path.stem]):
            if self._reason(path) is not None:
                path.unlink(missing_ok=True)
