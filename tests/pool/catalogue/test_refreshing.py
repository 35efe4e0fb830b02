"""A collection is read again by a job that really runs, in this process."""

import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from support.server_fakes import FakeClient

from gristmill.pool.catalogue.keeper import CatalogueKeeper
from gristmill.pool.catalogue.refreshing import Refresher
from gristmill.pool.intake import Intake
from gristmill.pool.process_job import process_job
from gristmill.pool.worker.planning.refreshing import outdated
from gristmill.schemas.collections_told import CollectionChange
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import parsed
from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import PathSource, Refreshed, TextSource
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.outcomes.documents import Document
from gristmill.schemas.problems.collection_errors import UnknownCollection
from gristmill.storage.stores import Stores

LONG = "A wheel turns in the river. " * 60
SMALL = CollectionChange(options=GivenOptions(chunk_max_chars=300))


class Mill(NamedTuple):
    stores: Stores
    settings: Settings
    intake: Intake
    keeper: CatalogueKeeper
    refresh: Refresher
    files: Path

    def ingest(self, *sources: PathSource | TextSource, **more: object) -> Manifest:
        task = IngestionTask(sources=list(sources), collection="c", **more)  # type: ignore[arg-type]
        return self.run(self.intake.submit(task, trusted=True).manifest)

    def run(self, manifest: Manifest) -> Manifest:
        return process_job(manifest.job_id, self.settings)

    def refreshed(self, *, trusted: bool = True) -> Manifest:
        return self.run(self.refresh("c", trusted=trusted).manifest)

    def document(self, uri: str) -> Document:
        with self.stores.library(readonly=True) as library:
            found = library.document(document_id("c", uri))
        assert found is not None
        return found


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    files = tmp_path / "files"
    files.mkdir()
    settings = Settings(data=str(tmp_path / "data"), workers=1)
    stores = Stores.open(settings.data)
    client = FakeClient(stores.folder)
    intake = Intake(stores, settings, client)
    keeper = CatalogueKeeper(stores, settings, client)
    return Mill(
        stores, settings, intake, keeper, Refresher(stores, settings, client, intake), files
    )


def test_what_other_settings_have_made_is_read_again_as_it_is_now_and_the_rest_is_not(
    mill: Mill,
) -> None:
    file = mill.files / "a.txt"
    file.write_text(LONG)
    mill.ingest(PathSource(path=str(mill.files)), metadata={"team": "mills"})
    before = mill.document(str(file))
    nothing = mill.refreshed()
    assert (nothing.state, nothing.counts.total) == (JobState.SUCCEEDED, 0)
    mill.keeper.change("c", SMALL)
    file.write_text(LONG + "Now it stands still.")
    done = mill.refreshed()
    after = mill.document(str(file))
    assert (done.state, done.counts.succeeded) == (JobState.SUCCEEDED, 1)
    assert after.chunks > before.chunks and after.sha256 != before.sha256
    # What the job that brought it said of it is still said.
    assert after.metadata["job"] == {"team": "mills"}
    assert mill.refreshed().counts.total == 0


def test_what_is_kept_is_read_where_there_is_no_path_and_what_is_nowhere_is_named_and_stays(
    mill: Mill,
) -> None:
    mill.ingest(TextSource(text=LONG, name="kept"), TextSource(text=LONG + "!", name="lost"))
    kept, lost = mill.document("kept"), mill.document("lost")
    mill.stores.originals.keep("c", "kept", kept.sha256, LONG.encode())
    mill.keeper.change("c", SMALL)
    done = mill.refreshed()
    assert (done.state, done.counts.succeeded, done.counts.failed) == (JobState.PARTIAL, 1, 1)
    assert mill.document("kept").chunks > kept.chunks
    assert mill.document("lost") == lost
    with mill.stores.library(readonly=True) as library:
        rows = library.ledger_page(done.job_id, state=None, after=None, limit=9)
    assert [(row.uri, row.code) for row in rows] == [("kept", None), ("lost", "fetch_error")]


