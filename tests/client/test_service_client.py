"""The clients against a real service."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from support.patience import WAIT_S
from support.running import Service, running, stop

from gristmill import AsyncClient, Client, IngestionTask, TextSource
from gristmill.schemas.bulk import BulkPreview
from gristmill.schemas.events import DocumentTold, JobTold
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.problems import errors
from gristmill.schemas.problems.waiting import StillPending


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("client") / "data", "--workers", "1") as started:
        yield started


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    with Client(str(service.http.base_url)) as opened:
        yield opened


def task(text: str, collection: str) -> IngestionTask:
    return IngestionTask(sources=[TextSource(text)], collection=collection)


def test_a_file_goes_up_is_waited_for_found_and_read(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "mill.md"
    path.write_text("# Mills\n\nA water wheel turns.\n\n# Stones\n\nThey grind.")
    job = client.wait(client.upload(path, collection="up", metadata={"year": 2025}))
    assert (job.state, job.counts.succeeded) == (JobState.SUCCEEDED, 1)
    (hit,) = client.search("wheel", collection="up", filter="metadata.year = 2025").items
    assert hit.uri == path.as_posix()
    found = client.chunk(hit.document_id, 0, context=1)
    assert "water wheel" in found.chunk.text
    assert client.content(hit.document_id).startswith("# Mills")
    assert client.document(hit.document_id).metadata["job"] == {"year": 2025}
    rows = list(client.export(collection="up"))
    assert len(rows) == len(list(client.iter_chunks(hit.document_id, limit=1)))
    assert sum(map(len, client.export_bytes(collection="up"))) > 0
    client.delete_document(hit.document_id)
    with pytest.raises(errors.DocumentNotFound):
        client.document(hit.document_id)


def test_a_document_of_an_own_uri_is_replaced_when_it_has_changed(client: Client) -> None:
    def put(text: bytes) -> str:
        job = client.put_document("kb:1", text, collection="put", content_type="text/markdown")
        (row,) = client.job_documents(client.wait(job).job_id).items
        return row.state

    assert [put(b"# One"), put(b"# One"), put(b"# Two")] == ["succeeded", "unchanged", "succeeded"]
    (document,) = client.documents(collection="put").items
    assert (document.uri, document.title, document.media_type) == ("kb:1", "Two", "text/markdown")


def test_lists_of_any_length_are_gone_through_page_by_page(client: Client) -> None:
    results = list(client.submit_many(task(f"text {n}", "many") for n in range(7)))
    jobs = [result.job for result in results if result.job is not None]
    assert len(jobs) == 7
    for job in jobs:
        client.wait(job)
    assert len(list(client.iter_documents(collection="many", limit=2))) == 7
    assert len(list(client.iter_jobs(collection="many", limit=3))) == 7
    assert "many" in [each.collection for each in client.iter_collections(limit=1)]


def test_events_of_a_job_are_told_until_it_has_ended_and_go_on_after_any_of_them(
    service: Service, client: Client
) -> None:
    with standing_still(service):
        stream = client.stream_events(client.submit(task("an event", "told")))
        first = next(stream)
    rest = list(stream)
    assert isinstance(first.data, JobTold) and first.data.state is JobState.QUEUED
    assert [each.data.state for each in rest if isinstance(each.data, DocumentTold)] == [
        DocumentState.SUCCEEDED
    ]
    last = rest[-1].data
    assert isinstance(last, JobTold) and last.state is JobState.SUCCEEDED
    assert list(client.stream_events(first.data.job_id, last_event_id=first.id)) == rest


def test_the_same_key_is_the_same_job_and_another_task_with_it_is_refused(client: Client) -> None:
    first = client.submit(task("keyed", "keyed"), idempotency_key="a-key")
    assert client.submit(task("keyed", "keyed"), idempotency_key="a-key").job_id == first.job_id
    client.wait(first)
    assert client.submit(task("keyed", "keyed"), idempotency_key="a-key").job_id == first.job_id
    with pytest.raises(errors.KeyConflict):
        client.submit(task("another", "keyed"), idempotency_key="a-key")


def test_problems_are_errors_with_their_codes(client: Client) -> None:
    for ask, code in (
        (lambda: client.job("nope"), "job_not_found"),
        (lambda: client.documents(filter="no filter"), "invalid_filter"),
        (lambda: client.search("x", collection="nowhere"), "unknown_collection"),
        (lambda: client.jobs(limit=0), "invalid_request"),
    ):
        with pytest.raises(errors.GristmillError) as raised:
            ask()
        assert raised.value.code == code


def test_what_the_service_says_of_itself_is_typed(client: Client) -> None:
    assert client.liveness().status == "ok"
    assert client.index().service == "gristmill"
    assert client.openapi()["openapi"].startswith("3.1")
    assert client.metrics().startswith("#")
    assert isinstance(client.bulk({"action": "retry"}), BulkPreview)
    assert client.overview().jobs


def test_a_job_that_does_not_end_in_time_is_an_error_and_goes_on(
    service: Service, client: Client
) -> None:
    with standing_still(service):
        job = client.submit(task("held", "held"))
        with pytest.raises(StillPending):
            client.wait(job, timeout_s=0.2)
    assert client.wait(job, timeout_s=WAIT_S).state is JobState.SUCCEEDED


@contextmanager
def standing_still(service: Service) -> Iterator[None]:
    """A service whose workers do nothing meanwhile."""
    workers = [psutil.Process(pid) for pid in service.workers()]
    for worker in workers:
        stop(worker)
    try:
        yield
    finally:
        for worker in workers:
            worker.resume()


def test_a_client_that_awaits_does_the_same_as_one_that_waits(client: Client) -> None:
    async def look() -> tuple[list[str], list[str], int]:
        async with AsyncClient(client.url) as service:
            job = await service.upload(("a.md", b"# Awaited"), collection="awaited")
            told = [event.kind.value async for event in service.stream_events(job)]
            assert (await service.wait(job)).state is JobState.SUCCEEDED
            uris = [each.uri async for each in service.iter_documents(collection="awaited")]
            rows = [row async for row in service.export(collection="awaited")]
            results = [r async for r in service.submit_many([task("many awaited", "awaited")])]
            assert results[0].job is not None
            return told, uris, len(rows)

    told, uris, rows = asyncio.run(look())
    assert told[-1] == "job" and uris == ["a.md"] and rows == 1
