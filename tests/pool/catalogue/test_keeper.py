"""Changes of a collection as a whole, without a service: what is looked at, what follows."""

from pathlib import Path
from typing import NamedTuple

import pytest
from support.job_samples import NOON
from support.library_samples import succeeded
from support.server_fakes import FakeClient

from gristmill.pool.catalogue.keeper import CatalogueKeeper
from gristmill.pool.catalogue.known import expect_known
from gristmill.pool.intake import Intake
from gristmill.pool.recovery.remover import Remover
from gristmill.schemas.access import ApiKey
from gristmill.schemas.collections_told import CollectionChange
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import parsed
from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.options import GivenOptions, Options
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import TextSource
from gristmill.schemas.jobs.states import JobEvent
from gristmill.schemas.problems.collection_errors import (
    CollectionBusy,
    CollectionExists,
    UnknownCollection,
)
from gristmill.schemas.problems.errors import InvalidRequest, UnknownStep
from gristmill.storage.stores import Stores

SMALL = GivenOptions(chunk_max_chars=300)


class Mill(NamedTuple):
    stores: Stores
    client: FakeClient
    intake: Intake
    keeper: CatalogueKeeper

    def submit(self, collection: str, options: GivenOptions = SMALL) -> Manifest:
        task = IngestionTask(
            sources=[TextSource(text="a text")], collection=collection, options=options
        )
        return self.intake.submit(task).manifest

    def fill(self, collection: str, *uris: str) -> None:
        with self.stores.library() as library:
            library.commit(
                [
                    succeeded(collection, number, uri=uri, texts=(uri,), collection=collection)
                    for number, uri in enumerate(uris)
                ]
            )

    def count(self, collection: str | None = None) -> int:
        with self.stores.library(readonly=True) as library:
            return library.count_documents(collection=collection)


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    stores, settings = Stores.open(tmp_path / "data"), Settings()
    client = FakeClient(stores.folder)
    return Mill(
        stores,
        client,
        Intake(stores, settings, client),
        CatalogueKeeper(stores, settings, client),
    )


def test_jobs_inherit_what_their_collection_is_set_to_from_the_next_one_on(mill: Mill) -> None:
    before = mill.submit("c", GivenOptions())
    settings = GivenOptions(chunk_max_chars=400, pdf="text")
    mill.keeper.change("c", CollectionChange(options=settings))
    assert before.options == Options()
    assert mill.submit("c", GivenOptions()).options == Options(400, pdf="text")
    assert mill.submit("c", SMALL).options == Options(300, pdf="text")
    assert mill.submit("d", GivenOptions()).options == Options()


def test_a_job_whose_options_do_not_go_with_those_of_its_collection_is_refused(mill: Mill) -> None:
    mill.keeper.change("c", CollectionChange(options=GivenOptions(chunk_overlap_chars=700)))
    with pytest.raises(InvalidRequest, match=r"at most half.*collections show"):
        mill.submit("c")
    assert mill.client.offered == []


def test_options_that_no_job_could_have_are_no_settings(mill: Mill) -> None:
    for options, error in (
        (GivenOptions(chunk_max_chars=100, chunk_overlap_chars=90), InvalidRequest),
        (GivenOptions(steps=("no such step",)), UnknownStep),
    ):
        with pytest.raises(error):
            mill.keeper.change("c", CollectionChange(options=options))
    with pytest.raises(InvalidRequest, match="no name"):
        mill.keeper.change("a\nb", CollectionChange())
    with pytest.raises(InvalidRequest, match="not both"):
        mill.keeper.change("c", CollectionChange(options=SMALL, name="d"))
    with pytest.raises(UnknownCollection):
        mill.keeper.state("c")


