"""From a request to a manifest that could be accepted."""

from datetime import UTC, datetime

import msgspec

from gristmill.pool.intake.drafts import Draft
from gristmill.pool.intake.inherited import Inherited
from gristmill.pool.intake.sources import store_sources
from gristmill.pool.intake.step_checks import check_steps
from gristmill.pool.intake.tokenizer_checks import check_tokenizer
from gristmill.pool.intake.webhook_checks import check_webhook
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest, Moment
from gristmill.schemas.jobs.options import GivenOptions, Options
from gristmill.schemas.jobs.request import MAX_KEY_CHARS, IngestionTask, key_digest, request_digest
from gristmill.schemas.jobs.sources import CollectionSource, Spooled, StoredSource
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.storage.spool import Spool


def check(draft: Draft, settings: Settings, inherited: Inherited) -> None:
    """Look at what is asked, and find out its options. Raises UnsupportedOption, InvalidRequest,
    UnknownStep, StepUnavailable, TokenizerUnavailable, LibraryTrouble."""
    task, key = draft.request.task, draft.request.key
    check_webhook(task, settings, inherited.hooks)
    if not task.sources and not draft.request.uploads:
        # Decoding a request finds this; a task made in Python is not checked before.
        raise InvalidRequest("a task needs at least one source")
    if key is not None and not (0 < len(key) <= MAX_KEY_CHARS and key.isprintable()):
        raise InvalidRequest(f"an idempotency key has 1 to {MAX_KEY_CHARS} visible characters")
    size = len(msgspec.json.encode(task.metadata)) if task.metadata else 0
    if size > settings.max_metadata_bytes:
        raise InvalidRequest(
            f"metadata has {size} bytes, the limit is {settings.max_metadata_bytes}"
        )
    held = any(isinstance(source, CollectionSource) for source in task.sources)
    draft.options = _for_held(draft) if held else inherited.options_of(task)
    check_steps(draft.options, settings)
    check_tokenizer(draft.options, settings)


def _for_held(draft: Draft) -> Options:
    """What a collection holds already gets vectors, and nothing else is done with it: whatever the
    collection is set to is left out."""
    task = draft.request.task
    if len(task.sources) > 1 or draft.request.uploads:
        raise InvalidRequest("a source of type collection is the only one of its job")
    try:
        options = task.options.over(GivenOptions())
    except ValueError as error:
        raise InvalidRequest(f"the request is not valid: {error} - at `$.options`") from None
    steps = options.chosen_steps
    if [step.name for step in steps] != ["embed"] or options != Options(steps=steps):
        raise InvalidRequest(
            "a source of type collection goes with the one step `embed` and no other option"
        )
    return options


def store(draft: Draft, settings: Settings, spool: Spool, *, trusted: bool) -> None:
    """Put large texts into the spool and make the manifest. Raises what `store_sources` does."""
    sources, texts = draft.request.task.sources, draft.request.texts
    draft.stored += store_sources(sources, texts, settings, spool, draft.job_id, trusted=trusted)
    draft.prepared = _manifest(draft)


def _manifest(draft: Draft) -> Manifest:
    now, task, key = datetime.now(UTC), draft.request.task, draft.request.key
    submitter = draft.request.submitter
    trail = submitter.trail
    # Of its own key, a submission is what it says; without one, what comes of it.
    request = _digest(task, draft.stored, draft.options if key is None else task.options)
    return Manifest(
        job_id=draft.job_id,
        state=JobState.QUEUED,
        collection=task.collection,
        priority=task.priority,
        submitted_at=now,
        key=key_digest(key, request, task.collection if submitter.bound else None),
        explicit_key=key is not None,
        request=request,
        sources=draft.stored,
        history=(Moment(JobState.QUEUED, now),),
        metadata=task.metadata,
        options=draft.options,
        timeout_s=task.timeout_s,
        submitted_by=submitter.name,
        submitted_from=submitter.address,
        request_id=trail and trail.request_id,
        traceparent=trail and trail.traceparent,
        webhook=task.webhook,
    )


def _digest(
    task: IngestionTask, stored: tuple[StoredSource, ...], options: Options | GivenOptions
) -> str:
    try:
        return request_digest(
            (
                [_identity(source) for source in stored],
                task.collection,
                task.priority,
                task.metadata,
                options,
                task.timeout_s,
                # As it was before there were any.
                *(() if task.webhook is None else (task.webhook,)),
            )
        )
    except (UnicodeEncodeError, TypeError) as error:
        raise InvalidRequest(f"the task is no valid JSON: {error}") from None


def _identity(source: StoredSource) -> StoredSource:
    """What makes two requests the same: an upload's bytes, not where they happen to lie."""
    if not isinstance(source, Spooled):
        return source
    return Spooled(source.uri, source.sha256, "", source.bytes, source.media_type)
