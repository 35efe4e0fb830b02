"""What one upload may cost, with all that is inside of it, across tasks and workers."""

from gristmill.schemas.configuration.settings import MIB, Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentResult, Member, PlannedDocument, Spent
from gristmill.schemas.problems.errors import DocumentError
from gristmill.storage.library import Library

_Root = tuple[str, int, str | None]


class RootCosts:
    """Adds up what the ledger says of a root and what this worker has done since. Others' work of
    the same moment is seen with the next task."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self._settings, self._library = settings, library
        self._job_id = ""
        self._spent: dict[_Root, Spent] = {}
        self._fresh: set[_Root] = set()

    def begin_task(self, job_id: str) -> None:
        """The ledger is asked again. It may not have yet what we did last of the same job."""
        self._fresh.clear()
        if job_id != self._job_id:
            self._spent.clear()
            self._job_id = job_id

    def check(self, document: PlannedDocument, manifest: Manifest) -> None:
        """Raises DocumentError `too_large` for what is left of a root that is used up."""
        if document.member is None:
            return
        settings, spent = self._settings, self._of(document, manifest)
        if spent.bytes > settings.max_inflated_mb * MIB:
            raise _over(
                f"what is inside of {_name(document)} is over {settings.max_inflated_mb} MiB "
                "(max_inflated_mb)"
            )
        if spent.seconds > settings.max_upload_seconds:
            raise _over(
                f"what is inside of {_name(document)} took over {settings.max_upload_seconds:g} s "
                "of work (max_upload_seconds)"
            )

    def add(self, document: PlannedDocument, result: DocumentResult) -> None:
        """A document was done."""
        root = _root(document, result.job_id)
        if document.member is not None and root in self._spent:
            before = self._spent[root]
            self._spent[root] = Spent(
                before.documents,
                before.bytes + (result.size or 0 if result.sha256 else 0),
                before.seconds + (result.seconds or 0.0),
            )

    def admitted(
        self, found: tuple[Member, ...], document: PlannedDocument, manifest: Manifest
    ) -> tuple[tuple[Member, ...], DocumentError | None]:
        """Those members of a container for which its root has room, and why there are no more."""
        most = self._settings.max_members
        before = 0 if document.member is None else self._of(document, manifest).documents
        room = max(0, most - before)
        if len(found) <= room:
            return found, None
        text = f"there are over {most} documents inside of {_name(document)} (max_members)"
        return found[:room], _over(text)

    def _of(self, document: PlannedDocument, manifest: Manifest) -> Spent:
        root = _root(document, manifest.job_id)
        if root not in self._fresh:
            timeout_s = manifest.timeout_s or self._settings.timeout_s
            known = self._library.spent(*root, timeout_s)
            ours = self._spent.get(root, known)
            # Each lacks something of the other; both are true of what they have.
            self._spent[root] = Spent(
                max(known.documents, ours.documents),
                max(known.bytes, ours.bytes),
                max(known.seconds, ours.seconds),
            )
            self._fresh.add(root)
        return self._spent[root]


def _root(document: PlannedDocument, job_id: str) -> _Root:
    return job_id, document.source, document.path


def _name(document: PlannedDocument) -> str:
    inside = document.member
    return document.uri.removesuffix(f"!/{inside}") if inside else document.uri


def _over(message: str) -> DocumentError:
    return DocumentError(DocumentCode.TOO_LARGE, message)
