"""Checks that the spool holds what jobs need, whole, and nothing else."""

import hashlib
import re
import time
from collections import defaultdict
from functools import partial
from pathlib import Path

from gristmill.schemas.ids import job_of_claim
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Spooled
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import DocumentError
from gristmill.storage.check.findings import Checkup, changed_lately
from gristmill.storage.manifests import Manifests
from gristmill.storage.spool import Spool

_ORPHAN_S = 24 * 3600.0
"""As long as `orphan_hours` is by default."""
_NAME = re.compile(r"[0-9a-f]{64}\.[0-9a-f]+")
_BUNDLE = re.compile(r"bundle\.[0-9a-f]{2,}")


class SpoolCheck:
    """Sees every job first, then looks at every file."""

    def __init__(self, checkup: Checkup) -> None:
        self._checkup = checkup
        self._spool, self._manifests = Spool(checkup.folder), Manifests(checkup.folder)
        self._needed: dict[str, list[Spooled]] = defaultdict(list)
        self._unseen = False

    def see(self, manifest: Manifest) -> None:
        """A job that has not succeeded may still need its bytes: a retry reads them again."""
        if manifest.state is JobState.SUCCEEDED:
            return
        for source in manifest.sources:
            if isinstance(source, Spooled):
                path = self._checkup.folder.upload_path(source)
                self._needed[path.name].append(source)
                if not self._has(source):
                    self._report_missing(path, manifest, source)

    def _has(self, source: Spooled) -> bool:
        try:
            return self._spool.has(source)
        except OSError as error:
            # Once is enough: what nobody can see is not missing.
            if not self._unseen:
                message = f"uploads could not be looked at: {error.strerror}"
                self._checkup.fail("spool_unreachable", self._checkup.folder.objects, message)
            self._unseen = True
            return True

    def _report_missing(self, path: Path, manifest: Manifest, source: Spooled) -> None:
        pending = self._checkup.folder.pending_path(manifest.job_id)
        if self._checkup.live and changed_lately(pending):
            return
        message = f"job {manifest.job_id} needs the bytes of {source.uri}; submit it again"
        # Of an ended job only a retry would notice; a job that was turned away has none at all.
        report = self._checkup.warn if manifest.state.terminal else self._checkup.fail
        if manifest.error is None or manifest.error.code != "queue_full":
            report("spool_missing", path, message)

    def finish(self) -> None:
        for path in sorted(self._checkup.folder.spool.glob("*/*")):
            if path.name[0] != ".":
                self._check(path)

    def _check(self, path: Path) -> None:
        if not _is_in_its_place(path):
            self._checkup.warn("stray_file", path, "it is no upload; look at it and move it away")
        elif path.name not in self._needed:
            # An upload is in the spool before the manifest that names it. Where its submitter died
            # in between, or is still sending, nobody was promised anything, and the service drops
            # it after `orphan_hours`.
            if not self._may_become_a_job(path):
                remove = partial(path.unlink, missing_ok=True)
                self._checkup.warn("spool_orphan", path, "no job needs this upload", remove)
        elif any(map(self._is_damaged, self._needed[path.name])):
            message = "its bytes are not the uploaded ones; submit the document again"
            self._checkup.fail("spool_damaged", path, message)

    def _may_become_a_job(self, path: Path) -> bool:
        if changed_lately(path):
            return True
        job_id = job_of_claim(path.name.partition(".")[2])
        # One that has a job is left by its end, and nobody will ask for it.
        if job_id is None or self._manifests.is_ended(job_id) or self._manifests.is_pending(job_id):
            return False
        try:
            return time.time() - path.stat().st_mtime < _ORPHAN_S
        except FileNotFoundError:
            return True

    def _is_damaged(self, source: Spooled) -> bool:
        """Whether an upload holds other bytes than it should; not where it was dropped
        meanwhile."""
        try:
            data = self._spool.read(source, source.bytes)
        except FileNotFoundError:
            return False
        except DocumentError:
            # There are more than were uploaded.
            return True
        return hashlib.sha256(data).hexdigest() != source.sha256


def _is_in_its_place(path: Path) -> bool:
    if _BUNDLE.fullmatch(path.name):
        return path.parent.name == path.name[-2:]
    return bool(_NAME.fullmatch(path.name)) and path.parent.name == path.name[:2]
