"""Many tasks in few requests."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from gristmill.client.asks import Form, encoded
from gristmill.client.calls import job_calls, submission_calls
from gristmill.client.connection import Connection
from gristmill.client.flows.asking import answered, sent
from gristmill.client.flows.submitting import new_key, told_whole
from gristmill.client.problems import error_in
from gristmill.client.steps import Flow, Item, Pause
from gristmill.schemas.jobs.checking import checked_task
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.problems.batch_errors import BatchTooLong
from gristmill.schemas.problems.errors import DuplicateJob, GristmillError, Unavailable
from gristmill.schemas.views import JobView

_GROUP = 500
"""Tasks of one request. They are in memory until all of them have their results."""


class TaskResult(NamedTuple):
    """What became of a task of many: its job, or the error that there is none for."""

    job: JobView | None
    error: GristmillError | None


class _Numbered(msgspec.Struct):
    line: int
    status: int


class _Lines(msgspec.Struct, frozen=True, eq=False):
    """A body of JSON Lines, each with a key of its own."""

    lines: Sequence[bytes]

    @property
    def repeatable(self) -> bool:
        return True

    def opened(self, until: ExitStack) -> dict[str, Any]:
        content = b"".join(line + b"\n" for line in self.lines)
        return {"content": content, "headers": {"Content-Type": "application/x-ndjson"}}


def all_submitted(tasks: Iterable[IngestionTask | Mapping[str, Any]], to: Connection) -> Flow[None]:
    """A TaskResult for each task, in their order."""
    lines = map(_keyed, tasks)
    while group := list(islice(lines, _GROUP)):
        yield from _group(group, to)


def _group(lines: list[bytes], to: Connection) -> Flow[None]:
    """What is refused for a moment, or was not answered, is sent again with the key that it has."""
    results: dict[int, TaskResult] = {}
    deadline = time.monotonic() + to.patience_s
    while waiting := [place for place in range(len(lines)) if place not in results]:
        ask = msgspec.structs.replace(submission_calls.submit_many(), form=Form.BYTES)
        body = _Lines([lines[place] for place in waiting])
        response = yield from sent(ask.sending(body), to)
        pause = 0.0
        for place, result in _results(waiting, response.content, to):
            if isinstance(error := result.error, Unavailable) and time.monotonic() < deadline:
                pause = max(pause, error.retry_after)
            elif isinstance(error, DuplicateJob):
                job = job_calls.job(str(error.extra["job_id"]))
                results[place] = TaskResult((yield from answered(job, to)), None)
            else:
                results[place] = result
        if pause:
            yield Pause(pause)
    for place in range(len(lines)):
        yield Item(results[place])


def _results(
    places: Sequence[int], content: bytes, to: Connection
) -> Iterator[tuple[int, TaskResult]]:
    """What is answered of each line; the service may end before the last one."""
    answers = content.splitlines()
    if not answers:
        raise Unavailable(f"{to.url} answered none of {len(places)} lines")
    for number, (place, line) in enumerate(zip(places, answers, strict=False)):
        result = _result(line, to)
        if number and isinstance(result.error, BatchTooLong):
            return
        yield place, result


def _result(line: bytes, to: Connection) -> TaskResult:
    try:
        if msgspec.json.decode(line, type=_Numbered).status < 300:
            return TaskResult(msgspec.json.decode(line, type=JobView), None)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unavailable(f"{to.url} answered a line that is not Gristmill's") from None
    return TaskResult(None, error_in(line) or GristmillError("refused without a reason"))


def _keyed(task: IngestionTask | Mapping[str, Any]) -> bytes:
    said = msgspec.to_builtins(told_whole(checked_task(task)))
    key = task.get("idempotency_key") if isinstance(task, Mapping) else None
    return encoded({**said, "idempotency_key": key or new_key()})
