"""`gristmill ingest PATH --mirror`: a folder is compared with what is known of it, once."""

import hashlib
import re
from pathlib import Path
from typing import Any

from gristmill.cli.configured.mirrors import request_of
from gristmill.cli.ingesting.ingestion import explained
from gristmill.cli.mirror_runs import code_of, print_mirror, watched
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.mirrors import MirrorRequest, MirrorView

_ODD = re.compile(r"[^A-Za-z0-9._-]+")


def mirror_once(wanted: MirrorRequest, settings: Settings, *, as_json: bool) -> ExitCode:
    """With the service on the data folder, or one of its own for as long as it takes. The mirror
    stays, so that the next time only differences are read."""
    from gristmill.cli.backends.folder import FolderBackend
    from gristmill.pool.handle import IngestionWorker

    with IngestionWorker(settings) as worker:
        mirrors = FolderBackend(worker.stores, worker.settings, worker.take_over).mirrors
        before: MirrorView | None = None
        known = {each.name: each for each in mirrors.page(None, 1000).items}
        if wanted.name in known and not _is_meant(known[wanted.name], wanted):
            # What it has brought is known to its successor.
            mirrors.remove(wanted.name)
            mirrors.add(wanted)
        elif wanted.name in known:
            before = known[wanted.name]
            mirrors.run(wanted.name, confirm_gone=False)
        else:
            mirrors.add(wanted)
        with explained("it goes on where it was when the same command is run again"):
            found = watched(mirrors, wanted.name, before)
    print_mirror(found, as_json)
    return code_of(found)


def _is_meant(there: MirrorView, wanted: MirrorRequest) -> bool:
    names = ("include", "exclude", "gitignore", "delete")
    return all(getattr(there, name) == getattr(wanted, name) for name in names)


def once(path: str, collection: str, **more: Any) -> MirrorRequest:
    """The mirror of a folder in a collection, named by both. Raises InvalidRequest."""
    real = str(Path(path).absolute())
    mark = hashlib.sha256(f"{collection}\0{real}".encode("utf-8", "surrogateescape")).hexdigest()
    name = f"{_ODD.sub('-', Path(real).name).strip('-.')[:60] or 'folder'}-{mark[:8]}"
    name = name if name[0].isalnum() else f"m{name}"
    return request_of(name=name, path=real, collection=collection, **more)
