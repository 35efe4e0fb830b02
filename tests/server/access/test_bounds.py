"""A key that is bound to collections sees and touches nothing else: every call of the table, with a
job and documents in a collection of its own and in another's."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from support.http_app import HttpApp
from support.job_samples import NOON, queued
from support.library_samples import succeeded

from gristmill.pool.mirrors.keeper import MirrorKeeper
from gristmill.schemas.access import ApiKey, Grant
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.mirrors import MirrorRequest
from gristmill.schemas.trash import Discarded
from gristmill.schemas.webhooks import delivery_of
from gristmill.server.calls.tables.bulk_table import BULK
from gristmill.server.calls.tables.call import Call, Names
from gristmill.server.calls.tables.collection_table import REFRESH
from gristmill.server.calls.tables.event_table import ALL_EVENTS
from gristmill.server.calls.tables.job_table import JOBS
from gristmill.server.calls.tables.library_table import DELETE_DOCUMENTS
from gristmill.server.calls.tables.mirror_table import ADD_MIRROR
from gristmill.server.calls.tables.submission_table import PUT_DOCUMENT, SUBMIT_MANY
from gristmill.server.calls.tables.table import CALLS
from gristmill.server.calls.tables.trash_table import RESTORE_DOCUMENTS, TRASH
from gristmill.server.calls.tables.webhook_table import DELIVERIES
from gristmill.storage.library import Library
from gristmill.storage.library.job_index_row import JobIndexRow
from gristmill.storage.stores import Stores

Ask = Callable[..., Any]


class Two:
    """A service with two collections: `mine`, of the key that asks, and `theirs`."""

    def __init__(self, service: HttpApp) -> None:
        self.service = service
        self.jobs, self.documents = {}, {}
        self.token = self.key("bound", ("read", "ingest"), ("mine", "ours"))
        self.admin = self.key("admin", ("admin",), ())
        self.bound_admin = self.key("head", ("admin",), ("mine", "ours"))
        for name in ("mine", "theirs"):
            sent = task(f"of {name}", name, metadata={"fruit": "apples"})
            answer = self.ask("POST", "/ingest", self.admin, json=sent)
            self.jobs[name] = answer.json["job_id"]
        stores = Stores(service.folder)
        with stores.library() as library:
            for name, job_id in self.jobs.items():
                text = f"apples {name}"
                library.commit(
                    [succeeded(job_id, collection=name, uri=f"{name}.txt", texts=(text, "pears"))]
                )
            for document in library.documents_page(collection=None, after=None, limit=9)[0]:
                self.documents[document.collection] = document.document_id
            library.index_jobs(map(_row, map(stores.manifests.read, self.jobs.values())))
        for name, job_id in self.jobs.items():
            end = queued(job_id=job_id, collection=name, state=JobState.SUCCEEDED)
            stores.deliveries.put(delivery_of(end, f"https://example.com/{name}"))
        self.bulks = {name: self.begun(name) for name in ("mine", "theirs")}
        keeper = MirrorKeeper(stores, Settings())
        folder = service.folder.root.parent / "mirrored"
        folder.mkdir()
        for name in ("mine", "theirs"):
            wanted = MirrorRequest(name=f"of-{name}", path=str(folder), collection=name)
            keeper.add(wanted, trusted=True)

    def key(self, name: str, grants: tuple[Grant, ...], collections: tuple[str, ...]) -> str:
        tokens = Stores(self.service.folder).tokens
        return tokens.add(ApiKey(name, "", grants, NOON, collections))

    def begun(self, name: str) -> str:
        """A bulk action of somebody who is bound to a collection."""
        token = self.key(f"of {name}", ("ingest",), (name,))
        asked = {"action": "retry", "state": "failed"}
        confirm = self.ask("POST", "/bulk", token, json=asked).json["confirm"]
        begun = self.ask("POST", "/bulk", token, json={**asked, "confirm": confirm})
        return str(begun.json["bulk_id"])

    def ask(self, method: str, path: str, token: str | None = None, **more: Any) -> Any:
        headers = {
            "Authorization": f"Bearer {token or self.token}",
            # So that answers can be compared.
            "X-Request-ID": "one",
            **more.pop("headers", {}),
        }
        return self.service.http.simulate_request(method, path, headers=headers, **more)

    def call(self, call: Call, of: str, **more: Any) -> Any:
        ids = {"job_id": self.jobs[of], "document_id": self.documents[of], "collection": of}
        path = call.path.format(
            **ids, number="1", name="nobody", bulk_id=self.bulks[of], mirror=f"of-{of}"
        )
        return self.ask(call.method, path, **more)


def _row(manifest: Any) -> JobIndexRow:
    return JobIndexRow(
        manifest.job_id, manifest.state, manifest.collection, manifest.submitted_at, None
    )


def task(text: str, collection: str, **more: object) -> dict[str, object]:
    sources = [{"type": "text", "text": text}]
    return {"sources": sources, "collection": collection, **more}


@pytest.fixture
def two(service: HttpApp) -> Two:
    return Two(service)


def nothing(two: Two, call: Call) -> None:
    assert "theirs" not in two.call(call, "mine").text


def parameter(two: Two, call: Call) -> None:
    if call is DELETE_DOCUMENTS:
        deleting(two, call)
        return
    if call is ALL_EVENTS:
        listening(two, call)
        return
    if call is TRASH:
        looking_into_the_trash(two, call)
        return
    words = {"q": "apples"} if "q" in call.query else {}
    for asked in ({}, {"collection": "mine"}):
        answer = two.call(call, "mine", params=words | asked)
        assert answer.status_code == 200
        assert "mine" in answer.text and "theirs" not in answer.text
    ours = two.call(call, "mine", params=words | {"collection": "ours"})
    if call in (JOBS, DELIVERIES):
        assert ours.status_code == 200
    else:
        assert (ours.status_code, ours.json["code"]) == (404, "unknown_collection")
        assert "theirs" not in ours.text
    answer = two.call(call, "mine", params=words | {"collection": "theirs"})
    absent = two.call(call, "mine", params=words | {"collection": "absent"})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert answer.text.replace("theirs", "absent") == absent.text
    if call is not JOBS and "filter" in call.query:
        # Of what lies beyond its bounds a key does not even learn whether it exists.
        for name in ("theirs", "absent"):
            hidden = two.call(call, "mine", params=words | {"filter": f"collection = {name}"})
            assert hidden.status_code == 200 and "mine" not in hidden.text


def listening(two: Two, call: Call) -> None:
    """Who comes with an id that is not remembered is told of the jobs that there are."""
    for asked in ({}, {"collection": "mine"}, {"filter": "collection exists"}):
        answer = two.call(call, "mine", params=asked, headers={"Last-Event-ID": "0-0"})
        assert answer.status_code == 200
        assert two.jobs["mine"] in answer.text and two.jobs["theirs"] not in answer.text
    theirs = two.call(call, "mine", params={"collection": "theirs"})
    assert (theirs.status_code, theirs.json["code"]) == (403, "forbidden")


def deleting(two: Two, call: Call) -> None:
    everything = {"filter": "uri exists"}
    asked = two.call(call, "mine", params=everything)
    assert (asked.status_code, asked.json["documents"]) == (409, 1)
    theirs = two.call(call, "mine", params={"collection": "theirs", "if_documents": 1})
    assert (theirs.status_code, theirs.json["code"]) == (403, "forbidden")
    assert two.call(call, "mine", params=everything | {"if_documents": 1}).status_code == 202
    with Library.open(two.service.folder.library, readonly=True) as library:
        assert library.count_documents(collection="theirs") == 1
        assert library.count_documents(collection="mine") == 0


def hook(two: Two, call: Call) -> None:
    """A webhook, which there may be before its collection."""
    sent: dict[str, Any] = {"json": {"url": "https://example.com/"}} if call.bodies else {}
    set_of = two.service.http.simulate_put(
        "/webhooks/theirs",
        json={"url": "https://example.com/"},
        headers={"Authorization": f"Bearer {two.admin}"},
    )
    assert set_of.status_code == 200
    before = Stores(two.service.folder).hooks.all()
    theirs = two.call(call, "theirs", token=two.bound_admin, **sent)
    assert (theirs.status_code, theirs.json["code"]) == (403, "forbidden")
    assert Stores(two.service.folder).hooks.all() == before
    assert two.call(call, "mine", token=two.bound_admin, **sent).status_code in (200, 204)
    listed = two.ask("GET", "/webhooks", two.bound_admin)
    assert "theirs" not in listed.text


def collection(two: Two, call: Call) -> None:
    """Whether there is one of that name is told to nobody."""
    if call.path.startswith("/webhooks"):
        hook(two, call)
        return
    sent: dict[str, Any] = {"json": {"options": {"pdf": "text"}}} if call.bodies else {}
    path = call.path.format(collection="absent")
    theirs = two.call(call, "theirs", token=two.bound_admin, **sent)
    absent = two.ask(call.method, path, two.bound_admin, **sent)
    assert (theirs.status_code, theirs.json["code"]) == (403, "forbidden")
    assert theirs.text.replace("theirs", "absent") == absent.text
    if call.bodies:
        renaming = two.call(call, "mine", token=two.bound_admin, json={"name": "theirs"})
        assert (renaming.status_code, renaming.json["code"]) == (403, "forbidden")
    with Library.open(two.service.folder.library, readonly=True) as library:
        assert library.collection_options("theirs") == GivenOptions()
        assert library.count_documents(collection="theirs") == 1
    assert two.call(call, "mine", token=two.bound_admin, **sent).status_code in (200, 409)


def refreshing(two: Two, call: Call) -> None:
    offered = list(two.service.client.offered)
    theirs = two.call(call, "mine", json={"collection": "theirs"})
    absent = two.call(call, "mine", json={"collection": "absent"})
    assert (theirs.status_code, theirs.json["code"]) == (403, "forbidden")
    assert theirs.text.replace("theirs", "absent") == absent.text
    unknown = two.call(call, "mine", json={"collection": "ours"})
    assert (unknown.status_code, unknown.json["code"]) == (404, "unknown_collection")
    mine = two.call(call, "mine", json={"collection": "mine"})
    assert mine.status_code == 202 and mine.json["submitted_by"] == "bound"
    assert two.service.client.offered == [*offered, mine.json["job_id"]]


def bulk(two: Two, call: Call) -> None:
    answer = two.call(call, "theirs")
    unknown = two.ask(call.method, call.path.format(bulk_id="0" * 26))
    assert (answer.status_code, answer.json["code"]) == (404, "bulk_not_found")
    assert answer.text.replace(two.bulks["theirs"], "0" * 26) == unknown.text
    assert two.call(call, "mine").status_code in (200, 202)


def beginning_bulk(two: Two, call: Call) -> None:
    mine = two.call(call, "mine", json={"action": "cancel"})
    assert (mine.status_code, mine.json["job_ids"]) == (200, [two.jobs["mine"]])
    asked = {"action": "cancel", "filter": "collection = theirs or collection exists"}
    assert two.call(call, "mine", json=asked).json["job_ids"] == [two.jobs["mine"]]
    theirs = two.call(call, "mine", json={"action": "cancel", "collection": "theirs"})
    absent = two.call(call, "mine", json={"action": "cancel", "collection": "absent"})
    assert (theirs.status_code, theirs.json["code"]) == (403, "forbidden")
    assert theirs.text.replace("theirs", "absent") == absent.text
    confirm = two.ask("POST", "/bulk", two.admin, json={"action": "cancel"}).json["confirm"]
    planted = two.call(call, "mine", json={"action": "cancel", "confirm": confirm})
    assert (planted.status_code, planted.json["code"]) == (409, "bulk_not_confirmed")


def putting(two: Two, call: Call) -> None:
    """A document of a program's own uri, which another collection may have as well."""
    offered = list(two.service.client.offered)
    for query in ({"collection": "theirs"}, {}):
        asked = {"uri": "kb:1", **query}
        answer = two.call(call, "mine", params=asked, body="planted")
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert two.service.client.offered == offered
    own = {"uri": "kb:1", "collection": "mine"}
    assert two.call(call, "mine", params=own, body="welcome").status_code == 202


