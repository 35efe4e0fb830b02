"""The table of calls and the application say the same."""

import inspect
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import falcon
import falcon.inspect
import falcon.testing
import pytest
from support.http_app import HttpApp, Submit, make_app

from gristmill.schemas.problems.batch_errors import BatchTooLong, TooManyBadLines
from gristmill.schemas.problems.errors import GristmillError
from gristmill.server import app
from gristmill.server.calls import asked
from gristmill.server.calls.asked import Asked
from gristmill.server.calls.routing import add_routes
from gristmill.server.calls.tables.call import Body, Call, Names, query_names
from gristmill.server.calls.tables.job_table import JOB, JOBS, WAIT
from gristmill.server.calls.tables.key_table import MAKE_KEY
from gristmill.server.calls.tables.library_table import QUERY, SEARCH
from gristmill.server.calls.tables.mirror_table import RUN_MIRROR
from gristmill.server.calls.tables.submission_table import FORM, RAW, REQUEST, SUBMIT, SUBMIT_MANY
from gristmill.server.calls.tables.table import CALLS
from gristmill.server.messages.kinds import (
    Condition,
    Count,
    Cursor,
    Fields,
    JobCondition,
    Query,
    Seconds,
    Whole,
    Word,
)
from gristmill.server.messages.parameters import AnyParameter, ParameterPlace
from gristmill.server.pages.book import TOP
from gristmill.server.problems import MEDIA_TYPE, STATUS, status_of_class

CLAIMS: dict[Any, str] = {REQUEST: "application/json", RAW: "text/plain", FORM: FORM.media_types[0]}
UNKNOWN_ID = "00000000000000000000000000"
BROKEN: dict[type, str] = {
    Whole: "-1",
    Count: "-1",
    Seconds: "soon",
    Word: "nonsense",
    Cursor: "not-a-cursor",
    Query: "x" * 3000,
    Condition: "no filter at all",
    Fields: "no field at all",
    JobCondition: "no filter at all",
}


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpApp]:
    """One application for all that is asked wrongly, and so leaves nothing behind."""
    made = make_app(tmp_path_factory.mktemp("refusing"))
    yield made
    made.gate.audit.close()


def by_name(call: Call) -> str:
    return call.name


def ask(
    service: HttpApp,
    call: Call,
    query: dict[str, Any] | None = None,
    body: Body | None = None,
    **headers: str,
) -> Any:
    """Ask a call of a job or document that is not there, with an empty body."""
    fields = {
        each.name: UNKNOWN_ID for each in call.parameters if each.place is ParameterPlace.PATH
    }
    bodies = [body] if body else call.bodies
    if bodies:
        headers["Content-Type"] = CLAIMS.get(bodies[0], bodies[0].media_types[0])
    path = call.path.format(**fields)
    return service.http.simulate_request(call.method, path, params=query, headers=headers)


def declared(call: Call, answer: Any) -> bool:
    """Whether the table says that a call may be answered like this."""
    assert answer.status_code != 500, answer.text
    if answer.status_code < 400:
        return any(each.status == answer.status_code for each in call.answers)
    assert answer.headers["content-type"] == MEDIA_TYPE
    codes = {(status_of_class(kind), kind.code) for kind in call.errors}
    return (answer.status_code, answer.json["code"]) in codes


def queries() -> Iterator[tuple[Call, Body | None, AnyParameter]]:
    for call in CALLS:
        for parameter in call.parameters:
            if parameter.place is ParameterPlace.QUERY:
                yield call, None, parameter
        for body in call.bodies:
            for parameter in body.parameters:
                yield call, body, parameter


QUERIES = list(queries())
IDS = [f"{call.name}-{parameter.name}" for call, _, parameter in QUERIES]


def test_the_application_has_the_calls_of_the_table_pages_and_no_other(service: HttpApp) -> None:
    routed = {
        # As a template, whose fields take slashes or not.
        (each.method, route.path.replace(":path}", "}"))
        for route in falcon.inspect.inspect_routes(service.app)
        for each in route.methods
        if not each.internal and not route.path.startswith(f"{TOP}/")
    }
    heads = {("HEAD", call.path) for call in CALLS if call.method == "GET"}
    assert routed == {(call.method, call.path) for call in CALLS} | heads


def test_every_call_has_its_handler_and_no_handler_is_without_a_call() -> None:
    assert set(app.HANDLERS) == set(CALLS)


def test_a_call_that_nobody_handles_is_found_when_the_application_is_made() -> None:
    with pytest.raises(KeyError):
        add_routes(falcon.App(), CALLS, {}, SimpleNamespace())  # type: ignore[arg-type]


def test_names_and_lines_are_those_of_one_call() -> None:
    assert len({call.name for call in CALLS}) == len({call.line for call in CALLS}) == len(CALLS)


