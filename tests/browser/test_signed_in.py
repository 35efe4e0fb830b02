"""With keys, a browser signs in first, and sees what its key may do."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.job_samples import NOON
from support.running import Service, end, text

from gristmill.schemas.access import ApiKey
from gristmill.storage.stores import Stores

Open = Callable[..., Any]
LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, dict[str, str]]]:
    """A service with keys, and their tokens by name."""
    data: Path = tmp_path_factory.mktemp("guarded") / "data"
    tokens = Stores.open(data).tokens
    keys = {
        "admin": tokens.add(ApiKey("admin", "", ("admin",), NOON)),
        "reader": tokens.add(ApiKey("reader", "", ("read",), NOON, ("mine",))),
    }
    service = Service(data, "--workers", "1")
    try:
        service.start()
        service.http.headers["Authorization"] = f"Bearer {keys['admin']}"
        yield service, keys
    finally:
        end(service)


def sign_in(page: Any, token: str) -> None:
    page.get_by_label("API key").fill(token)
    page.get_by_role("button", name="Sign in").click()


def test_a_key_opens_the_page_that_was_wanted_and_signing_out_closes_it(
    open_page: Open, guarded: tuple[Service, dict[str, str]], keep: Any
) -> None:
    service, keys = guarded
    page = open_page("/ui/jobs?state=failed", of=service, quiet=False)
    keep(page, "sign-in")
    sign_in(page, "grist_wrong")
    page.get_by_role("alert").wait_for()
    sign_in(page, keys["admin"])
    page.wait_for_url("**/ui/jobs?state=failed")
    page.get_by_text("No job is like that.").wait_for()
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("API key").wait_for()
    page.goto("/ui/jobs")
    page.get_by_label("API key").wait_for()


@pytest.mark.parametrize(("width", "color_scheme"), LOOKS)
def test_signing_in_is_accessible_also_after_a_wrong_key(
    open_page: Open,
    guarded: tuple[Service, dict[str, str]],
    sound: Any,
    color_scheme: str,
    width: int,
) -> None:
    of = guarded[0]
    page = open_page("/ui/jobs", of=of, quiet=False, width=width, color_scheme=color_scheme)
    sound(page, f"sign-in-asked-{width}-{color_scheme}")
    sign_in(page, "grist_wrong")
    page.get_by_role("alert").wait_for()
    sound(page, f"sign-in-{width}-{color_scheme}")


def test_a_key_that_may_do_little_is_shown_little(
    open_page: Open, guarded: tuple[Service, dict[str, str]]
) -> None:
    service, keys = guarded
    mine = service.ended(service.accepted(text("my words", name="mine.txt"), collection="mine"))
    service.ended(service.accepted(text("their words", name="theirs.txt"), collection="theirs"))
    page = open_page("/", of=service)
    sign_in(page, keys["reader"])
    page.get_by_text("In the last 24 hours 1 succeeded").wait_for()
    menu = page.get_by_role("navigation", name="Pages").inner_text()
    assert "Jobs" in menu and "Ingest" not in menu
    assert page.get_by_text("Workers").count() == 0
    page.goto("/ui/jobs")
    page.get_by_role("link", name="mine.txt").wait_for()
    assert page.get_by_text("theirs.txt").count() == 0
    page.goto(f"/ui/jobs/{mine['job_id']}")
    page.get_by_role("heading", name="mine.txt").wait_for()
    assert page.get_by_role("button", name="Retry").count() == 0


def test_a_key_that_is_revoked_leads_back_to_signing_in(
    open_page: Open, guarded: tuple[Service, dict[str, str]]
) -> None:
    service, _ = guarded
    tokens = Stores.open(service.data).tokens
    token = tokens.add(ApiKey("brief", "", ("admin",), NOON))
    page = open_page("/ui/jobs", of=service, quiet=False)
    sign_in(page, token)
    page.get_by_label("Search").wait_for()
    tokens.revoke("brief")
    page.get_by_label("API key").wait_for()


def test_a_key_is_made_shown_once_and_revoked(
    open_page: Open, guarded: tuple[Service, dict[str, str]], keep: Any
) -> None:
    service, keys = guarded
    page = open_page("/ui/keys", of=service)
    sign_in(page, keys["admin"])
    page.get_by_label("Name").fill("crawler")
    page.get_by_label("Collections").fill("web, news")
    page.get_by_label("Ingest", exact=True).check()
    page.get_by_role("button", name="Make the key").click()
    token = page.locator(".advice code").inner_text()
    assert token.startswith("grist_")
    page.get_by_role("cell", name="web, news").wait_for()
    keep(page, "keys-made")
    page.reload()
    page.get_by_role("cell", name="web, news").wait_for()
    assert token not in page.content()
    page.get_by_role("button", name="Revoke crawler").click()
    page.get_by_role("button", name="Revoke it").click()
    page.get_by_role("row", name="crawler").get_by_text("revoked").wait_for()