def body(two: Two, call: Call) -> None:
    if call is BULK:
        beginning_bulk(two, call)
        return
    if call is ADD_MIRROR:
        adding_a_mirror(two, call)
        return
    if call is REFRESH:
        refreshing(two, call)
        return
    if call is RESTORE_DOCUMENTS:
        restoring(two, call)
        return
    if call is PUT_DOCUMENT:
        putting(two, call)
        return
    data = json.dumps(task("planted", "theirs"))
    offered = list(two.service.client.offered)
    if call is SUBMIT_MANY:
        lines = f"{data}\n{json.dumps(task('welcome', 'mine'))}\n"
        headers = {"Content-Type": "application/x-ndjson"}
        answer = two.call(call, "mine", body=lines, headers=headers)
        assert [json.loads(line)["status"] for line in answer.text.splitlines()] == [403, 202]
        offered.append(json.loads(answer.text.splitlines()[1])["job_id"])
    else:
        for kind, query, sent in (
            ("application/json", "", data),
            ("application/json", "", json.dumps(task("planted", "default"))),
            ("text/plain", "name=a.txt&collection=theirs", "planted"),
            ("text/plain", "name=a.txt", "planted"),
            ("multipart/form-data; boundary=b", "", FORM),
        ):
            headers = {"Content-Type": kind}
            answer = two.call(call, "mine", body=sent, query_string=query, headers=headers)
            assert (answer.status_code, answer.json["code"]) == (403, "forbidden"), (kind, query)
        assert list(two.service.folder.spool.rglob("*.*")) == []
        answer = two.call(call, "mine", json=task("welcome", "mine"))
        assert answer.status_code == 202 and answer.json["submitted_by"] == "bound"
        offered.append(answer.json["job_id"])
    assert two.service.client.offered == offered


