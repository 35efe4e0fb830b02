"""What each command prints with `--json`."""

from typing import Any

import msgspec

from gristmill.cli.diagnosis.formats import Format
from gristmill.cli.diagnosis.steps import StepLook
from gristmill.cli.diagnosis.verdicts import Look
from gristmill.cli.ingesting.outcome import Outcome, Reason
from gristmill.schemas.collections_told import CollectionChanged, CollectionState, Deletion
from gristmill.schemas.comparison.changes import ChangesView, Passage
from gristmill.schemas.mirrors import MirrorView
from gristmill.schemas.outcomes.documents import Collection, Document, LedgerRow
from gristmill.schemas.overview import OverviewView
from gristmill.schemas.trash import Restoration, TrashedDocument, TrashView
from gristmill.schemas.views import ChunkView, JobView, PageView, SearchView
from gristmill.schemas.webhooks import DeliveryView
from gristmill.storage.check.check import Finding


class Shape(msgspec.Struct, frozen=True):
    """`members` of the object; `inner` says for some of them, which are lists, the members of each
    of their items. `lines`: one such object a line."""

    members: tuple[str, ...]
    inner: dict[str, tuple[str, ...]] = {}
    lines: bool = False


def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.encode_name for field in msgspec.structs.fields(kind))


def _page(kind: Any) -> Shape:
    return Shape(_names(PageView[kind]), {"items": _names(kind)})


_JOB = Shape(_names(JobView))
_OUTCOME = Shape(
    _names(Outcome),
    {"jobs": _names(JobView), "failures": _names(Reason), "skipped": _names(Reason)},
)
_MIRROR = Shape(_names(MirrorView))
_RECEIVER = ("collection", "url", "created_at")
_DELETION = Shape(_names(Deletion))
_KEY = ("name", "state", "scopes", "collections", "created", "expires", "revoked")

SHAPES: dict[str, Shape] = {
    "ingest": _OUTCOME,
    "ingest --no-wait": Shape(("jobs", "failures"), {"jobs": _names(JobView)}),
    "ingest --stdin": Shape(("line", "status", *_names(JobView)), lines=True),
    "jobs": _page(JobView),
    "jobs --follow": Shape(_names(JobView), lines=True),
    "job": _JOB,
    "job --documents": _page(LedgerRow),
    "job --wait": _OUTCOME,
    "top": Shape(_names(OverviewView)),
    "collections": _page(Collection),
    "collections show": Shape(_names(CollectionState)),
    "collections set": Shape(_names(CollectionChanged)),
    "collections rename": Shape(_names(CollectionChanged)),
    "collections delete": _DELETION,
    "documents": _page(Document),
    "show CHUNK": Shape(_names(ChunkView)),
    "show --changes": Shape(_names(ChangesView), {"passages": _names(Passage)}),
    "search": Shape(tuple(each for each in _names(SearchView) if each != "facets")),
    "refresh": _OUTCOME,
    "refresh --no-wait": _JOB,
    "delete": _DELETION,
    "restore-documents": Shape(_names(Restoration)),
    "trash": Shape(_names(TrashView), {"items": _names(TrashedDocument)}),
    "cancel": _JOB,
    "retry": _JOB,
    "webhooks": _page(DeliveryView),
    "webhooks show": _JOB,
    "webhooks replay": _JOB,
    "webhooks receivers": Shape(("items",), {"items": _RECEIVER}),
    "webhooks set": Shape((*_RECEIVER, "secret")),
    "webhooks drop": Shape(("items",), {"items": _RECEIVER}),
    "mirror add": _MIRROR,
    "mirror list": _page(MirrorView),
    "mirror show": _MIRROR,
    "mirror run": _MIRROR,
    "mirror pause": _MIRROR,
    "mirror resume": _MIRROR,
    "mirror remove": Shape(("removed",)),
    "ingest --mirror": _MIRROR,
    "stats": Shape(("data", "pending_jobs", "library", "queue")),
    "formats": Shape(("items",), {"items": _names(Format)}),
    "steps": Shape(("items",), {"items": _names(StepLook)}),
    "doctor": Shape(("looks", "wrong"), {"looks": _names(Look)}),
    "check": Shape(("findings", "left"), {"findings": _names(Finding)}),
    "restore": Shape(("backup", "findings", "left"), {"findings": _names(Finding)}),
    "purge": Shape(("jobs", "uploads", "orphans")),
    "key add": Shape((*_KEY, "key")),
    "key list": Shape(("items",), {"items": _KEY}),
    "key revoke": Shape(_KEY),
}
"""By command, with the flag that changes it. `parse` and `show` print the document as
page of whole documents says, `settings` a list, `backup` what is in the backup."""
