"""API keys by HTTP: made, shown once, ended; and nobody makes more of a key than it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.http_app import HttpApp
from support.job_samples import NOON

from gristmill.schemas.access import ApiKey
from gristmill.storage.stores import Stores


@pytest.fixture
def admin(service: HttpApp) -> dict[str, str]:
    token = Stores(service.folder).tokens.add(ApiKey("admin", "", ("admin",), NOON))
    return {"Authorization": f"Bearer {token}"}


def make(service: HttpApp, headers: dict[str, str], **key: Any) -> Any:
    return service.http.simulate_post("/keys", json=key, headers=headers)


def test_a_key_is_made_told_once_used_and_ended(service: HttpApp, admin: dict[str, str]) -> None:
    ends = datetime.now(UTC) + timedelta(days=1)
    answer = make(
        service, admin, name="r", scopes=["read"], collections=["c"], expires_at=ends.isoformat()
    )
    assert answer.status_code == 201
    assert answer.json["scopes"] == ["read"] and answer.json["collections"] == ["c"]
    theirs = {"Authorization": f"Bearer {answer.json['key']}"}
    assert service.http.simulate_get("/documents", headers=theirs).status_code == 200
    listed = service.http.simulate_get("/keys", headers=admin)
    assert [each["name"] for each in listed.json["items"]] == ["admin", "r"]
    assert answer.json["key"] not in listed.text and "digest" not in listed.text
    ended = service.http.simulate_delete("/keys/r", headers=admin)
    assert (ended.status_code, ended.json["state"]) == (200, "revoked")
    assert service.http.simulate_get("/documents", headers=theirs).status_code == 401
    assert service.http.simulate_delete("/keys/none", headers=admin).status_code == 404


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"name": "a", "scopes": []},
        {"name": "a", "scopes": ["root"]},
        {"name": "a b", "scopes": ["read"]},
        {"name": "../a", "scopes": ["read"]},
        {"name": "a", "scopes": ["read"], "collections": [""]},
        {"name": "a", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"},
        {"name": "a", "scopes": ["read"], "expires_at": "2099-01-01T00:00:00"},
        {"name": "a", "scopes": ["read"], "digest": "x"},
    ],
)
def test_what_is_no_key_is_refused(
    service: HttpApp, admin: dict[str, str], key: dict[str, Any]
) -> None:
    answer = make(service, admin, **key)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
    assert len(Stores(service.folder).tokens.all()) == 1


def test_a_name_that_is_taken_is_a_conflict(service: HttpApp, admin: dict[str, str]) -> None:
    answer = make(service, admin, name="admin", scopes=["read"])
    assert (answer.status_code, answer.json["code"]) == (409, "key_exists")
    assert len(Stores(service.folder).tokens.all()) == 1


def test_a_body_that_is_no_json_or_too_long_is_refused(
    service: HttpApp, admin: dict[str, str]
) -> None:
    json, text = {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}
    deep = b'{"name":' + b"[" * 9000
    for body, said, status in (
        (b"{", json, 400),
        (b"\xff", json, 400),
        (deep, json, 400),
        (b" " * 70_000, json, 413),
        (b"{}", text, 415),
    ):
        answer = service.http.simulate_post("/keys", body=body, headers={**admin, **said})
        assert answer.status_code == status, body[:20]
        assert status != 413 or "(max_metadata_bytes)" in answer.json["detail"]


def test_a_bound_admin_cannot_make_an_unbound_one(service: HttpApp, admin: dict[str, str]) -> None:
    token = Stores(service.folder).tokens.add(ApiKey("bound", "", ("admin",), NOON, ("c",)))
    bound = {"Authorization": f"Bearer {token}"}
    assert make(service, bound, name="more", scopes=["admin"]).status_code == 403
    assert service.http.simulate_get("/keys", headers=bound).status_code == 403
    assert service.http.simulate_delete("/keys/admin", headers=bound).status_code == 403


def test_the_first_key_closes_an_open_service(service: HttpApp) -> None:
    made = make(service, {}, name="first", scopes=["admin"])
    assert made.status_code == 201
    assert service.http.simulate_get("/keys").status_code == 401