def looking_into_the_trash(two: Two, call: Call) -> None:
    with Stores(two.service.folder).library() as library:
        library.remove_documents(list(two.documents.values()), Discarded())
    for asked in ({}, {"collection": "mine"}, {"filter": "uri exists"}):
        (item,) = two.call(call, "mine", params=asked).json["items"]
        assert item["collection"] == "mine"
    assert two.call(call, "mine", params={"filter": "collection = theirs"}).json["items"] == []
    answer = two.call(call, "mine", params={"collection": "theirs"})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def restoring(two: Two, call: Call) -> None:
    answer = two.call(call, "mine", json={"collection": "theirs"})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    with Stores(two.service.folder).library() as library:
        library.remove_documents(list(two.documents.values()), Discarded())
    for asked in ({"filter": "uri exists"}, {"documents": list(two.documents.values())}):
        answer = two.call(call, "mine", json={**asked, "preview": True})
        assert answer.status_code == 200 and answer.json == {"documents": 1, "in_the_way": 0}
    assert [each["collection"] for each in two.call(TRASH, "mine").json["items"]] == ["mine"]


FORM = (
    '--b\r\nContent-Disposition: form-data; name="collection"\r\n\r\ntheirs\r\n'
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nplanted\r\n--b--'
    "\r\n"
)


