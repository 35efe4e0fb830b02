"""The calls on webhooks."""

import falcon

from gristmill.pool.intake.webhook_checks import check_collection, check_receiver
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.views import PageView
from gristmill.schemas.webhooks import NewHook, hook_view, hooks_view, listed
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.bounds import no_job
from gristmill.server.calls.json_bodies import json_body
from gristmill.server.calls.tables import webhook_table as table
from gristmill.server.calls.tables.job_table import JOB_ID
from gristmill.server.calls.tables.shared_entries import LIMIT
from gristmill.server.messages import cursors, replies
from gristmill.server.messages.cursors import ListKind
from gristmill.server.services import Services


def _hooks(services: Services, asked: Asked, resp: falcon.Response) -> None:
    known = services.stores.hooks.all().values()
    mine = (hook for hook in known if asked.caller.sees(hook.collection))
    replies.send(resp, hooks_view(mine))


def _set(services: Services, asked: Asked, resp: falcon.Response) -> None:
    collection = asked[table.HOOK_OF]
    check_collection(collection)
    wanted = json_body(services, asked, NewHook)
    check_receiver(wanted.url, services.settings)
    hook = services.stores.hooks.set(collection, wanted.url)
    replies.send(resp, hook_view(hook, with_secret=True))


def _drop(services: Services, asked: Asked, resp: falcon.Response) -> None:
    services.stores.hooks.drop(asked[table.HOOK_OF])
    resp.status = 204


def _deliveries(services: Services, asked: Asked, resp: falcon.Response) -> None:
    found, last = services.stores.deliveries.newest(
        state=asked[table.DELIVERY_STATE],
        within=asked.within,
        after=asked[table.DELIVERIES_AFTER],
        limit=asked[LIMIT],
    )
    following = last and cursors.cursor(ListKind.DELIVERIES, last)
    replies.send(resp, PageView([listed(each) for each in found], following))


def _replay(services: Services, asked: Asked, resp: falcon.Response) -> None:
    job_id = asked[JOB_ID]
    if not is_job_id(job_id):
        raise no_job(job_id)
    manifest = services.client.replay_webhook(job_id)
    replies.send(resp, services.with_webhook(services.view(manifest), manifest.run), 202)


HANDLERS: Handlers = {
    table.HOOKS: _hooks,
    table.SET_HOOK: _set,
    table.DROP_HOOK: _drop,
    table.DELIVERIES: _deliveries,
    table.REPLAY: _replay,
}
