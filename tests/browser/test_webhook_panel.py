"""What a job's page says of telling a receiver that it has ended."""

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
