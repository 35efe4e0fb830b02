"""Batch files: the manifests of jobs that were accepted together, made durable in one write.

Beside it each job has its own pending manifest, which is what everybody reads. Those are not
synced: a crash cannot take them, a power cut can, and then the batch file brings them back. It is
kept until all of its jobs have ended (`pool.batch_keeper`), or those that have not are synced.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from gristmill.schemas.errors import StorageFailed
from gristmill.schemas.manifest import Manifest
from gristmill.storage import faults
from gristmill.storage.durable import make_folder, write_atomic
from gristmill.storage.group_commit import remove_all, sync_folders
from gristmill.storage.keys import Keys
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import BrokenManifest, Manifests
from gristmill.storage.overlap import overlapped

_encode = msgspec.json.Encoder().encode_lines
_decode = msgspec.json.Decoder(Manifest).decode_lines


class Batches:
    """The batch files of one data folder."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._manifests, self._keys = Manifests(folder), Keys(folder)

    def create(self, manifests: Sequence[Manifest]) -> Path | None:
        """Store new pending manifests durably, and name their batch file. A single one has none.

        Raises OSError; what is there then has to be withdrawn.
        """
        if len(manifests) < 2:
            for manifest in manifests:
                self._manifests.create(manifest)
            return None
        path = self.path_of(manifests)
        make_folder(path.parent)
        write_atomic(path, _encode(manifests))
        faults.hit("accept.before_files")
        for manifest in manifests:
            self._manifests.write_unsynced(manifest)
        return path

    def path_of(self, manifests: Sequence[Manifest]) -> Path:
        return self._folder.batches / f"{manifests[0].job_id}.ndjson"

    def withdraw(self, path: Path | None, gone: Sequence[Manifest]) -> None:
        """Durably remove jobs that were not accepted after all. Raises OSError."""
        ids = {manifest.job_id for manifest in gone}
        if path is not None:
            # First here: what is in a batch file and has no manifest would be brought back.
            rest = [manifest for manifest in self.read(path) if manifest.job_id not in ids]
            if rest:
                write_atomic(path, _encode(rest))
            else:
                remove_all([path])
        self._manifests.withdraw(*ids)

    def paths(self) -> list[Path]:
        """All batch files, oldest first."""
        return sorted(self._folder.batches.glob("[0-9a-f]*.ndjson"))

    def read(self, path: Path) -> list[Manifest]:
        """The manifests as they were accepted; none where the file is gone."""
        try:
            return _decode(path.read_bytes())
        except FileNotFoundError:
            return []
        except msgspec.MsgspecError as error:
            raise BrokenManifest(f"{path.name} is no batch file ({error})") from None

    def lost(self, path: Path) -> list[Manifest]:
        """Jobs of a batch that have not ended and have no manifest that can be read."""
        return [manifest for manifest in self.read(path) if self._is_lost(manifest)]

    def restore(self, path: Path) -> int:
        """Bring lost manifests back; returns their number. Those whose key is held are left: their
        submitter is alive, and still at it."""
        return sum(self._restore(path, manifest) for manifest in self.lost(path))

    def _restore(self, path: Path, manifest: Manifest) -> bool:
        try:
            with self._keys.hold([manifest.key], timeout_s=0.05):
                # Looked at again under the lock: it may have been withdrawn a moment ago.
                if manifest not in self.read(path) or not self._is_lost(manifest):
                    return False
                self._manifests.create(manifest)
                return True
        except StorageFailed:
            return False

    def _is_lost(self, manifest: Manifest) -> bool:
        if self._manifests.is_ended(manifest.job_id):
            return False
        try:
            # None, too, for one that ended between these two looks.
            found = self._manifests.read(manifest.job_id)
        except BrokenManifest:
            return True
        return found is None

    def seal(self) -> None:
        """Make all batch files needless, and remove them: what has not ended gets synced."""
        paths = self.paths()
        for path in paths:
            self.restore(path)
            overlapped(self._sync, self.read(path))
        for error in sync_folders([self._folder.pending]).values():
            raise error
        # One with a submitter that is still at it stays.
        self.remove(path for path in paths if not self.lost(path))

    def _sync(self, manifest: Manifest) -> None:
        with suppress(FileNotFoundError), open(self._folder.pending_path(manifest.job_id)) as file:
            os.fsync(file.fileno())

    def remove(self, paths: Iterable[Path]) -> None:
        """Remove batch files for good."""
        remove_all(list(paths))