def test_the_index_has_each_call_as_it_always_had(service: HttpApp) -> None:
    assert service.http.simulate_get("/").json["calls"] == {
        "submit": "POST /ingest",
        "submit_many": "POST /ingest/batch",
        "jobs": "GET /ingest{?q,state,collection,filter,after,limit}",
        "job": "GET /ingest/{job_id}{?wait}",
        "job_documents": "GET /ingest/{job_id}/documents{?state,after,limit}",
        "job_events": "GET /ingest/{job_id}/events",
        "events": "GET /events{?filter,collection}",
        "cancel": "DELETE /ingest/{job_id}",
        "retry": "POST /ingest/{job_id}/retry",
        "delete_job": "DELETE /ingest/{job_id}/record",
        "bulk": "POST /bulk",
        "bulk_actions": "GET /bulk{?after,limit}",
        "bulk_action": "GET /bulk/{bulk_id}",
        "stop_bulk": "DELETE /bulk/{bulk_id}",
        "deliveries": "GET /deliveries{?state,collection,after,limit}",
        "add_mirror": "POST /mirrors",
        "mirrors": "GET /mirrors{?after,limit}",
        "mirror": "GET /mirrors/{mirror}",
        "run_mirror": "POST /mirrors/{mirror}/run",
        "pause_mirror": "POST /mirrors/{mirror}/pause",
        "resume_mirror": "POST /mirrors/{mirror}/resume",
        "remove_mirror": "DELETE /mirrors/{mirror}",
        "replay_webhook": "POST /ingest/{job_id}/webhook",
        "webhooks": "GET /webhooks",
        "set_webhook": "PUT /webhooks/{collection}",
        "drop_webhook": "DELETE /webhooks/{collection}",
        "put_document": "PUT /documents{?uri}",
        "documents": "GET /documents{?collection,filter,facets,after,limit}",
        "document": "GET /documents/{document_id}",
        "chunks": "GET /documents/{document_id}/chunks{?after,limit}",
        "chunk": "GET /chunks/{document_id}-{number}{?context}",
        "content": "GET /documents/{document_id}/content{?format}",
        "tables": "GET /documents/{document_id}/tables{?format}",
        "table": "GET /documents/{document_id}/tables/{number}{?format}",
        "changes": "GET /documents/{document_id}/changes{?context}",
        "page": "GET /documents/{document_id}/pages/{number}.png{?dpi}",
        "delete_document": "DELETE /documents/{document_id}",
        "delete_documents": "DELETE /documents{?collection,filter,if_documents}",
        "trash": "GET /trash{?collection,filter,mirror,after,limit}",
        "restore_documents": "POST /trash/restore",
        "collection": "GET /collections/{collection}",
        "set_collection": "PUT /collections/{collection}",
        "delete_collection": "DELETE /collections/{collection}{?if_documents}",
        "refresh": "POST /refresh",
        "search": "GET /search{?q,collection,filter,facets,mode,limit,cursor,fields}",
        "export": "GET /export{?collection,filter,format,ids}",
        "collections": "GET /collections{?after,limit}",
        "keys": "GET /keys",
        "make_key": "POST /keys",
        "revoke_key": "DELETE /keys/{name}",
        "overview": "GET /overview",
        "history": "GET /overview/history{?span}",
        "metrics": "GET /metrics",
        "liveness": "GET /healthz",
        "readiness": "GET /readyz",
        "index": "GET /",
        "openapi": "GET /openapi.json",
        "docs": "GET /docs",
        "docs_style": "GET /docs.css",
    }


@pytest.mark.parametrize("path", sorted({call.path for call in CALLS}))
def test_what_a_path_does_not_have_is_a_405_with_the_methods_of_the_table(
    refusing: HttpApp, path: str
) -> None:
    answer = refusing.http.simulate_request(
        "PATCH",
        path.format(
            job_id="x",
            document_id="x",
            collection="x",
            number="1",
            name="x",
            bulk_id="x",
            mirror="x",
        ),
    )
    methods = {call.method for call in CALLS if call.path == path}
    allowed = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("call", CALLS, ids=by_name)
def test_every_call_refuses_a_parameter_that_it_does_not_declare(
    refusing: HttpApp, call: Call
) -> None:
    for body in call.bodies or (None,):
        answer = ask(refusing, call, {"colection": "c"}, body)
        known = call.query + (query_names(body.parameters) if body else ())
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        assert (answer.status_code, answer.json["code"]) == (400, "unknown_parameter")
        assert takes in answer.json["detail"]


@pytest.mark.parametrize(("call", "body", "parameter"), QUERIES, ids=IDS)
def test_every_declared_parameter_is_known_to_its_call(
    service: HttpApp, call: Call, body: Body | None, parameter: AnyParameter
) -> None:
    schema: Any = parameter.kind.schema
    words = list(schema) if isinstance(parameter.kind, Word) else ["1"]
    for word in words:
        answer = ask(service, call, {parameter.name: word}, body)
        assert b"unknown_parameter" not in answer.content
        assert declared(call, answer), answer.text


@pytest.mark.parametrize(("call", "body", "parameter"), QUERIES, ids=IDS)
def test_no_parameter_may_be_given_twice(
    refusing: HttpApp, call: Call, body: Body | None, parameter: AnyParameter
) -> None:
    answer = ask(refusing, call, {parameter.name: ["1", "1"]}, body)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
    assert "more than once" in answer.json["detail"]


