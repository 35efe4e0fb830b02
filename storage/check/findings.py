"""What a check of a data folder finds, and the hands that mend it."""

import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import msgspec

from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.disk.durable import make_folder, sync_folder, write_atomic
from gristmill.storage.layout import DataFolder

IN_MOTION_S = 60.0
"""What changed this lately may be half of something that a living process is doing."""


class Severity(StrEnum):
    """ERROR: something that was accepted may be lost or wrong. WARNING: left over or out of step,
    and no job or document suffers."""

    WARNING = "warning"
    ERROR = "error"


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it should be. `subject` is an id or a path below the data folder."""

    code: str
    subject: str
    message: str
    severity: Severity
    repaired: bool = False


class Checkup:
    """Collects the findings of one check. `live`: a supervisor is at work on the folder."""

    def __init__(self, folder: DataFolder, *, repair: bool, live: bool) -> None:
        self.folder, self.repair, self.live = folder, repair, live
        self.findings: list[Finding] = []

    def warn(
        self, code: str, subject: Path | str, message: str, mend: Callable[[], object] | None = None
    ) -> None:
        """Report something harmless. `mend` is called when we repair."""
        self._add(Severity.WARNING, code, subject, message, mend)

    def fail(
        self, code: str, subject: Path | str, message: str, mend: Callable[[], object] | None = None
    ) -> None:
        """Report a loss, or the danger of one. `mend` is called when we repair."""
        self._add(Severity.ERROR, code, subject, message, mend)

    def _add(
        self,
        severity: Severity,
        code: str,
        subject: Path | str,
        message: str,
        mend: Callable[[], object] | None,
    ) -> None:
        repaired = False
        if self.repair and mend is not None:
            try:
                mend()
                repaired = True
            except (OSError, GristmillError) as error:
                message = f"{message}; not repaired: {error}"
        self.findings.append(Finding(code, self._name(subject), message, severity, repaired))

    def _name(self, subject: Path | str) -> str:
        if isinstance(subject, str):
            return subject
        return subject.relative_to(self.folder.root).as_posix()

    def in_motion(self, path: Path) -> bool:
        """Whether a living supervisor may just be at it."""
        return self.live and changed_lately(path)

    def quarantine(self, path: Path) -> None:
        """Move a file to DATA/quarantine, out of everybody's way, without losing a byte of it."""
        target = self._aside(path)
        path.replace(target)
        sync_folder(target.parent)
        sync_folder(path.parent)

    def set_aside(self, path: Path, part: bytes) -> None:
        """Keep a part of a file in DATA/quarantine that is about to be taken out of it."""
        write_atomic(self._aside(path), part)

    def _aside(self, path: Path) -> Path:
        place = self.folder.root / "quarantine"
        make_folder(place)
        name = "-".join(path.relative_to(self.folder.root).parts)
        target, number = place / name, 1
        while target.exists():
            target, number = place / f"{name}.{number}", number + 1
        return target


def changed_lately(path: Path) -> bool:
    """Whether a file changed within IN_MOTION_S seconds, or is gone."""
    try:
        return time.time() - path.stat().st_mtime < IN_MOTION_S
    except FileNotFoundError:
        return True
