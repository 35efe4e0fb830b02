"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

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
from gristmill.client.faces import Answer, Each, Lines, Pieces


class Calls:
    """Every call of a service that is answered once, or in lines."""

    jobs = Answer(job_calls.jobs)
    iter_jobs = Each(job_calls.jobs)
    job = Answer(job_calls.job)
    job_documents = Answer(job_calls.job_documents)
    iter_job_documents = Each(job_calls.job_documents)
    cancel = Answer(job_calls.cancel)
    retry = Answer(job_calls.retry)
    delete_job = Answer(job_calls.delete_job)
    bulk = Answer(bulk_calls.bulk)
    bulk_actions = Answer(bulk_calls.bulk_actions)
    iter_bulk_actions = Each(bulk_calls.bulk_actions)
    bulk_action = Answer(bulk_calls.bulk_action)
    stop_bulk = Answer(bulk_calls.stop_bulk)
    deliveries = Answer(webhook_calls.deliveries)
    iter_deliveries = Each(webhook_calls.deliveries)
    add_mirror = Answer(mirror_calls.add_mirror)
    mirrors = Answer(mirror_calls.mirrors)
    iter_mirrors = Each(mirror_calls.mirrors)
    mirror = Answer(mirror_calls.mirror)
    run_mirror = Answer(mirror_calls.run_mirror)
    pause_mirror = Answer(mirror_calls.pause_mirror)
    resume_mirror = Answer(mirror_calls.resume_mirror)
    remove_mirror = Answer(mirror_calls.remove_mirror)
    replay_webhook = Answer(webhook_calls.replay_webhook)
    put_document = Answer(submission_calls.put_document)
    documents = Answer(library_calls.documents)
    iter_documents = Each(library_calls.documents)
    document = Answer(library_calls.document)
    chunks = Answer(library_calls.chunks)
    iter_chunks = Each(library_calls.chunks)
    chunk = Answer(library_calls.chunk)
    content = Answer(content_calls.content)
    tables = Answer(content_calls.tables)
    table = Answer(content_calls.table)
    changes = Answer(content_calls.changes)
    page = Answer(content_calls.page)
    delete_document = Answer(library_calls.delete_document)
    delete_documents = Answer(library_calls.delete_documents)
    trash = Answer(trash_calls.trash)
    iter_trash = Each(trash_calls.trash)
    restore_documents = Answer(trash_calls.restore_documents)
    search = Answer(library_calls.search)
    export = Lines(library_calls.export)
    export_bytes = Pieces(library_calls.export)
    collections = Answer(library_calls.collections)
    iter_collections = Each(library_calls.collections)
    collection = Answer(collection_calls.collection)
    set_collection = Answer(collection_calls.set_collection)
    delete_collection = Answer(collection_calls.delete_collection)
    refresh = Answer(collection_calls.refresh)
    webhooks = Answer(webhook_calls.webhooks)
    set_webhook = Answer(webhook_calls.set_webhook)
    drop_webhook = Answer(webhook_calls.drop_webhook)
    keys = Answer(key_calls.keys)
    make_key = Answer(key_calls.make_key)
    revoke_key = Answer(key_calls.revoke_key)
    overview = Answer(overview_calls.overview)
    history = Answer(overview_calls.history)
    metrics = Answer(metrics_calls.metrics)
    liveness = Answer(service_calls.liveness)
    readiness = Answer(service_calls.readiness)
    index = Answer(service_calls.index)
    openapi = Answer(service_calls.openapi)
    docs = Answer(service_calls.docs)
    docs_style = Answer(service_calls.docs_style)
