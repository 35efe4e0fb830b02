"""A mirror of a real folder, run in one thread by the service of `one_thread`."""

import itertools
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.one_thread import Mill

from gristmill.pool.intake.drafts import Submitter
from gristmill.pool.mirrors.keeper import MirrorKeeper
from gristmill.pool.mirrors.mover import MirrorMover
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import Located
from gristmill.schemas.mirrors import Delete, MirrorRequest, MirrorSpec, MirrorState, MirrorView
from gristmill.storage.library import KnownFiles

_BEGAN_NS = 1_600_000_000_000_000_001
STEPS = 60


class Killed(BaseException):
    """The process is gone at this point."""


class Mirrored:
    """The folder `top`, kept in the collection `m`."""

    def __init__(self, place: Path, **options: Any) -> None:
        self.top = place / "folder"
        self.top.mkdir()
        self.mill = Mill(place / "data")
        self._ticks = itertools.count(1)
        options = {"delete": Delete.REMOVE, **options}
        self.request = MirrorRequest(name="m", path=str(self.top), collection="m", **options)
        self.keeper.add(self.request, trusted=True)
        self.boot()

    @property
    def keeper(self) -> MirrorKeeper:
        return MirrorKeeper(self.mill.stores, self.mill.settings)

    def boot(self) -> None:
        """Start again: of the mover and the service everything in memory is new."""
        self.mill.boot()
        self.mover = MirrorMover(self.mill.stores, self.mill.settings, self._submit)

    def boot_later(self) -> None:
        """Start again, a minute later by the clock of files: nothing is young."""
        self.boot()
        later = time.time_ns() + 60_000_000_000
        self.mover = MirrorMover(
            self.mill.stores, self.mill.settings, self._submit, now_ns=lambda: later
        )

    def close(self) -> None:
        self.mover.close()
        self.mill.close()

    def _submit(self, spec: MirrorSpec, job_id: str, sources: Sequence[Located]) -> None:
        task = IngestionTask(sources=[], collection=spec.collection)
        self.mill.intake.submit(
            task,
            key=f"mirror {job_id}",
            uploads=sources,
            job_id=job_id,
            trusted=True,
            submitter=Submitter(None),
        )

    # -- the folder ---------------------------------------------------------------------------

    def write(self, path: str, text: str) -> None:
        """Each writing has a time of its own, long ago: nobody waits until it stands still."""
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        at = _BEGAN_NS + next(self._ticks) * 1_000
        os.utime(file, ns=(at, at))

    def rename(self, old: str, new: str) -> None:
        target = self.top / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.top / old).rename(target)

    def delete(self, path: str) -> None:
        found = self.top / path
        shutil.rmtree(found) if found.is_dir() else found.unlink()

    def files(self) -> dict[str, str]:
        """Text by path."""
        found = (path for path in self.top.rglob("*") if path.is_file())
        return {path.relative_to(self.top).as_posix(): path.read_text() for path in found}

    # -- runs ---------------------------------------------------------------------------------

    def look(self) -> None:
        """A step of the mover, and what workers make of it."""
        self.mover.look()
        self.mill.until_idle()

    def run(self, *, confirm_gone: bool = False) -> MirrorView:
        """A whole run, to its end."""
        self.keeper.run("m", confirm_gone=confirm_gone)
        for _ in range(STEPS):
            self.look()
            found = self.keeper.find("m")
            if found.state is not MirrorState.RUNNING:
                return found
        raise AssertionError(f"the run does not end: {found}")

    @contextmanager
    def killed_at(self, number: int) -> Iterator[None]:
        """The process dies before the so many-th thing that is noted of files is on disk."""
        real, left = KnownFiles._writing, itertools.count(number, -1)

        @contextmanager
        def writing(files: KnownFiles) -> Iterator[None]:
            with real(files):
                yield
                if next(left) == 0:
                    raise Killed

        KnownFiles._writing = writing  # type: ignore[assignment,method-assign]
        try:
            yield
        finally:
            KnownFiles._writing = real  # type: ignore[method-assign]

    def held(self) -> dict[str, str]:
        """Text by path of what the library holds."""
        held = {}
        with self.mill.stores.library(readonly=True) as library:
            documents, _ = library.documents_page(collection="m", after=None, limit=1000)
            for document in documents:
                chunks = library.chunks_page(document.document_id, after=None, limit=9)
                path = Path(document.uri).relative_to(self.top).as_posix()
                held[path] = "".join(chunk.text for chunk in chunks)
        return held
