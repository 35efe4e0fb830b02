"""K12, by reading: the wall clock may jump, so it decides nothing. Where it is read is listed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import gristmill

_ROOT = Path(gristmill.__file__).parents[1]
_PARTS = ("schemas", "storage", "pool", "server", "client", "gristmill/cli")
_WALL = {
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}
_CLOCK = re.compile(r"\b(time|datetime|date)\b")
ALLOWED = {
    "pool/recovery/drop_in_sweeper.py": "documents older than an age",
    "storage/library/sqlite/trash/trashed.py": "history",
    "gristmill/cli/commands/keeping/key.py": "when a key expires",
    "server/access/audit.py": "history",
    "server/transport/coming.py": "history",
    "server/access/keys.py": "when a key, or a session of it, ends",
    "server/calls/operating/keys.py": "when a key is made, and expires",
    "server/calls/operating/overview.py": "history",
    "server/overviews.py": "history",
    "pool/supervisor/sampler.py": "history",
    "storage/backup/backing_up.py": "history, and ids that may have been given before it began",
    "storage/check/originals.py": "originals that may be in use; wrong by an hour at the most",
    "storage/check/spool.py": "uploads that may be in use; wrong by an hour at the most",
    "storage/damage.py": "history",
    "storage/library/sqlite/repair/mending.py": "the name of a file that is moved aside",
    "storage/records/tokens.py": "history",
    "gristmill/cli/commands/keeping/purge.py": "what is older than an age that a user names",
    "pool/intake/accepting.py": "history",
    "pool/intake/job_ids.py": "job ids",
    "pool/intake/preparing.py": "history",
    "pool/supervisor/control.py": "history",
    "pool/mirrors/keeper.py": "since when a mirror knows its files",
    "pool/mirrors/mover.py": "when a mirror is due, which outlives restarts",
    "pool/mirrors/run.py": "history",
    "storage/library/postgres/marking.py": "when a document was deleted",
    "pool/recovery/janitor.py": "what is older than days",
    "pool/dispatch/job_queue.py": "history",
    "pool/serving/served.py": "since when, for people",
    "storage/check/findings.py": "files that may be in use; wrong by an hour at the most",
    "storage/library/sqlite/facade.py": "when a document came in",
    "storage/library/sqlite/catalogue/catalogued.py": "history",
    "gristmill/cli/commands/working/top.py": "since when, for people",
    "pool/bulk/keeper.py": "history and ids, and which jobs a preview has counted",
    "pool/bulk/mover.py": "history",
    "pool/events/ring.py": "history",
    "pool/webhooks/mover.py": "when a delivery is due, over restarts",
    "pool/webhooks/receivers.py": "history",
    "pool/webhooks/sending.py": "history, and the time that a signature is of",
    "pool/worker/lives/document_spans.py": "when a span began and ended",
    "pool/worker/lives/transaction.py": "when a span began and ended",
    "server/telemetry/following.py": "when a span began and ended",
    "server/telemetry/state.py": "how long the oldest job waits, for metrics",
    "storage/records/webhooks.py": "history",
}


def _readings(path: Path) -> Iterator[tuple[str, str]]:
    text = path.read_text()
    if not _CLOCK.search(text):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (("time", alias.name) for alias in node.names)


def test_the_wall_clock_is_read_for_ids_history_and_ages_only() -> None:
    files = [path for part in _PARTS for path in (_ROOT / part).rglob("*.py")]
    assert len(files) > 100
    readers = {
        path.relative_to(_ROOT).as_posix()
        for path in files
        if not _WALL.isdisjoint(_readings(path))
    }
    assert readers == set(ALLOWED)
