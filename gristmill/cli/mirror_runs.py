"""A run of a mirror, watched to its end and told."""

import time
from typing import TYPE_CHECKING

from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_json, print_pairs
from gristmill.cli.terminal.phrases import duration, moment
from gristmill.schemas.mirrors import MirrorRun, MirrorState, MirrorView

if TYPE_CHECKING:
    from gristmill.cli.backends.mirrors import MirrorBackend

_PAUSE_S, _LOOK_S = 0.2, 5.0


def watched(backend: "MirrorBackend", name: str, before: MirrorView | None) -> MirrorView:
    """The mirror once the run that was asked for has ended, or cannot go on. Raises
    SupervisorAway where nobody runs it."""
    last = before.run if before is not None else None
    looked = time.monotonic()
    while True:
        found = backend.find(name)
        is_new = last is None or (found.run is not None and found.run.started_at > last.started_at)
        ended = found.run is not None and found.run.finished_at is not None
        if found.state is MirrorState.BLOCKED or (
            found.state is not MirrorState.RUNNING and is_new and ended
        ):
            return found
        if found.state is MirrorState.PAUSED:
            return found
        if time.monotonic() > looked + _LOOK_S:
            backend.expect_progress(name)
            looked = time.monotonic()
        time.sleep(_PAUSE_S)


def print_mirror(mirror: MirrorView, as_json: bool) -> ExitCode:
    """Print what a mirror is and what it waits for. FAILED where that is somebody."""
    if as_json:
        print_json(mirror)
    else:
        run = mirror.run
        counts = None if run is None else run.counts
        print_pairs(
            (
                ("mirror", mirror.name),
                ("folder", mirror.path),
                ("collection", mirror.collection),
                ("state", mirror.state),
                ("waits for", _waits(mirror)),
                ("every", duration(mirror.every_s) if mirror.every_s else ""),
                ("watched", "yes" if mirror.watch else ""),
                ("include", ", ".join(mirror.include)),
                ("exclude", ", ".join(mirror.exclude)),
                ("delete", mirror.delete),
                ("files", mirror.files),
                ("run", moment(run.started_at) if run else ""),
                ("new", counts and counts.new),
                ("changed", counts and counts.changed),
                ("moved", counts and counts.moved),
                ("unchanged", counts and counts.unchanged),
                ("gone", counts and counts.gone),
                ("failed", run and _failed(run)),
                ("still written", (counts and counts.unsettled) or ""),
                ("next run", moment(mirror.due_at)),
            )
        )
    return ExitCode.FAILED if _is_stuck(mirror) else ExitCode.OK


def code_of(mirror: MirrorView) -> ExitCode:
    """Of a run that was waited for."""
    if _is_stuck(mirror):
        return ExitCode.FAILED
    failed = mirror.run is not None and mirror.run.counts.failed
    return ExitCode.DOCUMENTS_FAILED if failed else ExitCode.OK


def _is_stuck(mirror: MirrorView) -> bool:
    return mirror.state in (MirrorState.ASKING, MirrorState.BLOCKED)


def _failed(run: MirrorRun) -> str:
    if not run.counts.failed:
        return "0"
    jobs = " and ".join(f"`gristmill job {job_id}`" for job_id in run.jobs)
    return f"{run.counts.failed}{f': {jobs} says why' if jobs else ''}"


def _waits(mirror: MirrorView) -> str:
    if mirror.state is not MirrorState.ASKING:
        return mirror.why or ""
    return (
        f"you: {mirror.why}; `gristmill mirror run {mirror.name} --confirm-gone` removes their "
        "documents"
    )
