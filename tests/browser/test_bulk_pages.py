"""Many jobs at once, in a real browser: filtered, counted, confirmed, watched; by keyboard, too."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.running import Service, path, text, until

Open = Callable[..., Any]
BROKEN = "{ no JSON"


def _failed(service: Service, name: str, many: int) -> list[str]:
    jobs = [service.accepted(text(f"{BROKEN} {name}{n}", f"{name}{n}.json")) for n in range(many)]
    return [service.ended(job)["job_id"] for job in jobs]


def test_all_jobs_of_a_filter_are_retried_and_watched(open_page: Open, service: Service) -> None:
    jobs = _failed(service, "okapi", 3)
    page = open_page("/ui/jobs?q=okapi")
    until(lambda: page.locator("tbody tr").count() == 3, "three okapis")
    page.get_by_role("button", name="Retry …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Retry 3 jobs?").wait_for()
    dialog.get_by_role("button", name="No, leave it").click()
    assert page.evaluate("document.activeElement.dataset.action") == "retry"
    page.get_by_role("button", name="Retry …").click()
    dialog.get_by_role("button", name="Retry 3 jobs").click()
    page.wait_for_url(re.compile("/ui/bulk/"))
    page.get_by_role("heading", name="Retry 3 jobs").wait_for()
    page.locator(".lead .state", has_text="done").wait_for()
    page.get_by_text("3 of 3 jobs").wait_for()
    for job in jobs:
        assert len(service.ended(job)["history"]) == 6
    page.get_by_role("link", name="All bulk actions").click()
    page.get_by_role("link", name="Retry 3 jobs").wait_for()


def test_what_cannot_be_undone_is_typed(open_page: Open, service: Service, sound: Any) -> None:
    _failed(service, "quokka", 2)
    page = open_page("/ui/jobs?q=quokka")
    page.get_by_role("button", name="Delete …").click()
    button = page.get_by_role("dialog").get_by_role("button", name="Delete 2 jobs")
    sound(page, "bulk-dialog")
    assert button.is_disabled()
    field = page.get_by_label("Type 2 to confirm")
    field.fill("3")
    assert button.is_disabled()
    field.fill("2")
    field.press("Enter")
    page.wait_for_url(re.compile("/ui/bulk/"))
    page.locator(".lead .state", has_text="done").wait_for()
    assert service.http.get("/ingest?q=quokka").json()["items"] == []


def test_filters_are_words_a_condition_and_a_time(open_page: Open, service: Service) -> None:
    _failed(service, "numbat", 1)
    service.ended(service.accepted(text("good", name="numbat.txt")))
    page = open_page("/ui/jobs?q=numbat", quiet=False)  # the browser notes a refusal by itself
    rows = page.locator("tbody tr")
    until(lambda: rows.count() == 2, "both numbats")
    page.get_by_label("Filter").fill("failed > 0")
    page.get_by_label("Filter").press("Enter")
    page.wait_for_url(re.compile("filter=failed"))
    until(lambda: rows.count() == 1, "the one that failed")
    page.get_by_label("Submitted").select_option("Over 7 days ago")
    page.get_by_text("No job is like that.").wait_for()
    assert page.get_by_role("button", name="Retry …").count() == 0
    page.go_back()
    until(lambda: rows.count() == 1, "the one that failed again")
    assert page.get_by_label("Submitted").input_value() == ""
    page.get_by_label("Filter").fill("fail > 0")
    page.get_by_label("Filter").press("Enter")
    page.locator("#notice", has_text="did you mean").wait_for()


def test_nothing_that_can_be_done_is_said_where_it_was_asked(
    open_page: Open, service: Service
) -> None:
    service.ended(service.accepted(text("good", name="wombat.txt")))
    page = open_page("/ui/jobs?q=wombat.txt")
    page.get_by_role("button", name="Cancel …").click()
    page.locator("#notice", has_text="None of these jobs can be cancelled.").wait_for()


def test_one_that_found_nothing_is_done_and_one_that_is_not_there_says_so(
    open_page: Open, service: Service
) -> None:
    asked = {"action": "delete", "q": "nothing has these words"}
    looked = service.http.post("/bulk", json=asked).json()
    begun = service.http.post("/bulk", json={**asked, "confirm": looked["confirm"]}).json()
    page = open_page(f"/ui/bulk/{begun['bulk_id']}")
    page.locator(".lead .state", has_text="done").wait_for()
    page.get_by_text("0 of 0 jobs").wait_for()
    missing = open_page("/ui/bulk/019abf3e-7c00-7d21-9f4e-5a1b2c3d4e5f", quiet=False)
    missing.get_by_text("There is no bulk action with this id.").wait_for()


def test_the_keyboard_alone_suffices(open_page: Open, service: Service) -> None:
    _failed(service, "dugong", 2)
    page = open_page("/ui/jobs?q=dugong")
    until(lambda: page.locator("tbody tr").count() == 2, "two dugongs")

    def go_to(wanted: Callable[[], bool]) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if wanted():
                return
        raise AssertionError("the keyboard does not lead there")

    go_to(lambda: page.evaluate("document.activeElement.dataset.action") == "delete")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    go_to(lambda: page.evaluate("document.activeElement.id") == "typed")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.dataset.action") == "delete"
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    go_to(lambda: page.evaluate("document.activeElement.id") == "typed")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/ui/bulk/"))
    page.locator(".lead .state", has_text="done").wait_for()


def test_a_question_is_over_as_soon_as_it_is_closed(open_page: Open, service: Service) -> None:
    """The browser says `close` a task later; a key that is pressed before is not lost."""
    _failed(service, "narwhal", 2)
    page = open_page("/ui/jobs?q=narwhal")
    until(lambda: page.locator("tbody tr").count() == 2, "two narwhals")
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("dialog").wait_for()
    page.evaluate("""async () => {
      document.querySelector('dialog').requestClose();
      for (let turn = 0; turn < 20; turn += 1) await null;
      document.querySelector('[data-action=delete]').click();
    }""")
    page.get_by_role("dialog").wait_for()
    page.get_by_role("button", name="No, leave it").click()
    assert page.evaluate("document.activeElement.dataset.action") == "delete"


def test_a_list_that_listens_sees_what_is_done_in_bulk(
    open_page: Open, service: Service, root: Path
) -> None:
    """A list that is told of changes asks every 15 seconds: sooner is an event's doing."""
    file = root / "bilby.json"
    file.write_text(BROKEN)
    service.ended(service.accepted(path(file)))
    page = open_page("/ui/overview")
    with page.expect_response(lambda answer: "/events?filter=" in answer.url) as stream:
        page.goto("/ui/jobs?q=bilby")
    assert stream.value.status == 200
    row = page.locator("tbody tr")
    row.locator(".state.failed").wait_for()
    file.write_text('{"sound": "again"}')
    asked = {"action": "retry", "q": "bilby"}
    looked = service.http.post("/bulk", json=asked).json()
    service.http.post("/bulk", json={**asked, "confirm": looked["confirm"]}).raise_for_status()
    row.locator(".state.succeeded").wait_for(timeout=12000)


