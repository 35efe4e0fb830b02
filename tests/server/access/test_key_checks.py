"""A web process knows the keys of the file as it is now."""

from datetime import UTC, datetime, timedelta

import pytest
from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON

from gristmill.schemas.access import ApiKey
from gristmill.storage.stores import Stores


def status(service: HttpApp, token: str | None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return int(service.http.simulate_get("/documents", headers=headers).status_code)


def test_a_key_counts_from_its_making_to_its_end_in_every_web_process(
    make_service: MakeApp,
) -> None:
    first, second = make_service(), make_service()
    tokens = Stores(first.folder).tokens
    assert status(first, None) == status(second, None) == 200
    token = tokens.add(ApiKey("a", "", ("read",), NOON))
    for service in (first, second):
        assert (status(service, None), status(service, token)) == (401, 200)
    tokens.revoke("a")
    for service in (first, second):
        assert (status(service, None), status(service, token)) == (401, 401)


def test_a_key_ends_at_its_hour(service: HttpApp) -> None:
    tokens, now = Stores(service.folder).tokens, datetime.now(UTC)
    late = tokens.add(ApiKey("late", "", ("read",), NOON, (), now - timedelta(seconds=1)))
    good = tokens.add(ApiKey("good", "", ("read",), NOON, (), now + timedelta(hours=1)))
    assert (status(service, late), status(service, good)) == (401, 200)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_as_http_reads_it_and_no_other_counts(
    service: HttpApp, scheme: str
) -> None:
    token = Stores(service.folder).tokens.add(ApiKey("a", "", ("read",), NOON))
    for sent, wanted in ((f"{scheme} {token}", 200), (f"Basic {token}", 401), (token, 401)):
        answer = service.http.simulate_get("/documents", headers={"Authorization": sent})
        assert answer.status_code == wanted
    assert status(service, token[:-1]) == status(service, f"{token}x") == 401
    assert status(service, "") == 401


def test_where_the_keys_cannot_be_read_nobody_gets_in(service: HttpApp) -> None:
    service.folder.api_keys.write_text("{")
    assert status(service, None) == 503
    assert status(service, "grist_x") == 503


def test_no_answer_has_a_token_in_it(service: HttpApp) -> None:
    Stores(service.folder).tokens.add(ApiKey("a", "", ("read",), NOON))
    headers = {"Authorization": "Bearer grist_wrong"}
    assert "grist_wrong" not in service.http.simulate_get("/documents", headers=headers).text
