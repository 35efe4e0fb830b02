"""What others have written is shown as they wrote it, and runs nothing."""

import re
from collections.abc import Callable
from typing import Any

from support.running import Service, text, until

Open = Callable[..., Any]

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>"


def test_what_documents_say_runs_nothing(open_page: Open, service: Service) -> None:
    table = f"| {EVIL} | b |\n|---|---|\n| {EVIL} | d |\n"
    said = f"# {EVIL}\n\nhostile words {EVIL} [a](javascript:alert(3))\n\n{table}"
    source = text(said, name=f"{EVIL}.md")
    metadata = {EVIL: EVIL}
    job = service.ended(
        service.accepted(source, metadata=metadata, collection="evil <script>alert(4)</script>")
    )
    document = service.ledger(job["job_id"])[0]["document_id"]
    for where, shown in {
        "/ui/jobs": "tbody a >> text=b>.md",
        f"/ui/jobs/{job['job_id']}": f"dd >> text={EVIL}.md",
        "/ui/search?q=hostile": "article.hit",
        f"/ui/documents/{document}": "p >> text=hostile words",
        f"/ui/documents/{document}?view=chunks": "#chunk-0",
        f"/ui/documents/{document}?view=tables": f"td >> text={EVIL}",
        "/ui/collections": "tbody strong >> text=alert(4)",
        "/ui/overview": "p.lead",
        f"/ui/jobs?q={EVIL}&collection={EVIL}&state={EVIL}": f"option >> text={EVIL}",
        f"/ui/search?q={EVIL}&filter={EVIL}": "[role=alert]",
    }.items():
        page = open_page(where, quiet="state=" not in where and "filter=" not in where)
        page.locator(f"main >> {shown}").first.wait_for(state="attached")
        assert page.locator("main script, main b:has-text('bold'), main img[src=x]").count() == 0, (
            where
        )
        page.close()


def test_what_the_policy_forbids_is_really_stopped(open_page: Open) -> None:
    page = open_page("/", quiet=False)
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s); const i = document.createElement('img');"
        "i.setAttribute('onerror', 'window.ran = 2'); i.src = '/nothing.png';"
        "document.body.append(i)"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None


SHORT = "<img src=x onerror=alert(6)>"
"""Without a slash, after which the pages would shorten a name."""
NOTHING = "main script, main img, main [onerror]"


def test_a_jobs_name_is_shown_as_it_was_given(open_page: Open, service: Service) -> None:
    job = service.ended(service.accepted(text("{ no JSON", name=f"{SHORT}.json")))["job_id"]
    page = open_page("/ui/jobs?q=onerror")
    page.get_by_role("link", name=f"{SHORT}.json").first.wait_for()
    assert page.locator(NOTHING).count() == 0
    page.goto(f"/ui/jobs/{job}")
    page.get_by_role("heading", name=f"{SHORT}.json").wait_for()
    page.get_by_role("cell", name=f"{SHORT}.json").wait_for()
    assert page.title() == f"{SHORT}.json · Gristmill"
    assert page.locator(NOTHING).count() == 0


def test_a_receivers_address_is_shown_as_it_was_given(open_page: Open, service: Service) -> None:
    url = "http://127.0.0.1:9/<img/src=x/onerror=alert(7)>"
    service.http.put("/webhooks/evil-hooks", json={"url": url}).raise_for_status()
    job = service.accepted(text("Of hooks.", name="evil-hook.txt"), collection="evil-hooks")
    service.ended(job)
    until(lambda: service.job(job)["webhook"]["attempts"] > 0, "a first attempt")
    page = open_page(f"/ui/jobs/{job}")
    page.get_by_text(url, exact=True).wait_for()
    assert page.locator(NOTHING).count() == 0


def test_what_nodes_and_workers_say_is_shown_as_they_said_it(
    open_page: Open, service: Service
) -> None:
    words = {"name": SHORT, "address": SHORT, "version": SHORT, "why": f"why {SHORT}"}
    node = {"state": "refused", "workers": 1, "busy": 0, "silent_s": 0, **words}
    worker = {"pid": 1, "host": SHORT, "cpu": 1, "memory": 1, "documents": 1, "job_id": SHORT}
    worker |= {"uri": SHORT, "since": None, "stage": SHORT, "page": 1}
    answer = {**service.http.get("/overview").json(), "nodes": [node], "workers": [worker]}
    page = open_page("/ui/jobs")
    page.route(re.compile(r"(?<!/ui)/overview$"), lambda route: route.fulfill(json=answer))
    page.goto("/ui/overview")
    page.get_by_text(f"Why {SHORT}", exact=True).wait_for()
    page.get_by_role("link", name=SHORT).wait_for()
    assert page.locator(NOTHING).count() == 0


def test_what_bulk_actions_say_is_shown_as_it_was_said(open_page: Open, service: Service) -> None:
    asked = {"action": "delete", "q": SHORT, "collection": f"bulk {SHORT}"}
    looked = service.http.post("/bulk", json=asked).json()
    begun = service.http.post("/bulk", json={**asked, "confirm": looked["confirm"]}).json()
    reason = {"code": SHORT, "message": f"why {SHORT}", "jobs": 1, "job_ids": [SHORT]}
    answer = {**service.http.get(f"/bulk/{begun['bulk_id']}").json(), "reasons": [reason]}
    page = open_page("/ui/bulk")
    page.locator("code", has_text=f"bulk {SHORT}").wait_for()
    assert page.locator(NOTHING).count() == 0
    page.route(re.compile(r"(?<!/ui)/bulk/[^/]+$"), lambda route: route.fulfill(json=answer))
    page.goto(f"/ui/bulk/{begun['bulk_id']}")
    page.locator("td", has_text=f"Why {SHORT}").wait_for()
    assert page.locator(NOTHING).count() == 0
