"""What clients of docling-serve read of its answers."""

from enum import StrEnum
from typing import Literal

import msgspec


class ConversionStatus(StrEnum):
    """Where a conversion is."""

    PENDING = "pending"
    STARTED = "started"
    SUCCESS = "success"
    PARTIAL_SUCCESS = "partial_success"
    FAILURE = "failure"
    SKIPPED = "skipped"


class ConvertedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document in the forms that are written here: a DoclingDocument and doctags are not."""

    filename: str
    md_content: str
    json_content: None = None
    html_content: str
    text_content: str
    doctags_content: None = None


class ConversionError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a part of a document was not read."""

    component_type: Literal["document_backend"] = "document_backend"
    module_name: str
    error_message: str


class ConvertDocumentResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was converted, and seconds that it took."""

    document: ConvertedDocument
    status: ConversionStatus
    errors: list[ConversionError] = []
    processing_time: float
    timings: dict[str, float] = {}


class DoclingHealth(msgspec.Struct, frozen=True):
    """That the service answers."""

    status: Literal["ok"] = "ok"


class TaskStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of a task."""

    task_id: str
    task_type: Literal["convert"] = "convert"
    task_status: ConversionStatus
    task_position: int | None = None
    task_meta: None = None
    error_message: str | None = None


class PublicFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a task has no document."""

    category: Literal["unknown"] = "unknown"
    message: str
    retryable: bool = False
    phase: Literal["execution"] = "execution"
    details: dict[str, str] = {}


class TaskFailureResult(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered in place of a document."""

    kind: Literal["TaskFailureResult"] = "TaskFailureResult"
    failure: PublicFailure
