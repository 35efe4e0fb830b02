"""The two ways of `gristmill embed`: on the data folder, and through a server."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from gristmill.cli.configured.api_key import given_key
from gristmill.cli.ingesting.ingestion import enqueue, note_who_goes_on
from gristmill.cli.ingesting.outcome_page import Shown
from gristmill.cli.ingesting.refreshing import watched
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import note
from gristmill.cli.terminal.stop_flag import terminated_as_exception
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.problems.errors import DuplicateJob, InvalidRequest
from gristmill.schemas.steps import embed_models

if TYPE_CHECKING:
    from gristmill.cli.backends.remote import RemoteBackend

_NAME = re.compile(r"[\w.-]+")
_UNNAMED = re.compile(r"[^\w.-]+")


class EmbeddingRequest(NamedTuple):
    """What the command line asks for."""

    collection: str
    model: str | None
    prefix: str | None
    query_prefix: str | None
    headings: bool
    shown: Shown


def embed(request: EmbeddingRequest, server: str | None, settings: Settings) -> ExitCode:
    """Fill in vectors through `server`, or on the data folder where none is named. Raises
    UnknownCollection."""
    with terminated_as_exception():
        if server:
            return _through_server(request, server)
        settings, name = _with_model(settings, request.model)
        return _on_folder(request, _task(request, name), settings)


def _on_folder(request: EmbeddingRequest, task: IngestionTask, settings: Settings) -> ExitCode:
    from gristmill.cli.backends.folder import FolderBackend
    from gristmill.cli.configured.data_folder import existing_folder
    from gristmill.pool.handle import IngestionWorker

    # Before a supervisor is started for nothing.
    existing_folder(settings)
    with IngestionWorker(settings) as worker:
        worker.collection(request.collection)
        job_id = enqueue(worker, task, None)
        if not request.shown.wait and worker.owns_supervisor:
            note_who_goes_on(settings)
        return watched(FolderBackend(worker.stores, worker.settings), job_id, request.shown)


def _through_server(request: EmbeddingRequest, server: str) -> ExitCode:
    from gristmill.cli.backends.remote import RemoteBackend

    backend = RemoteBackend(server, given_key())
    backend.collection(request.collection)
    body = msgspec.to_builtins(_task(request, request.model))
    return watched(backend, _submitted(backend, body), request.shown)


def _submitted(backend: "RemoteBackend", body: dict[str, object]) -> str:
    try:
        return backend.submit({}, json=body).job_id
    except DuplicateJob as duplicate:
        job_id = str(duplicate.extra["job_id"])
        note(f"this is pending already: going on with job {job_id}")
        return job_id


def _with_model(settings: Settings, model: str | None) -> tuple[Settings, str | None]:
    """The settings with a model that is named by its place, and the name that it goes by."""
    if model is None or model in embed_models(settings.embed_models):
        return settings, model
    name, equals, place = model.partition("=")
    if not (equals and _NAME.fullmatch(name)):
        if not Path(model).expanduser().exists():
            known = ", ".join(embed_models(settings.embed_models)) or "none"
            raise InvalidRequest(
                f"--model {model!r} is neither a folder nor one of embed_models ({known})"
            )
        path = Path(model).expanduser().absolute()
        name, place = _UNNAMED.sub("-", path.name).strip("-") or "model", str(path)
    note(f"for searches by meaning, name it in the settings: --embed-models {name}={place}")
    listed = [*settings.embed_models, f"{name}={place}"]
    return msgspec.structs.replace(settings, embed_models=listed), name


def _task(request: EmbeddingRequest, model: str | None) -> IngestionTask:
    """The task, checked like a request over HTTP. Raises InvalidRequest."""
    given = {
        "model": model,
        "prefix": request.prefix,
        "query_prefix": request.query_prefix,
        "headings": request.headings or None,
    }
    options = {key: value for key, value in given.items() if value is not None}
    try:
        return msgspec.convert(
            {
                "sources": [{"type": "collection"}],
                "collection": request.collection,
                "options": {"steps": [{"name": "embed", "options": options}]},
            },
            IngestionTask,
        )
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the request is not valid: {error}") from None
