"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from gristmill.client.awaited_faces import AwaitedAnswer, AwaitedEach, AwaitedLines, AwaitedPieces
from gristmill.client.calls import (
    bulk_calls,
    collection_calls,
    content_calls,
    job_calls,
    key_calls,
    library_calls,
    metrics_calls,
    mirror_calls,
    overview_calls,
    service_calls,
    submission_calls,
    trash_calls,
    webhook_calls,
)


class AwaitedCalls:
    """Every call of a service that is answered once, or in lines."""

    jobs = AwaitedAnswer(job_calls.jobs)
    iter_jobs = AwaitedEach(job_calls.jobs)
    job = AwaitedAnswer(job_calls.job)
    job_documents = AwaitedAnswer(job_calls.job_documents)
    iter_job_documents = AwaitedEach(job_calls.job_documents)
    cancel = AwaitedAnswer(job_calls.cancel)
    retry = AwaitedAnswer(job_calls.retry)
    delete_job = AwaitedAnswer(job_calls.delete_job)
    bulk = AwaitedAnswer(bulk_calls.bulk)
    bulk_actions = AwaitedAnswer(bulk_calls.bulk_actions)
    iter_bulk_actions = AwaitedEach(bulk_calls.bulk_actions)
    bulk_action = AwaitedAnswer(bulk_calls.bulk_action)
    stop_bulk = AwaitedAnswer(bulk_calls.stop_bulk)
    deliveries = AwaitedAnswer(webhook_calls.deliveries)
    iter_deliveries = AwaitedEach(webhook_calls.deliveries)
    add_mirror = AwaitedAnswer(mirror_calls.add_mirror)
    mirrors = AwaitedAnswer(mirror_calls.mirrors)
    iter_mirrors = AwaitedEach(mirror_calls.mirrors)
    mirror = AwaitedAnswer(mirror_calls.mirror)
    run_mirror = AwaitedAnswer(mirror_calls.run_mirror)
    pause_mirror = AwaitedAnswer(mirror_calls.pause_mirror)
    resume_mirror = AwaitedAnswer(mirror_calls.resume_mirror)
    remove_mirror = AwaitedAnswer(mirror_calls.remove_mirror)
    replay_webhook = AwaitedAnswer(webhook_calls.replay_webhook)
    put_document = AwaitedAnswer(submission_calls.put_document)
    documents = AwaitedAnswer(library_calls.documents)
    iter_documents = AwaitedEach(library_calls.documents)
    document = AwaitedAnswer(library_calls.document)
    chunks = AwaitedAnswer(library_calls.chunks)
    iter_chunks = AwaitedEach(library_calls.chunks)
    chunk = AwaitedAnswer(library_calls.chunk)
    content = AwaitedAnswer(content_calls.content)
    tables = AwaitedAnswer(content_calls.tables)
    table = AwaitedAnswer(content_calls.table)
    changes = AwaitedAnswer(content_calls.changes)
    page = AwaitedAnswer(content_calls.page)
    delete_document = AwaitedAnswer(library_calls.delete_document)
    delete_documents = AwaitedAnswer(library_calls.delete_documents)
    trash = AwaitedAnswer(trash_calls.trash)
    iter_trash = AwaitedEach(trash_calls.trash)
    restore_documents = AwaitedAnswer(trash_calls.restore_documents)
    search = AwaitedAnswer(library_calls.search)
    export = AwaitedLines(library_calls.export)
    export_bytes = AwaitedPieces(library_calls.export)
    collections = AwaitedAnswer(library_calls.collections)
    iter_collections = AwaitedEach(library_calls.collections)
    collection = AwaitedAnswer(collection_calls.collection)
    set_collection = AwaitedAnswer(collection_calls.set_collection)
    delete_collection = AwaitedAnswer(collection_calls.delete_collection)
    refresh = AwaitedAnswer(collection_calls.refresh)
    webhooks = AwaitedAnswer(webhook_calls.webhooks)
    set_webhook = AwaitedAnswer(webhook_calls.set_webhook)
    drop_webhook = AwaitedAnswer(webhook_calls.drop_webhook)
    keys = AwaitedAnswer(key_calls.keys)
    make_key = AwaitedAnswer(key_calls.make_key)
    revoke_key = AwaitedAnswer(key_calls.revoke_key)
    overview = AwaitedAnswer(overview_calls.overview)
    history = AwaitedAnswer(overview_calls.history)
    metrics = AwaitedAnswer(metrics_calls.metrics)
    liveness = AwaitedAnswer(service_calls.liveness)
    readiness = AwaitedAnswer(service_calls.readiness)
    index = AwaitedAnswer(service_calls.index)
    openapi = AwaitedAnswer(service_calls.openapi)
    docs = AwaitedAnswer(service_calls.docs)
    docs_style = AwaitedAnswer(service_calls.docs_style)
