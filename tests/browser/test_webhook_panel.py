"""What the pages say of telling receivers that jobs have ended."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from support.receiving import receiving
from support.running import Service, text, until

Open = Callable[..., Any]


def hooked(service: Service, collection: str, url: str) -> str:
    """A job of a collection whose ends are told there."""
    service.http.put(f"/webhooks/{collection}", json={"url": url}).raise_for_status()
    job = service.accepted(text("Of hooks.", name="hooked.txt"), collection=collection)
    return str(service.ended(job)["job_id"])


def fact(page: Any, name: str) -> str:
    return str(page.locator(f"dl div:has(dt:text-is('{name}')) dd").inner_text())


def test_what_was_given_up_is_sent_again_and_the_page_follows(
    open_page: Open, service: Service
) -> None:
    with receiving(410, 204) as receiver:
        page = open_page(f"/ui/jobs/{hooked(service, 'hooks-again', receiver.url + '?token=hid')}")
        page.get_by_text("given up", exact=True).wait_for()
        assert (fact(page, "Receiver"), fact(page, "Attempts")) == (receiver.url, "1")
        assert "410" in fact(page, "Last answer")
        assert page.locator("dt", has_text="Next try").count() == 0
        page.get_by_role("button", name="Send again").click()
        page.get_by_text("delivered", exact=True).wait_for()
        assert "204" in fact(page, "Last answer")
        assert len(receiver.received) == 2
        assert "token" not in page.content()


@pytest.mark.parametrize(("width", "color_scheme"), [(1280, "light"), (390, "dark")])
def test_what_is_still_tried_says_when_and_why(
    open_page: Open, service: Service, sound: Any, width: int, color_scheme: str
) -> None:
    with receiving(503) as receiver:
        job = hooked(service, f"hooks-{width}", receiver.url)
        until(lambda: service.job(job)["webhook"]["attempts"] > 0, "a first attempt")
        page = open_page(f"/ui/jobs/{job}", width=width, color_scheme=color_scheme)
        page.get_by_text("not delivered yet", exact=True).wait_for()
        assert "503" in fact(page, "Last answer")
        assert re.search(r"\d", fact(page, "Next try"))
        sound(page, f"job-webhook-{width}-{color_scheme}")


def test_a_job_that_nobody_is_told_of_has_no_such_panel(open_page: Open, service: Service) -> None:
    job = service.ended(service.accepted(text("Unheard.", name="unheard.txt")))["job_id"]
    page = open_page(f"/ui/jobs/{job}")
    page.get_by_role("heading", name="Documents").wait_for()
    assert page.get_by_role("heading", name="Webhook").count() == 0


def test_deliveries_are_filtered_in_the_address_and_sent_again(
    open_page: Open, service: Service, sound: Any
) -> None:
    with receiving(410, 204) as receiver, receiving(204) as other:
        job = hooked(service, "hooks-list", receiver.url)
        hooked(service, "hooks-other", other.url)
        until(lambda: len(other.received) == 1, "the other is told")
        page = open_page("/ui/deliveries?collection=hooks-list")
        page.get_by_role("cell", name="given up").wait_for()
        page.get_by_text("Some receivers were given up.").wait_for()
        for color_scheme, width in (("light", 1280), ("light", 390), ("dark", 1280), ("dark", 390)):
            page.emulate_media(color_scheme=color_scheme)
            page.set_viewport_size({"width": width, "height": 844})
            sound(page, f"deliveries-{width}-{color_scheme}")
        assert page.locator("tbody tr").count() == 1
        page.get_by_role("button", name=f"Send again: the end of {job}").click()
        page.get_by_role("cell", name="delivered", exact=True).wait_for()
        page.get_by_role("button", name="Given up").click()
        page.get_by_text("There is nothing like that.").wait_for()
        assert "state=failed" in page.url and "collection=hooks-list" in page.url
        page.go_back()
        page.get_by_role("link", name=job).wait_for()
        assert len(receiver.received) == 2
