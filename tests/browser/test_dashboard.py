"""What people do on the pages, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.running import Service, path, text, until

Open = Callable[..., Any]
BROKEN = b"%PDF-1.4 and no more"
MINUTE_MS = 60_000


def test_a_file_that_is_brought_in_is_found(open_page: Open, tmp_path: Path) -> None:
    file = tmp_path / "aardvarks.md"
    file.write_text(
        "# Of aardvarks\n\nThey dig burrows.\n\n| animal | digs |\n|---|---|\n| a | yes |\n"
    )
    page = open_page("/ui/ingest")
    page.get_by_label("Collection", exact=True).fill("animals")
    page.locator("#files").set_input_files(file)
    page.get_by_role("link", name="aardvarks.md").wait_for()
    page.locator("#content .state.succeeded").wait_for()
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("burrows")
    hit = page.get_by_role("link", name="Of aardvarks")
    hit.wait_for()
    assert page.locator("mark").first.inner_text() == "burrows"
    page.get_by_role("button", name=re.compile("animals")).click()
    page.wait_for_url(re.compile("filter=collection"))
    hit.click()
    page.get_by_role("heading", name="Of aardvarks", level=1).wait_for()
    assert "They dig burrows." in page.locator(".chosen, .panel .as-is").first.inner_text()
    page.get_by_role("button", name="Tables").click()
    page.get_by_role("cell", name="yes").wait_for()
    page.get_by_role("button", name="As read").click()
    page.locator(".read p", has_text="They dig burrows.").wait_for()


def test_a_text_is_pasted_and_watched(open_page: Open, service: Service) -> None:
    page = open_page("/ui/ingest")
    page.get_by_label("Text", exact=True).fill("Pasted words of wombats")
    page.get_by_label("Name").fill("wombats.txt")
    page.get_by_role("button", name="Ingest the text").click()
    page.get_by_role("link", name="wombats.txt").wait_for()
    page.locator("#content .state.succeeded").wait_for()
    assert [hit["uri"] for hit in service.search("wombats")] == ["wombats.txt"]


def test_what_is_refused_is_said_where_it_was_asked(open_page: Open) -> None:
    page = open_page("/ui/ingest", quiet=False)  # the browser itself notes a refusal
    page.get_by_label("Address").fill("https://example.org/a.pdf")
    page.get_by_role("button", name="Ingest the page").click()
    page.locator("#content .state.failed", has_text="refused").wait_for()
    assert "url" in page.locator("#content .bad").inner_text().lower()


def test_what_failed_says_why_and_is_retried(open_page: Open, service: Service, root: Path) -> None:
    folder = root / "mixed"
    folder.mkdir()
    (folder / "good.txt").write_text("good words")
    (folder / "bad.pdf").write_bytes(BROKEN)
    job = service.accepted(path(folder))
    service.ended(job)
    page = open_page(f"/ui/jobs/{job}")
    page.get_by_text("The file may be damaged").wait_for()
    (folder / "bad.pdf").write_text("no longer a PDF, but sound words")
    page.get_by_role("button", name="Retry 1 document").click()
    page.locator(".lead .state.succeeded").wait_for()
    page.get_by_text("queued again").wait_for()
    assert page.get_by_role("button", name=re.compile("Retry")).count() == 0


def test_what_was_skipped_is_told_apart_from_what_failed(
    open_page: Open, service: Service, root: Path, sound: Any
) -> None:
    folder = root / "with-a-film"
    folder.mkdir()
    (folder / "words.txt").write_text("words beside a film")
    (folder / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(64))
    job = service.accepted(path(folder))
    assert service.ended(job)["counts"]["skipped"] == 1
    page = open_page(f"/ui/jobs/{job}")
    page.locator(".lead .state.succeeded").wait_for()
    page.get_by_text("1 of 2 documents").wait_for()
    page.get_by_role("button", name="Skipped 1").click()
    row = page.locator("tbody tr")
    until(lambda: row.count() == 1, "the film alone")
    assert "film.mp4" in row.inner_text() and row.locator(".bad").count() == 0
    assert page.get_by_role("button", name=re.compile("Retry")).count() == 0
    sound(page, "job-skipped")


def test_a_running_job_is_cancelled_after_a_question(open_page: Open, service: Service) -> None:
    job = service.accepted(text("slow words", name="slow.txt"))
    until(lambda: service.job(job)["state"] == "running", "a running job")
    page = open_page(f"/ui/jobs/{job}")
    page.get_by_role("button", name="Cancel the job").click()
    page.get_by_role("button", name="No, leave it").click()
    assert service.job(job)["state"] == "running"
    page.get_by_role("button", name="Cancel the job").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the job").click()
    page.locator(".lead .state.cancelled").wait_for()


def test_the_list_of_jobs_listens_to_what_happens(open_page: Open, service: Service) -> None:
    job = service.accepted(text("held", name="held.txt"))
    page = open_page("/ui/jobs")
    with page.expect_request(lambda request: "/events?filter=" in request.url):
        page.reload()
    service.ended(job)
    page.get_by_role("link", name="held.txt").wait_for()


def test_a_list_follows_how_far_jobs_have_come(open_page: Open, service: Service) -> None:
    """That is no event of jobs; a list that asks every 15 seconds would stand still."""
    job = service.ended(service.accepted(text("far", name="farther.txt")))
    job |= {"state": "running", "finished_at": None}
    answer = {"items": [job], "next": None}
    job["counts"] |= {"total": 9, "pending": 9, "succeeded": 0}

    def go_on(route: Any) -> None:
        job["counts"]["pending"] -= 1
        route.fulfill(json=answer)

    page = open_page("/ui/overview")
    page.route(re.compile(r"/ingest\?"), go_on)
    with page.expect_response(lambda answer: "/events?filter=" in answer.url):
        page.goto("/ui/jobs")
    page.get_by_text("2 of 9 documents").wait_for(timeout=12000)


def test_a_page_asks_where_nothing_is_told(open_page: Open, service: Service) -> None:
    page = open_page("/ui/jobs", quiet=False)  # the browser itself notes what is cut off
    page.route(re.compile(r"/events\?"), lambda route: route.abort())
    page.reload()
    service.ended(service.accepted(text("polled", name="polled.txt")))
    page.get_by_role("link", name="polled.txt").wait_for()


def test_filters_stand_in_the_address_and_back_undoes_them(
    open_page: Open, service: Service
) -> None:
    service.ended(service.accepted(text("a", name="zebra-one.txt"), collection="stripes"))
    service.ended(service.accepted(text("b", name="zebra-two.txt"), collection="spots"))
    page = open_page("/ui/jobs")
    both = page.get_by_role("link", name=re.compile("^zebra-"))
    page.get_by_label("Search").fill("zebra")
    until(lambda: both.count() == 2 and page.locator("tbody tr").count() == 2, "both zebras")
    page.get_by_label("Collection").select_option("spots")
    until(lambda: both.count() == 1, "one zebra")
    assert "q=zebra" in page.url and "collection=spots" in page.url
    page.get_by_role("button", name="Failed", exact=True).click()
    page.get_by_text("No job is like that.").wait_for()
    page.go_back()
    until(lambda: both.count() == 1, "one zebra again")
    page.go_back()
    until(lambda: both.count() == 2, "both zebras again")
    assert page.get_by_label("Search").input_value() == "zebra"
    assert page.get_by_label("Collection").input_value() == ""
    other = open_page(f"/ui/jobs?{page.url.partition('?')[2]}")
    until(lambda: other.get_by_role("link", name=re.compile("^zebra-")).count() == 2, "a link")


def test_a_list_is_live_and_keeps_where_one_is(open_page: Open, service: Service) -> None:
    page = open_page("/ui/jobs")
    page.get_by_label("Search").fill("lively")
    page.get_by_text("No job is like that.").wait_for()
    service.ended(service.accepted(text("c", name="lively.txt")))
    page.get_by_role("link", name="lively.txt").wait_for()
    assert page.evaluate("document.activeElement.name") == "q"


def test_the_overview_says_what_there_is(open_page: Open, service: Service) -> None:
    service.ended(service.accepted(text("d", name="there.txt")))
    page = open_page("/")
    page.get_by_text(re.compile(r"In the last 24 hours .*succeeded")).wait_for()
    assert page.locator("table.stack tbody tr").count() >= 2
    assert page.locator("figure svg").count() == 3
    page.get_by_role("button", name="Week").click()
    page.wait_for_url(re.compile("span=week"))
    page.locator("button[data-span=week][aria-pressed=true]").wait_for()


def test_a_page_that_is_not_seen_asks_nothing(open_page: Open, service: Service) -> None:
    page = open_page("/ui/jobs")
    page.clock.install()
    page.goto("/")
    page.get_by_text("In the last 24 hours").wait_for()
    page.locator("figure svg").first.wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def seen(yes: bool) -> None:
        page.evaluate(
            "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: "
            "true}); document.dispatchEvent(new Event('visibilitychange')); }",
            not yes,
        )

    page.clock.run_for(MINUTE_MS)
    until(lambda: page.evaluate("1") and asked, "a question as time goes by")
    seen(False)
    page.evaluate("fetch('/healthz')")  # what was on its way is answered, too
    page.clock.run_for(MINUTE_MS)
    asked.clear()
    page.clock.run_for(10 * MINUTE_MS)
    page.evaluate("fetch('/healthz')")  # after all that was asked before
    assert len(asked) == 1, asked
    seen(True)
    until(lambda: page.evaluate("1") and len(asked) > 1, "a question at once")


def test_the_keyboard_alone_suffices(open_page: Open, service: Service) -> None:
    job = service.ended(service.accepted(text("e", name="keyed.txt")))["job_id"]
    page = open_page("/ui/jobs")
    page.get_by_role("link", name="keyed.txt").wait_for()

    def go_to(wanted: Callable[[], bool], key: str = "Tab") -> None:
        for _ in range(60):
            page.keyboard.press(key)
            if wanted():
                return
        raise AssertionError("the keyboard does not lead there")

    def focused(script: str) -> Any:
        return page.evaluate(f"document.activeElement.{script}")

    page.keyboard.press("Tab")
    assert focused("textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    go_to(lambda: focused("name") == "q")
    page.keyboard.type("keyed")
    page.wait_for_url(re.compile("q=keyed"))
    go_to(lambda: focused("textContent") == "Succeeded")
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("state=succeeded"))
    page.get_by_role("link", name="keyed.txt").wait_for()
    go_to(lambda: focused("textContent") == "keyed.txt")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(job))
    page.get_by_role("heading", name="keyed.txt").wait_for()
    go_to(lambda: focused("tagName") == "SUMMARY")
    page.keyboard.press("Enter")
    page.get_by_role("region", name="curl").wait_for()