def test_one_that_is_under_way_says_how_far_and_why_not(
    open_page: Open, service: Service, sound: Any
) -> None:
    asked = {"action": "retry", "q": "nothing is named so"}
    looked = service.http.post("/bulk", json=asked).json()
    begun = service.http.post("/bulk", json={**asked, "confirm": looked["confirm"]}).json()
    where = f"/bulk/{begun['bulk_id']}"
    reason = {"code": "duplicate_job", "message": "it is pending", "jobs": 3, "job_ids": ["0" * 36]}
    far = {"state": "running", "jobs": 40, "done": 12, "refused": 3, "no_longer": 2}
    answer = {**service.http.get(where).json(), **far, "finished_at": None, "reasons": [reason]}
    for width, color_scheme in ((1280, "light"), (390, "dark")):
        page = open_page("/ui/jobs", width=width, color_scheme=color_scheme)
        page.route(re.compile(f"(?<!/ui){where}$"), lambda route: route.fulfill(json=answer))
        page.goto(f"/ui{where}")
        page.get_by_text("12 of 40 jobs").wait_for()
        page.get_by_text("Another job with the same key is pending.").wait_for()
        assert page.get_by_role("button", name="Stop it").is_enabled()
        sound(page, f"bulk-running-{width}-{color_scheme}")


def test_an_ended_job_is_deleted_from_its_page(open_page: Open, service: Service) -> None:
    (job,) = _failed(service, "tapir", 1)
    page = open_page(f"/ui/jobs/{job}", quiet=False)
    page.get_by_role("button", name="Delete the job").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Its documents stay in the library.").wait_for()
    dialog.get_by_role("button", name="Delete the job").click()
    page.wait_for_url(re.compile("/ui/jobs$"))
    assert service.http.get(f"/ingest/{job}").status_code == 404
