"""Documents by URL, from a request to the library: fetched, not fetched again, refused."""

import io
import zipfile
from pathlib import Path

import pytest
from support.server_fakes import FakeClient
from support.site import LOOPBACK, Page, site

from gristmill.pool.intake import Intake
from gristmill.pool.process_job import process_job
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import UrlSource
from gristmill.schemas.outcomes.documents import Document, LedgerRow
from gristmill.schemas.problems.errors import InvalidRequest, UrlsDisabled
from gristmill.storage.stores import Stores


class Mill:
    """A data folder into which URLs go, without a process for it."""

    def __init__(self, data: Path, **more: object) -> None:
        given = {"url_sources": "yes", "url_allow": [LOOPBACK], **more}
        self.settings = Settings(data=str(data), workers=1, **given)  # type: ignore[arg-type]
        self.stores = Stores.open(data)
        self.intake = Intake(self.stores, self.settings, FakeClient(self.stores.folder))

    def ingest(self, *urls: str, trusted: bool = False) -> tuple[Manifest, list[LedgerRow]]:
        task = IngestionTask(sources=[UrlSource(url) for url in urls])
        job_id = self.intake.submit(task, trusted=trusted).manifest.job_id
        ended = process_job(job_id, self.settings)
        with self.stores.library(readonly=True) as library:
            return ended, library.ledger_page(job_id, state=None, after=None, limit=100)

    def document(self, url: str) -> Document | None:
        with self.stores.library(readonly=True) as library:
            return library.document(document_id("default", url))


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    mill = Mill(tmp_path)
    page = Page(b"# Bran\n\nFresh.", headers={"Content-Type": "text/markdown", "ETag": '"1"'})
    with site({"/bran": page, "/old": Page(status=301, headers={"Location": "/bran"})}) as there:
        url = there.url("/bran")
        ended, rows = mill.ingest(url.replace("http", "HTTP", 1) + "#fresh")
        assert ended.counts.succeeded == 1 and rows[0].uri == url
        found = mill.document(url)
        assert found and found.media_type == "text/markdown" and found.title == "Bran"
        assert found.metadata["fetched"] == {"url": url, "etag": '"1"'}
        assert mill.ingest(url)[1][0].state == "unchanged"
        assert there.asked[-1][1]["if-none-match"] == '"1"', "it was asked for, and not sent"
        there.pages["/bran"] = Page(b"# Bran\n\nFresher.", headers={"ETag": '"2"'})
        assert mill.ingest(url)[0].counts.succeeded == 1
        assert mill.ingest(there.url("/old"))[1][0].state == "duplicate"


def test_a_url_that_fails_for_a_while_is_tried_again_and_one_for_good_is_not(
    tmp_path: Path,
) -> None:
    mill = Mill(tmp_path)
    with site({"/late": Page(b"", 503), "/inside": Page(b"", 302)}) as there:
        _, rows = mill.ingest(there.url("/late"), there.url("/never"))
        assert [(row.code, row.attempts) for row in rows] == [
            ("fetch_error", 3),
            ("fetch_error", 1),
        ]
        assert "503" in (rows[0].message or "") and "404" in (rows[1].message or "")
        inside = Page(status=302, headers={"Location": "http://169.254.169.254/latest"})
        there.pages["/inside"] = inside
        _, (row,) = mill.ingest(there.url("/inside"))
        assert row.code == "url_refused" and row.attempts == 1


def test_an_archive_and_what_is_too_large(tmp_path: Path) -> None:
    mill = Mill(tmp_path, max_document_bytes=10_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "Germ.")
        archive.writestr("b.txt", "Husk.")
    with site({"/all.zip": Page(packed.getvalue()), "/big": Page(b"x" * 10_001)}) as there:
        _, rows = mill.ingest(there.url("/all.zip"), there.url("/big"))
    told = {row.uri.removeprefix(there.url("/")): row.code or str(row.state) for row in rows}
    assert told["all.zip!/a.txt"] == told["all.zip!/b.txt"] == "succeeded"
    assert told["big"] == "too_large"


def test_it_is_off_by_default_but_for_who_may_read_any_file(tmp_path: Path) -> None:
    mill = Mill(tmp_path, url_sources="no")
    with site({"/": Page(b"Grist.")}) as there:
        with pytest.raises(UrlsDisabled, match="url-sources"):
            mill.ingest(there.url())
        assert mill.ingest(there.url(), trusted=True)[0].counts.succeeded == 1


def test_what_is_private_is_refused_at_once_and_by_its_name_later(tmp_path: Path) -> None:
    mill = Mill(tmp_path, url_allow=[])
    with site({"/": Page(b"Grist.")}) as there:
        with pytest.raises(InvalidRequest, match="url_allow"):
            mill.ingest(there.url(), trusted=True)
        _, (row,) = mill.ingest(f"http://2130706433:{there.port}/")
        assert row.code == "url_refused" and there.asked == []
    with pytest.raises(InvalidRequest, match="password"):
        mill.ingest("http://flour:hush@example.org/")
    assert not any(b"hush" in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