def job(two: Two, call: Call) -> None:
    before = two.service.client.manifest(two.jobs["theirs"])
    answer = two.call(call, "theirs")
    unknown = two.ask(call.method, call.path.format(job_id="0" * 26))
    assert (answer.status_code, answer.json["code"]) == (404, "job_not_found")
    assert answer.text.replace(two.jobs["theirs"], "0" * 26) == unknown.text
    assert two.service.client.manifest(two.jobs["theirs"]) == before
    assert two.call(call, "mine").status_code in (200, 202, 409)


def document(two: Two, call: Call) -> None:
    answer = two.call(call, "theirs")
    unknown = two.ask(call.method, call.path.format(document_id="0" * 32, number="1"))
    assert (answer.status_code, answer.json["code"]) == (404, "document_not_found")
    assert answer.text.replace(two.documents["theirs"], "0" * 32) == unknown.text
    with Library.open(two.service.folder.library, readonly=True) as library:
        assert library.document(two.documents["theirs"]) is not None
    assert two.call(call, "mine").status_code in (200, 204, 409, 415)


def mirror(two: Two, call: Call) -> None:
    answer = two.call(call, "theirs", json={})
    unknown = two.ask(call.method, call.path.format(mirror="of-nobody"), json={})
    assert (answer.status_code, answer.json["code"]) == (404, "mirror_not_found")
    assert answer.text.replace("of-theirs", "of-nobody") == unknown.text
    assert two.call(call, "mine", json={}).status_code in (200, 202, 204)