def test_newer_content_and_a_deletion_win_over_what_is_read_again(mill: Mill) -> None:
    for name in ("newer", "deleted"):
        text = f"{name} {LONG}"
        mill.ingest(TextSource(text=text, name=name))
        sha256 = mill.document(name).sha256
        mill.stores.originals.keep("c", name, sha256, text.encode())
    mill.keeper.change("c", SMALL)
    pending = mill.refresh("c").manifest
    # Planned, and overtaken before it is read.
    with mill.stores.library() as library:
        source = pending.sources[0]
        assert isinstance(source, Refreshed)
        planned = list(outdated(library, mill.stores.originals, source, 0, "another"))
        library.plan(pending.job_id, planned)
    mill.ingest(TextSource(text="It is new.", name="newer"))
    with mill.stores.library() as library:
        library.delete_documents(collection="c", expected=1, where=parsed("uri = deleted"))
    done = mill.run(pending)
    assert (done.counts.unchanged, done.counts.total) == (2, 2)
    with mill.stores.library() as library:
        while library.take_out_deleted(most=99):
            continue
        assert library.document(document_id("c", "deleted")) is None
        (left,) = library.chunks_page(document_id("c", "newer"), after=None, limit=9)
    assert left.text == "It is new."


def test_only_whoever_is_trusted_has_files_read_that_are_under_no_allowed_root(mill: Mill) -> None:
    file = mill.files / "a.txt"
    file.write_text(LONG)
    mill.ingest(PathSource(path=str(file)))
    mill.keeper.change("c", SMALL)
    done = mill.refreshed(trusted=False)
    assert (done.state, done.counts.failed) == (JobState.FAILED, 1)
    allowed = Settings(data=mill.settings.data, workers=1, allow_roots=[str(mill.files.parent)])
    client = FakeClient(mill.stores.folder)
    refresh = Refresher(mill.stores, allowed, client, Intake(mill.stores, allowed, client))
    manifest = refresh("c").manifest
    assert manifest.sources == (Refreshed("c", (str(mill.files.resolve()),)),)
    assert process_job(manifest.job_id, allowed).state is JobState.SUCCEEDED


def test_on_nodes_only_files_that_all_of_them_see_are_read_again(mill: Mill) -> None:
    file = mill.files / "a.txt"
    file.write_text(LONG)
    mill.ingest(PathSource(path=str(file)))
    for shared, roots in (([], ()), ([str(mill.files)], (str(mill.files.resolve()),))):
        there = Settings(data=mill.settings.data, engine="dask", shared_roots=shared)
        client = FakeClient(mill.stores.folder)
        refresh = Refresher(mill.stores, there, client, Intake(mill.stores, there, client))
        assert refresh("c", trusted=True).manifest.sources == (Refreshed("c", roots),)


def test_a_name_that_looks_like_a_path_opens_none(mill: Mill) -> None:
    secret = mill.files / "secret.txt"
    secret.write_text("The secret.")
    mill.ingest(TextSource(text=LONG, name=str(secret)))
    before = mill.document(str(secret))
    mill.keeper.change("c", SMALL)
    assert mill.refreshed().counts.failed == 1
    assert mill.document(str(secret)) == before
    with pytest.raises(UnknownCollection):
        mill.refresh("d")


def test_members_of_an_archive_are_read_out_of_it_again(mill: Mill) -> None:
    path = mill.files / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.txt", "b.txt"):
            archive.writestr(name, f"{name} {LONG}")
    mill.ingest(PathSource(path=str(path)))
    before = mill.document(f"{path}!/a.txt")
    mill.keeper.change("c", SMALL)
    done = mill.refreshed()
    after = mill.document(f"{path}!/a.txt")
    assert (done.state, done.counts.succeeded) == (JobState.SUCCEEDED, 2)
    assert after.chunks > before.chunks and after.metadata["parent"] == before.metadata["parent"]
