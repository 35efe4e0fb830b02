"""Every error a user can meet, each with a stable code. `server.problems` maps them to HTTP."""

from typing import ClassVar


class GristmillError(Exception):
    """A failure with a stable `code` and a sentence for people.

    `extra` holds further members of the problem document, such as `job_id`.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **extra: object) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class Unexpected(GristmillError):
    """A fault of ours that no other class stands for. Nothing was accepted."""

    code = "internal"


class IllegalTransition(GristmillError):
    """The job is in a state from which this cannot happen."""

    code = "illegal_transition"


# -- requests ---------------------------------------------------------------------------------


class InvalidRequest(GristmillError):
    """The request's shape is wrong: bad JSON, unknown field, wrong type, out of range."""

    code = "invalid_request"


class UnknownParameter(InvalidRequest):
    """The query string has a parameter that this call does not take."""

    code = "unknown_parameter"


class InvalidCursor(InvalidRequest):
    """`after` is not a cursor that a list of this kind gave out, or `cursor` one of this search."""

    code = "invalid_cursor"


class BodyTooLarge(GristmillError):
    """The body is over `max_body_bytes`."""

    code = "body_too_large"


class UnsupportedContentType(GristmillError):
    """The body's Content-Type is none that this call reads."""

    code = "unsupported_content_type"


class TooManySources(GristmillError):
    """The request has more sources than `max_sources`."""

    code = "too_many_sources"


class TextTooLarge(GristmillError):
    """An inline text is over `max_text_bytes`."""

    code = "text_too_large"


class UnsupportedOption(GristmillError):
    """The contract knows this field, this version does not do it yet."""

    code = "unsupported_option"


class UnknownStep(InvalidRequest):
    """The options choose a step that no installed package has."""

    code = "unknown_step"


class StepUnavailable(InvalidRequest):
    """The options choose a step that lacks something here: a package, or a model."""

    code = "step_unavailable"


class TokenizerUnavailable(InvalidRequest):
    """The options cut by tokens, and there is no tokenizer here: its file, or its package."""

    code = "tokenizer_unavailable"


class PathForbidden(GristmillError):
    """The path, its links resolved, is outside every allowed root."""

    code = "path_forbidden"


class PathNotShared(GristmillError):
    """The path is on this machine, and the nodes that would read it may not see it."""

    code = "path_not_shared"


class PathNotFound(GristmillError):
    """There is no file or folder at the path."""

    code = "path_not_found"


class PathEmpty(GristmillError):
    """The folder holds no file that the glob matches."""

    code = "path_empty"


class UrlsDisabled(GristmillError):
    """Sources of type url are switched off."""

    code = "urls_disabled"


# -- submission -------------------------------------------------------------------------------


class DuplicateJob(GristmillError):
    """A job with the same idempotency key is still pending; `extra["job_id"]` names it."""

    code = "duplicate_job"


class KeyConflict(GristmillError):
    """The Idempotency-Key was used before, for a different request."""

    code = "idempotency_key_conflict"


class Unavailable(GristmillError):
    """Base of everything that a later try may cure; `retry_after` is in seconds."""

    code = "unavailable"
    retry_after: int = 1


class QueueFull(Unavailable):
    """The queue holds `queue_depth` waiting jobs; `extra["job_id"]` names the rejected one."""

    code = "queue_full"


class Draining(Unavailable):
    """The service is shutting down and accepts nothing new."""

    code = "draining"
    retry_after = 5


class SupervisorAway(Unavailable):
    """No supervisor answers on this data folder."""

    code = "supervisor_away"
    retry_after = 2


class StorageFull(Unavailable):
    """The disk of the data folder is full."""

    code = "storage_full"
    retry_after = 30


class StorageFailed(Unavailable):
    """The data folder cannot be written."""

    code = "storage_failed"
    retry_after = 10


class MemoryShort(Unavailable):
    """The machine (or the container) is short of memory; intake pauses."""

    code = "memory_short"
    retry_after = 10


class WorkersFailing(Unavailable):
    """Workers die as soon as they start; intake pauses until some live again."""

    code = "workers_failing"
    retry_after = 15


class Stalled(Unavailable):
    """Work waits and nothing moves."""

    code = "stalled"
    retry_after = 10


# -- lookups ----------------------------------------------------------------------------------


class JobNotFound(GristmillError):
    """No job has this id."""

    code = "job_not_found"


class DocumentNotFound(GristmillError):
    """The library has no document with this id."""

    code = "document_not_found"


class ChunkNotFound(GristmillError):
    """The document has no chunk with this number."""

    code = "chunk_not_found"


class InvalidQuery(InvalidRequest):
    """The search query has no word to look for, or asks for too much."""

    code = "invalid_query"


class InvalidFilter(InvalidRequest):
    """The filter is no condition on documents; the message names the place."""

    code = "invalid_filter"


# -- the library ------------------------------------------------------------------------------


# -- starting ---------------------------------------------------------------------------------


class SettingsError(GristmillError):
    """A setting is unknown or has a wrong value; the message names it and its source."""

    code = "invalid_setting"


class DataFolderBusy(GristmillError):
    """Another supervisor holds the data folder; the message names its pid."""

    code = "data_folder_busy"


class DataFolderUnusable(GristmillError):
    """The data folder cannot be made, read or written, or a newer version wrote it."""

    code = "data_folder_unusable"


class BrokenManifest(GristmillError):
    """A manifest file cannot be read as one; `gristmill check` says more."""

    code = "broken_manifest"


class PortInUse(GristmillError):
    """The address is taken by another program, or may not be used."""

    code = "port_in_use"


class ServiceFailed(GristmillError):
    """A part of the service did not start or keeps dying."""

    code = "service_failed"


# -- documents --------------------------------------------------------------------------------


class DocumentError(GristmillError):
    """One document failed; `document_code` is what its ledger row says. A `transient` one may go
    better the next time: the machine failed, not the document. A `foreign` one is sound, but of a
    kind that is not read: where nobody has named it, it is skipped."""

    code = "document_failed"

    def __init__(
        self, document_code: str, message: str, *, transient: bool = False, foreign: bool = False
    ) -> None:
        super().__init__(message)
        self.document_code = document_code
        self.transient, self.foreign = transient, foreign