def adding_a_mirror(two: Two, call: Call) -> None:
    asked = {"name": "another", "path": "/", "collection": "theirs"}
    theirs = two.call(call, "mine", json=asked)
    absent = two.call(call, "mine", json=asked | {"collection": "absent"})
    assert (theirs.status_code, theirs.json["code"]) == (403, "forbidden")
    assert theirs.text.replace("theirs", "absent") == absent.text
    mine = two.call(call, "mine", json=asked | {"collection": "mine"})
    assert (mine.status_code, mine.json["code"]) == (403, "path_forbidden")


def docling_task(two: Two, call: Call) -> None:
    """None of our own calls names one: tests/server/protocols/test_docling_forms.py."""
    raise AssertionError(call.name)


def store(two: Two, call: Call) -> None:
    """None of our own calls names one: tests/server/protocols/test_openai_stores.py."""
    raise AssertionError(call.name)


CHECKS: dict[Names, Callable[[Two, Call], None]] = {
    Names.NOTHING: nothing,
    Names.PARAMETER: parameter,
    Names.BODY: body,
    Names.JOB: job,
    Names.DOCUMENT: document,
    Names.COLLECTION: collection,
    Names.BULK: bulk,
    Names.MIRROR: mirror,
    Names.STORE: store,
    Names.TASK: docling_task,
}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_bound_key_sees_and_touches_nothing_of_another_collection(two: Two, call: Call) -> None:
    CHECKS[call.names](two, call)


def test_every_call_has_its_check_and_nothing_is_found_of_no_collection(two: Two) -> None:
    assert set(CHECKS) == set(Names)
    empty = two.key("empty", ("read",), ("nowhere",))
    for path in ("/ingest", "/documents", "/search?q=apples"):
        assert two.ask("GET", path, empty).json["items"] == []
    assert two.ask("GET", "/export", empty).text == ""


def test_pages_of_several_collections_are_whole_and_in_order(two: Two) -> None:
    both = two.key("both", ("read",), ("theirs", "mine"))
    for path in ("/ingest", "/documents"):
        everything = two.ask("GET", path, two.admin).json["items"]
        page = two.ask("GET", f"{path}?limit=1", both).json
        following = two.ask("GET", f"{path}?limit=1&after={page['next']}", both).json
        assert page["items"] + following["items"] == everything
        assert len(everything) == 2 and following["next"] is None
    found = two.ask("GET", "/search?q=apples", both).json["items"]
    assert {hit["uri"] for hit in found} == {"mine.txt", "theirs.txt"}
    assert len(two.ask("GET", "/search?q=apples&limit=1", both).json["items"]) == 1


def test_collections_that_a_key_is_not_for_are_not_listed(two: Two) -> None:
    listed = two.ask("GET", "/collections").json["items"]
    assert [each["collection"] for each in listed] == ["mine"]
    listed = two.ask("GET", "/collections", two.admin).json["items"]
    assert [each["collection"] for each in listed] == ["mine", "theirs"]


@pytest.mark.parametrize("path", ["/documents?", "/search?q=apples&"])
def test_no_facet_counts_what_a_key_may_not_see(two: Two, path: str) -> None:
    asked = f"{path}facets=collection,uri,job_id"
    assert "theirs" not in two.ask("GET", asked).text
    assert two.jobs["theirs"] not in two.ask("GET", asked).text
    assert "theirs.txt" in two.ask("GET", asked, two.admin).text


