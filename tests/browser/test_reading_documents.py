"""Documents and searches on the pages: marks of Markdown, pages of a PDF, what came before, and
links from elsewhere."""

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.job_samples import NOON
from support.running import Service, end, text, until
from support.writers.pdf_writer import text_page, write_pdf

from gristmill.schemas.access import ApiKey
from gristmill.storage.stores import Stores

Open = Callable[..., Any]
MARKED = """# Of marks

Some **strong**, *slanted* and `code`, a [way](https://example.org/way) and
[no way](javascript:alert(1)), ![a picture](https://example.org/p.png), snake_case_stays.

> said by others

- one **point**

| a | b |
|---|---|
| **x** | <b onclick=alert(2)>raw</b> |
"""


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that keeps originals."""
    data = tmp_path_factory.mktemp("keeping") / "data"
    service = Service(data, "--workers", "1", env={"GRISTMILL_KEEP_ORIGINALS": "yes"})
    try:
        yield service.start()
    finally:
        end(service)


def only_document(service: Service, job_id: str) -> str:
    service.ended(job_id)
    (row,) = service.ledger(job_id)
    return str(row["document_id"])


def test_marks_of_markdown_are_shown_and_lead_nowhere_else(
    open_page: Open, keeping: Service, keep: Any
) -> None:
    document = only_document(keeping, keeping.accepted(text(MARKED, name="marks.md")))
    page = open_page(f"/ui/documents/{document}", of=keeping)
    page.locator(".read strong", has_text="strong").wait_for()
    assert page.locator(".read em").inner_text() == "slanted"
    assert page.locator(".read code").inner_text() == "code"
    assert page.locator(".read blockquote").inner_text() == "said by others"
    assert page.locator(".read li strong").inner_text() == "point"
    assert page.locator(".read td strong").inner_text() == "x"
    (link,) = page.locator(".read a").all()
    assert link.get_attribute("href") == "https://example.org/way"
    assert "noopener" in link.get_attribute("rel")
    said = page.locator(".read").inner_text()
    assert "no way" in said and "snake_case_stays" in said and "<b onclick" in said
    assert page.locator(".read img, .read b, .read [onclick]").count() == 0
    keep(page, "document-markdown")


def test_a_chunk_is_marked_on_the_picture_of_its_page(
    open_page: Open, keeping: Service, keep: Any
) -> None:
    pages = [text_page("The sluice opens at dawn."), text_page("The wheel turns all day.")]
    headers = {"Content-Type": "application/pdf"}
    sent = keeping.http.post("/ingest?name=mill.pdf", content=write_pdf(pages), headers=headers)
    document = only_document(keeping, sent.json()["job_id"])
    page = open_page(f"/ui/documents/{document}?view=chunks", of=keeping)
    page.get_by_role("button", name="Show page 1").first.click()
    picture = page.get_by_role("img", name="Page 1")
    until(lambda: picture.evaluate("each => each.naturalWidth") > 0, "a picture")
    page.locator(".marks span").first.wait_for()
    sheet, mark = picture.bounding_box(), page.locator(".marks span").first.bounding_box()
    assert sheet["x"] <= mark["x"] and mark["x"] + mark["width"] <= sheet["x"] + sheet["width"]
    assert sheet["y"] <= mark["y"] and mark["y"] + mark["height"] <= sheet["y"] + sheet["height"]
    assert 2 < mark["height"] < sheet["height"] / 4
    keep(page, "document-page-marked")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name="Page 2 of 2").wait_for()
    page.get_by_role("button", name="Previous").click()
    page.get_by_role("heading", name="Page 1 of 2").wait_for()


def test_what_became_of_a_document_before_is_its_history(
    open_page: Open, keeping: Service, keep: Any
) -> None:
    first = keeping.accepted(text("Old words of the ledger.", name="ledger-of-old.txt"))
    document = only_document(keeping, first)
    second = keeping.accepted(text("New words of the ledger.", name="ledger-of-old.txt"))
    assert only_document(keeping, second) == document
    # Jobs are found by their words a moment after they are there.
    named = {"q": "ledger-of-old.txt"}
    until(
        lambda: len(keeping.http.get("/ingest", params=named).json()["items"]) == 2,
        "the words of both jobs",
    )
    page = open_page(f"/ui/documents/{document}", of=keeping)
    page.get_by_role("button", name="History").click()
    rows = page.locator("tbody tr")
    until(lambda: rows.count() == 2, "two outcomes")
    links = [each.get_attribute("href") for each in rows.locator("a").all()]
    assert links == [f"/ui/jobs/{second}", f"/ui/jobs/{first}"]
    keep(page, "document-history")
    page.get_by_role("button", name="Changes").click()
    page.get_by_role("heading", name="1 line added, 1 line removed").wait_for()
    assert page.locator("del").text_content() == "removed: Old words of the ledger."
    assert page.locator("ins").text_content() == "added: New words of the ledger."
    assert page.locator(f"dd a[href='/ui/jobs/{first}']").inner_text() == first[:13]
    keep(page, "document-changes")


def test_a_search_goes_on_beyond_its_first_page(open_page: Open, keeping: Service) -> None:
    jobs = [keeping.accepted(text(f"gravel number {n}", f"gravel-{n}.txt")) for n in range(27)]
    for job in jobs:
        keeping.ended(job)
    page = open_page("/ui/search?q=gravel", of=keeping)
    until(lambda: page.locator(".hit").count() == 20, "the first page")
    page.get_by_text("27 hits, the first 20 here").wait_for()
    page.get_by_role("button", name="Show more").click()
    until(lambda: page.locator(".hit").count() == 27, "all of them")
    names = [each.inner_text() for each in page.locator(".hit h2").all()]
    assert len(set(names)) == 27
    assert page.get_by_role("button", name="Show more").count() == 0


@pytest.fixture
def elsewhere(keeping: Service) -> Iterator[str]:
    """A page of another site, with a link to ours."""
    target = f"{keeping.http.base_url}/ui/jobs?state=failed".replace("//ui", "/ui")

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<!doctype html><title>x</title><a href="{target}">to the mill</a>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_link_from_elsewhere_leads_to_the_page_with_the_browsers_session(
    open_page: Open, keeping: Service, elsewhere: str
) -> None:
    """`localhost` and `127.0.0.1` are two sites."""
    page = open_page(elsewhere, of=keeping, quiet=False)
    page.get_by_role("link", name="to the mill").click()
    page.wait_for_url(re.compile("127.0.0.1.*/ui/jobs"))
    page.get_by_text("No job is like that.").wait_for()
    tokens = Stores.open(Path(keeping.data)).tokens
    token = tokens.add(ApiKey("once", "", ("admin",), NOON))
    try:
        page.goto(f"{keeping.http.base_url}/ui/jobs".replace("//ui", "/ui"))
        page.get_by_label("API key").fill(token)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Jobs").wait_for()
        page.goto(elsewhere)
        page.get_by_role("link", name="to the mill").click()
        page.get_by_text("No job is like that.").wait_for()
    finally:
        keeping.data.joinpath("api-keys.json").unlink()
