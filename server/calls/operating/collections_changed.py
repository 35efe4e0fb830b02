"""The calls on collections as things."""

import falcon
from msgspec import UNSET

from gristmill.schemas.collections_told import CollectionChange, Deletion, RefreshRequest
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.json_bodies import json_body
from gristmill.server.calls.tables import collection_table as table
from gristmill.server.calls.tables.shared_entries import IF_DOCUMENTS
from gristmill.server.job_views import job_view
from gristmill.server.messages import replies
from gristmill.server.paths import to_job
from gristmill.server.services import Services


def _collection(services: Services, asked: Asked, resp: falcon.Response) -> None:
    found = services.catalogue.state(asked[table.COLLECTION_NAME], asked.caller.collections)
    replies.send(resp, found)


def _set(services: Services, asked: Asked, resp: falcon.Response) -> None:
    change = json_body(services, asked, CollectionChange)
    if change.name is not UNSET:
        # Whether there is one of that name is told to nobody who may not see it.
        asked.caller.expect_collection(change.name)
    replies.send(resp, services.catalogue.change(asked[table.COLLECTION_NAME], change))


def _delete(services: Services, asked: Asked, resp: falcon.Response) -> None:
    marked = services.catalogue.delete(asked[table.COLLECTION_NAME], asked[IF_DOCUMENTS])
    replies.send(resp, Deletion(marked), 202)


def _refresh(services: Services, asked: Asked, resp: falcon.Response) -> None:
    collection = json_body(services, asked, RefreshRequest).collection
    asked.caller.expect_collection(collection)
    manifest = services.refresh(collection, submitter=asked.submitter).manifest
    replies.send_job(resp, job_view(manifest, root=services.settings.root_path))
    resp.set_header("Location", to_job(manifest.job_id))


HANDLERS: Handlers = {
    table.COLLECTION: _collection,
    table.SET_COLLECTION: _set,
    table.DELETE_COLLECTION: _delete,
    table.REFRESH: _refresh,
}