@pytest.mark.parametrize("path", ["/documents", "/search?q=apples", "/export"])
def test_no_filter_opens_what_a_key_may_not_see(two: Two, path: str) -> None:
    for text in ("collection = theirs", "uri = mine.txt or collection = theirs", "not uri = a"):
        query = "&".join([*path.partition("?")[2:], f"filter={quote(text)}"]).strip("&")
        answer = two.ask("GET", path.partition("?")[0], query_string=query)
        assert answer.status_code == 200 and "theirs.txt" not in answer.text
        assert ("mine.txt" in answer.text) == (text != "collection = theirs")
        open_to_all = two.ask("GET", path.partition("?")[0], two.admin, query_string=query)
        assert "theirs.txt" in open_to_all.text


def test_the_same_idempotency_key_in_another_collection_is_another_key(two: Two) -> None:
    headers = {"Idempotency-Key": "one"}
    theirs = two.key("other", ("ingest",), ("theirs",))
    first = two.ask("POST", "/ingest", theirs, json=task("secret", "theirs"), headers=headers)
    mine = two.ask("POST", "/ingest", json=task("other", "mine"), headers=headers)
    assert (first.status_code, mine.status_code) == (202, 202)
    again = two.ask("POST", "/ingest", json=task("other", "mine"), headers=headers)
    assert (again.status_code, again.json["job_id"]) == (409, mine.json["job_id"])
    # One that any caller without bounds has used neither answers nor stops a bound one.
    two.ask(
        "POST", "/ingest", two.admin, json=task("x", "theirs"), headers={"Idempotency-Key": "k"}
    )
    free = two.ask("POST", "/ingest", json=task("y", "mine"), headers={"Idempotency-Key": "k"})
    assert free.status_code == 202


def test_the_same_content_without_a_key_is_no_duplicate_of_another_collections(two: Two) -> None:
    answer = two.ask("POST", "/ingest", json=task("of theirs", "mine"))
    assert answer.status_code == 202 and answer.json["job_id"] != two.jobs["theirs"]


@pytest.mark.parametrize(
    ("grant", "may"),
    [
        (
            "read",
            {"jobs", "job", "job_documents", "job_events", "events", "deliveries", "changes"}
            | {"index", "documents", "document", "chunks"}
            | {"overview", "history", "bulk_actions", "bulk_action", "mirrors", "mirror"}
            | {"chunk", "collections", "collection", "content", "tables", "table", "page"}
            | {"trash"}
            | {"search", "export", "liveness", "readiness", "openapi", "docs", "docs_style"},
        ),
        (
            "ingest",
            {"put_document"}
            | {"submit", "submit_many", "jobs", "job", "job_documents", "cancel", "retry"}
            | {"job_events", "events", "replay_webhook", "deliveries"}
            | {
                "delete_document",
                "delete_documents",
                "restore_documents",
                "refresh",
                "index",
                "liveness",
                "readiness",
            }
            | {"overview", "history", "openapi", "docs", "docs_style"}
            | {"delete_job", "bulk", "bulk_actions", "bulk_action", "stop_bulk"}
            | {"add_mirror", "mirrors", "mirror", "run_mirror", "pause_mirror"}
            | {"resume_mirror", "remove_mirror"},
        ),
        ("metrics", {"metrics", "index", "liveness", "readiness", "openapi", "docs", "docs_style"}),
        ("admin", {call.name for call in CALLS}),
    ],
)
def test_a_scope_opens_these_calls_and_no_others(two: Two, grant: Grant, may: set[str]) -> None:
    token = two.key(f"a-{grant}", (grant,), ())
    opened = set()
    for call in CALLS:
        answer = two.call(call, "mine", token=token)
        if answer.status_code == 403:
            assert f"a-{grant}" in answer.json["detail"] and call.scope in answer.json["detail"]
        else:
            opened.add(call.name)
    assert opened == may


def test_probes_tell_a_stranger_whether_and_not_why(two: Two) -> None:
    stranger = two.service.http.simulate_get("/readyz")
    assert stranger.json == {"status": "ready", "queue": {}}
    assert two.ask("GET", "/readyz").json["queue"]
    two.service.client.away = True
    away = two.service.http.simulate_get("/readyz")
    assert (away.status_code, away.json["code"]) == (503, "supervisor_away")
    assert "API key" in away.json["detail"]
    assert "API key" not in two.ask("GET", "/readyz").json["detail"]