def test_a_collection_with_a_pending_job_is_known_and_neither_renamed_nor_deleted(
    mill: Mill,
) -> None:
    mill.fill("c", "a.txt")
    job_id = mill.submit("c").job_id
    for change in (
        lambda: mill.keeper.delete("c", 1),
        lambda: mill.keeper.change("c", CollectionChange(name="d")),
    ):
        with pytest.raises(CollectionBusy, match=job_id) as refused:
            change()
        assert refused.value.extra["job_ids"] == [job_id]
    mill.client.end(job_id, JobEvent.SUCCEEDED)
    assert mill.keeper.delete("c", 1) == 1


def test_a_name_that_is_nearly_that_of_a_collection_is_told(mill: Mill) -> None:
    mill.fill("handbook", "a.txt")
    mill.keeper.change("Manual", CollectionChange())
    with mill.stores.library(readonly=True) as library:
        for given, near in (("handbok", ["handbook"]), ("manual", ["Manual"]), ("zzz", [])):
            with pytest.raises(UnknownCollection) as refused:
                expect_known(library, mill.client, given)
            assert refused.value.extra["did_you_mean"] == near
        with pytest.raises(UnknownCollection) as refused:
            expect_known(library, mill.client, "handbok", ("handbok", "other"))
        assert refused.value.extra["did_you_mean"] == []
        expect_known(library, mill.client, "default")


def test_keys_and_originals_follow_a_renamed_collection(mill: Mill) -> None:
    mill.fill("old", "a.pdf")
    with mill.stores.library(readonly=True) as library:
        (document,) = library.documents_page(collection="old", after=None, limit=9)[0]
    mill.stores.originals.keep("old", "a.pdf", document.sha256, b"a.pdf")
    for name, collections in (("bound", ("old", "x")), ("free", ()), ("both", ("new", "old"))):
        mill.stores.tokens.add(ApiKey(name, "", ("read",), NOON, collections))
    changed = mill.keeper.change("old", CollectionChange(name="new"))
    assert (changed.collection, changed.documents) == ("new", 1)
    assert list(changed.keys) == ["bound", "both"]
    keys = {key.name: key.collections for key in mill.stores.tokens.all()}
    assert keys == {"bound": ("new", "x"), "free": (), "both": ("new",)}
    kept = mill.stores.originals.path(document_id("new", "a.pdf"), document.sha256)
    assert kept is not None and kept.read_bytes() == b"a.pdf"


def test_keys_stay_as_they_are_where_a_collection_keeps_its_name(mill: Mill) -> None:
    mill.fill("old", "a.txt")
    mill.fill("taken", "a.txt")
    mill.stores.tokens.add(ApiKey("bound", "", ("read",), NOON, ("old",)))
    with pytest.raises(CollectionExists):
        mill.keeper.change("old", CollectionChange(name="taken"))
    assert mill.stores.tokens.all()[0].collections == ("old",)
    with pytest.raises(UnknownCollection):
        mill.keeper.change("none", CollectionChange(name="other"))


def test_what_is_marked_is_taken_out_with_its_originals_whoever_died_meanwhile(mill: Mill) -> None:
    mill.fill("c", *(f"{number}.txt" for number in range(5)))
    mill.fill("d", "0.txt")
    gone = document_id("c", "0.txt")
    mill.stores.originals.keep("c", "0.txt", "0" * 64, b"kept")
    assert mill.keeper.delete_documents("c", parsed("uri != 4.txt"), 4) == 4
    assert mill.keeper.delete_documents("c", parsed("uri != 4.txt"), 4) == 0
    assert (mill.keeper.state("c").documents, mill.keeper.state("c").leaving) == (5, 4)
    # As after a restart: nothing but the library says what is left.
    Remover(mill.stores, 0).look()
    assert (mill.keeper.state("c").documents, mill.keeper.state("c").leaving) == (1, 0)
    assert mill.stores.originals.path(gone, "0" * 64) is None
    assert mill.count() == 2


def test_a_misspelled_collection_is_not_one_without_documents_to_delete(mill: Mill) -> None:
    mill.fill("c", "a.txt")
    with pytest.raises(UnknownCollection):
        mill.keeper.delete_documents("d", parsed("uri exists"), None)
    with pytest.raises(UnknownCollection):
        mill.keeper.delete("d", None)