@pytest.mark.parametrize(
    ("call", "parameter"),
    [(call, each) for call, _, each in QUERIES if type(each.kind) in BROKEN],
    ids=lambda each: each.name,
)
def test_a_declared_parameter_is_read_what_is_out_of_its_range_is_refused(
    refusing: HttpApp, call: Call, parameter: AnyParameter
) -> None:
    words = {"q": "words"} if call is SEARCH else {}
    answer = ask(refusing, call, words | {parameter.name: BROKEN[type(parameter.kind)]})
    assert answer.status_code == 400
    assert declared(call, answer), answer.text


@pytest.mark.parametrize("call", CALLS, ids=by_name)
def test_whatever_is_asked_wrongly_is_answered_as_the_table_says(
    service: HttpApp, call: Call
) -> None:
    answers = [ask(service, call), ask(service, call, {"x": "y"})]
    answers += [ask(service, call, {name: ""}) for name in call.query]
    answers += [ask(service, call, body=body) for body in call.bodies]
    answers += [ask(service, call, Idempotency_Key="a b"), ask(service, call, Content_Encoding="x")]
    service.client.away = True
    answers.append(ask(service, call))
    for answer in answers:
        assert declared(call, answer), answer.text


def test_a_call_answers_nothing_but_what_it_declares_of_a_job_that_exists(
    service: HttpApp, submit: Submit
) -> None:
    job_id = submit()
    for call in (each for each in CALLS if each.names is Names.JOB):
        answer = service.http.simulate_request(call.method, call.path.format(job_id=job_id))
        assert declared(call, answer), (call.name, answer.text)


@pytest.mark.parametrize("call", CALLS, ids=by_name)
def test_every_error_that_is_declared_has_a_status_and_stands_there_once(call: Call) -> None:
    ours = {"Unexpected", "BrokenManifest", "DataFolderUnusable"}
    for kinds in (call.errors, call.line_errors):
        assert len(set(kinds)) == len(kinds)
        for kind in kinds:
            assert issubclass(kind, GristmillError)
            has_row = any(each in STATUS for each in kind.__mro__)
            assert has_row != (kind.__name__ in ours), kind
            assert status_of_class(kind) >= 400


def test_an_error_of_one_line_of_a_batch_is_one_that_a_job_alone_may_meet() -> None:
    ends = {BatchTooLong, TooManyBadLines}
    assert set(SUBMIT_MANY.line_errors) - ends <= set(SUBMIT.errors)
    assert ends <= set(SUBMIT_MANY.line_errors)


@pytest.mark.parametrize("call", CALLS, ids=by_name)
def test_what_a_path_holds_is_declared_and_what_names_a_collection_is_there(call: Call) -> None:
    fields = {each.name for each in call.parameters if each.place is ParameterPlace.PATH}
    assert call.path.format(**dict.fromkeys(fields, "x")).count("{") == 0
    assert all(f"{{{name}}}" in call.path for name in fields)
    assert ("collection" in call.query) == (call.names is Names.PARAMETER)
    assert ("job_id" in fields) == (call.names is Names.JOB)
    assert ("document_id" in fields) == (call.names is Names.DOCUMENT)
    assert ("bulk_id" in fields) == (call.names is Names.BULK)
    assert ("mirror" in fields) == (call.names is Names.MIRROR)
    assert ("collection" in fields) == (call.names is Names.COLLECTION)
    if call.names is not Names.COLLECTION:
        # The collections of a new key are what it is made for, and nothing that is looked at.
        assert bool(call.bodies) == (call.names is Names.BODY) or call in (MAKE_KEY, RUN_MIRROR)


def test_what_a_call_does_not_declare_cannot_be_read_of_its_request() -> None:
    request = Asked(JOBS, falcon.testing.create_req(query_string="wait=1&q=x"), {})
    with pytest.raises(KeyError):
        request[WAIT]
    with pytest.raises(KeyError):
        request[QUERY]


@pytest.mark.parametrize("kind", ["get_param", "req.params", ".params["])
def test_no_handler_reads_the_query_past_its_declared_parameters(kind: str) -> None:
    modules: set[ModuleType | None] = {inspect.getmodule(each) for each in app.HANDLERS.values()}
    for module in modules - {None, inspect.getmodule(asked)}:
        assert module is not None
        lines = [line for line in inspect.getsource(module).splitlines() if kind in line]
        # Whether a body has a name decides which kind of body it is, and so what is declared.
        assert [line for line in lines if "NAME.name in" not in line] == [], module.__name__


def test_a_link_to_a_job_is_the_path_of_the_call(service: HttpApp, submit: Submit) -> None:
    job_id = submit()
    answer = service.http.simulate_get(JOB.path.format(job_id=job_id))
    links = answer.json["links"]
    assert links == {
        "self": f"/ingest/{job_id}",
        "documents": f"/ingest/{job_id}/documents",
        "events": f"/ingest/{job_id}/events",
        "retry": f"/ingest/{job_id}/retry",
    }
