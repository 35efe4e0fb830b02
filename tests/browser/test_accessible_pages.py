"""Every page is accessible and fits, wide and narrow, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from support.running import Service, text

Open = Callable[..., Any]
SAID = "# Annual report\n\nSome words.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
PAGES = {
    "overview": ("/", "figure svg"),
    "jobs": ("/ui/jobs", "tbody a >> text=annual-report.md"),
    "job": ("/ui/jobs/{job}", "tbody a >> text=annual-report.md"),
    "bulks": ("/ui/bulk", "tbody a >> text=Retry"),
    "bulk": ("/ui/bulk/{bulk}", "h2 >> text=About it"),
    "search": ("/ui/search?q=words", "article.hit"),
    "document": ("/ui/documents/{document}", "table.grid"),
    "chunks": ("/ui/documents/{document}?chunk=0", "#chunk-0.chosen"),
    "ingest": ("/ui/ingest", "#drop"),
    "collections": ("/ui/collections", "tbody strong"),
    "keys": ("/ui/keys", "#new"),
}
"""Where each is, and what shows that all of it is there."""


@pytest.fixture(scope="module")
def ids(service: Service) -> dict[str, str]:
    """What the pages are about."""
    job = service.ended(
        service.accepted(text(SAID, name="annual-report.md"), {"type": "text", "text": " "})
    )["job_id"]
    asked = {"action": "retry", "filter": "name ~ annual*"}
    looked = service.http.post("/bulk", json=asked).json()
    bulk = service.http.post("/bulk", json={**asked, "confirm": looked["confirm"]}).json()
    document = service.ledger(job)[0]["document_id"]
    return {"job": job, "bulk": bulk["bulk_id"], "document": document}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(
    open_page: Open, ids: dict[str, str], sound: Any, name: str
) -> None:
    where, shown = PAGES[name]
    page = open_page(where.format_map(ids))
    page.locator(f"#content:not([aria-busy]) >> {shown}").first.wait_for()
    for color_scheme in ("light", "dark"):
        page.emulate_media(color_scheme=color_scheme)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            sound(page, f"{name}-{width}-{color_scheme}")
