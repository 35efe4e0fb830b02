"""A browser comes in with a key, keeps a session of it, and no other page can use that."""

from typing import Any
from urllib.parse import urlencode

import pytest
from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON

from gristmill.schemas.access import ApiKey
from gristmill.server.pages.book import SIGN_IN, SIGN_OUT
from gristmill.storage.stores import Stores

TASK = {"sources": [{"type": "text", "text": "some words"}]}
OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def token(service: HttpApp) -> str:
    return Stores(service.folder).tokens.add(ApiKey("ann", "", ("admin",), NOON))


def sign_in(service: HttpApp, key: str, wanted: str = "", **headers: str) -> Any:
    return service.http.simulate_post(
        SIGN_IN,
        body=urlencode({"key": key, "next": wanted}),
        headers={"Content-Type": "application/x-www-form-urlencoded", **OWN, **headers},
    )


def cookie(answer: Any) -> str:
    (found,) = answer.cookies.values()
    return f"{found.name}={found.value}"


def test_a_key_opens_and_its_end_closes(service: HttpApp, token: str) -> None:
    assert "grist_" in service.http.simulate_get(SIGN_IN).text
    answer = sign_in(service, f" {token} ", "/ui/overview?span=day")
    assert (answer.status_code, answer.headers["location"]) == (303, "/ui/overview?span=day")
    (kept,) = answer.cookies.values()
    assert (kept.http_only, kept.same_site, kept.secure, kept.path) == (True, "Strict", False, "/")
    assert token not in answer.headers["set-cookie"]
    headers = {"Cookie": cookie(answer), **OWN}
    page = service.http.simulate_get("/ui/overview", headers=headers)
    assert page.status_code == 200 and "ann" in page.text and SIGN_OUT in page.text
    assert service.http.simulate_get("/overview", headers=headers).status_code == 200
    assert service.http.simulate_post("/ingest", json=TASK, headers=headers).status_code == 202
    Stores(service.folder).tokens.revoke("ann")
    assert service.http.simulate_get("/overview", headers=headers).status_code == 401


def test_a_wrong_key_is_told_so_and_gets_nothing(service: HttpApp, token: str) -> None:
    for key in ("", "grist_x", token[:-1], f"{token}x"):
        answer = sign_in(service, key, '"><script>x</script>')
        assert answer.status_code == 401 and not answer.cookies
        assert "opens nothing" in answer.text and "<script>" not in answer.text
        assert not key or key not in answer.text
    Stores(service.folder).tokens.revoke("ann")
    assert sign_in(service, token).status_code == 401


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example/ui/", "/ui/\\evil", "/ingest", "/ui/\r\nX: y"],
)
def test_signing_in_leads_to_no_other_place(service: HttpApp, token: str, wanted: str) -> None:
    assert sign_in(service, token, wanted).headers["location"] == "/"


@pytest.mark.parametrize(
    ("headers", "reads", "changes"),
    [
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 200, 202),
        ({"Sec-Fetch-Site": "same-origin"}, 200, 202),
        ({"Origin": "http://localhost"}, 200, 202),
        # Typed by its user, or a browser in a network without TLS, which says nothing.
        ({"Sec-Fetch-Site": "none"}, 200, 401),
        ({}, 200, 401),
        ({"Origin": "http://evil.example"}, 403, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403, 403),
        ({"Origin": "http://localhost:81"}, 403, 403),
        ({"Origin": "null"}, 403, 403),
    ],
)
def test_a_session_counts_for_requests_of_our_own_pages_alone(
    service: HttpApp, token: str, headers: dict[str, str], reads: int, changes: int
) -> None:
    kept = {"Cookie": cookie(sign_in(service, token)), **headers}
    assert service.http.simulate_get("/documents", headers=kept).status_code == reads
    answer = service.http.simulate_post("/ingest", json=TASK, headers=kept)
    assert answer.status_code == changes
    assert len(service.client.offered) == (changes == 202)


def test_a_session_that_nobody_gave_out_opens_nothing(service: HttpApp, token: str) -> None:
    name, _, value = cookie(sign_in(service, token)).partition("=")
    who, ends, signature = value.split(".")
    other = Stores(service.folder).tokens
    other.add(ApiKey("bob", "", ("admin",), NOON))
    for forged in (
        f"{who}.{int(ends) + 1}.{signature}",
        f"Ym9i.{ends}.{signature}",
        f"{who}.{ends}.{signature[:-1]}",
        f"{who}.1.{signature}",
        f"{who}.{ends}",
        f"%%.{ends}.{signature}",
        f"{who}.\u0664.{signature}",
        "..",
        "",
        f"{who}.{'9' * 5000}.{signature}",
        "x" * 9000,
    ):
        headers = {"Cookie": f"{name}={forged}".encode().decode("latin-1"), **OWN}
        answer = service.http.simulate_get("/documents", headers=headers)
        assert answer.status_code == 401, forged


def test_what_a_proxys_password_leaves_in_the_header_does_not_hide_the_session(
    service: HttpApp, token: str
) -> None:
    kept = {"Cookie": cookie(sign_in(service, token)), **OWN}
    for authorization, status in (("Basic eDp4", 200), ("Bearer grist_wrong", 401)):
        headers = {**kept, "Authorization": authorization}
        assert service.http.simulate_get("/documents", headers=headers).status_code == status


def test_signing_out_ends_it_in_this_browser(service: HttpApp, token: str) -> None:
    headers = {"Cookie": cookie(sign_in(service, token)), **OWN}
    answer = service.http.simulate_post(SIGN_OUT, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, SIGN_IN)
    (ended,) = answer.cookies.values()
    assert ended.value == "" and ended.expires is not None


def test_no_other_page_signs_a_browser_in_or_out(service: HttpApp, token: str) -> None:
    foreign = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert sign_in(service, token, **foreign).status_code == 403
    assert service.http.simulate_post(SIGN_OUT, headers=foreign).status_code == 403


def test_by_tls_the_cookie_is_for_tls_alone_and_below_a_path_for_that(
    make_service: MakeApp,
) -> None:
    service = make_service(root_path="/mill", allow_hosts=["docs.example.org"])
    token = Stores(service.folder).tokens.add(ApiKey("ann", "", ("admin",), NOON))
    names = {"Host": "docs.example.org", "Origin": "https://docs.example.org"}
    answer = sign_in(service, token, **names)
    (kept,) = answer.cookies.values()
    assert (kept.secure, kept.path, answer.headers["location"]) == (True, "/mill", "/mill/")


def test_two_services_of_one_host_are_signed_into_at_once(service: HttpApp, token: str) -> None:
    names = set()
    for port in ("8000", "8001"):
        own = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
        names.add(cookie(sign_in(service, token, **own)).partition("=")[0])
    assert len(names) == 2


def test_without_keys_nobody_signs_in(service: HttpApp) -> None:
    answer = service.http.simulate_get(SIGN_IN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert sign_in(service, "x").status_code == 401
