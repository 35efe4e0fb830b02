"""Collections as things, in any store: settings, names, deletion by marks."""

from collections.abc import Iterable

import msgspec
import pytest
from support.library_samples import PIPELINE, failed, planned, succeeded

from gristmill.schemas.filters import parsed
from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import Refreshes
from gristmill.schemas.problems.collection_errors import CollectionExists, ConfirmationNeeded
from gristmill.storage.library import AllRoles
from gristmill.storage.library.catalogue_role import Renamed

SMALL = GivenOptions(chunk_max_chars=300)


def no_originals(_: Iterable[Renamed]) -> None:
    """Nothing was kept."""


def fill(library: AllRoles, collection: str = "c", count: int = 3) -> None:
    library.commit(
        [
            succeeded(
                f"job of {collection}",
                number,
                uri=f"{number}.txt",
                texts=(f"apple {number}", "pear"),
                collection=collection,
            )
            for number in range(count)
        ]
    )


def found(library: AllRoles, collection: str | None = None) -> list[str]:
    return sorted(hit.uri for hit in library.search("apple", collection=collection, limit=99))


def take_out_all(library: AllRoles) -> list[str]:
    gone: list[str] = []
    while some := library.take_out_deleted(most=1):
        gone += some
    return gone


def test_a_collection_exists_with_documents_or_settings(library: AllRoles) -> None:
    fill(library)
    library.set_collection("s", SMALL)
    assert [library.collection_exists(name) for name in ("c", "s", "none")] == [True, True, False]
    assert library.collection_names(within=None, limit=9) == ["c", "s"]
    assert library.collection_names(within=("s", "x"), limit=9) == ["s"]
    page = library.collections_page(within=None, after=None, limit=9)
    assert [(each.collection, each.documents) for each in page] == [("c", 3), ("s", 0)]
    assert library.collection_state("none") is None


def test_settings_are_replaced_as_a_whole_and_kept_where_nothing_is_said(library: AllRoles) -> None:
    assert library.collection_options("s") == GivenOptions()
    library.set_collection("s", SMALL)
    library.set_collection("s", GivenOptions(), replace=False)
    assert library.collection_options("s") == SMALL
    before = library.collection_state("s")
    library.set_collection("s", GivenOptions(pdf="text"))
    after = library.collection_state("s")
    assert library.collection_options("s") == GivenOptions(pdf="text")
    assert before and after and before.created_at == after.created_at
    assert after.changed_at and before.changed_at and after.changed_at > before.changed_at


def test_a_state_counts_what_is_there(library: AllRoles) -> None:
    fill(library)
    state = library.collection_state("c")
    assert state is not None
    assert (state.documents, state.chunks, state.leaving) == (3, 6, 0)
    assert state.created_at is not None and state.options == GivenOptions()


@pytest.mark.parametrize("expected", [None, 0, 2, 4])
def test_nothing_is_deleted_but_the_number_that_was_meant(
    library: AllRoles, expected: int | None
) -> None:
    fill(library)
    with pytest.raises(ConfirmationNeeded) as refused:
        library.delete_documents(collection="c", expected=expected)
    assert refused.value.extra["documents"] == 3
    assert not library.has_deleted() and take_out_all(library) == []


def test_marked_documents_go_by_steps_and_the_same_request_again_changes_nothing(
    library: AllRoles,
) -> None:
    fill(library)
    fill(library, "other", 1)
    where = parsed("uri = 0.txt or uri = 1.txt")
    assert library.delete_documents(collection="c", expected=2, where=where) == 2
    assert library.delete_documents(collection="c", expected=2, where=where) == 0
    assert library.count_documents(collection="c") == 1
    state = library.collection_state("c")
    assert state is not None and state.leaving == 2
    first = library.take_out_deleted(most=1)
    assert first == [document_id("c", "0.txt")] and library.has_deleted()
    assert take_out_all(library) == [document_id("c", "1.txt")]
    assert found(library) == ["0.txt", "2.txt"] and found(library, "c") == ["2.txt"]
    assert library.stats()["documents"] == 2


def test_what_comes_while_its_old_version_leaves_is_new_and_stays(library: AllRoles) -> None:
    fill(library, count=2)
    library.delete_collection("c", expected=2)
    again = succeeded("late", uri="0.txt", texts=("apple 0", "pear"), collection="c")
    assert again.sha256 is not None and again.pipeline is not None
    assert library.lookup("c", "0.txt", again.sha256, again.pipeline) is None
    assert library.lookup("c", "copy.txt", again.sha256, again.pipeline) is None
    assert library.commit([again]) == [DocumentState.SUCCEEDED]
    assert take_out_all(library) == [document_id("c", "1.txt")]
    assert found(library, "c") == ["0.txt"]


def test_a_deleted_collection_has_no_settings_any_more(library: AllRoles) -> None:
    fill(library, count=1)
    library.set_collection("c", SMALL)
    with pytest.raises(ConfirmationNeeded):
        library.delete_collection("c", expected=None)
    assert library.collection_options("c") == SMALL
    assert library.delete_collection("c", expected=1) == 1
    assert library.collection_options("c") == GivenOptions()
    take_out_all(library)
    assert not library.collection_exists("c")
    library.set_collection("empty", SMALL)
    assert library.delete_collection("empty", expected=None) == 0
    assert not library.collection_exists("empty")


def test_a_renamed_collection_is_the_same_under_its_new_name(library: AllRoles) -> None:
    library.plan("job of old", planned(3))
    library.set_collection("old", SMALL)
    fill(library, "old", 2)
    library.commit([failed("job of old", 2)])
    told: list[Renamed] = []
    assert library.rename_collection("old", "new", told.extend) == 2
    ids = [document_id("new", f"{number}.txt") for number in range(2)]
    assert sorted(each.new for each in told) == sorted(ids)
    assert {each.old for each in told} == {document_id("old", f"{n}.txt") for n in range(2)}
    assert found(library, "new") == ["0.txt", "1.txt"] and found(library, "old") == []
    assert not library.collection_exists("old") and library.collection_options("new") == SMALL
    assert library.stats() == {"documents": 2, "chunks": 4, "bytes": 22, "collections": 1}
    rows = library.ledger_page("job of old", state=None, after=None, limit=9)
    assert [row.document_id for row in rows if row.document_id] == ids
    # The same content in the new name is what it was.
    same = succeeded("later", uri="0.txt", texts=("apple 0", "pear"), collection="new")
    assert library.commit([same]) == [DocumentState.UNCHANGED]


def test_a_name_that_is_taken_is_not_given_again(library: AllRoles) -> None:
    fill(library, "old", 1)
    library.set_collection("settings", SMALL)
    fill(library, "leaving", 1)
    library.delete_collection("leaving", expected=1)
    for taken in ("settings", "leaving", "old"):
        with pytest.raises(CollectionExists):
            library.rename_collection("old", taken, no_originals)


def test_what_fails_before_the_commit_leaves_the_old_name(library: AllRoles) -> None:
    fill(library, "old", 1)

    def fail(_: Iterable[Renamed]) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        library.rename_collection("old", "new", fail)
    assert found(library, "old") == ["0.txt"] and not library.collection_exists("new")
    assert library.rename_collection("old", "new", no_originals) == 1


def test_documents_that_name_others_name_them_by_their_new_ids(library: AllRoles) -> None:
    parent = {"uri": "0.txt", "document_id": document_id("old", "0.txt")}
    inside = succeeded("j", 1, uri="0.txt!/a", collection="old", metadata={"parent": parent})
    fill(library, "old", 1)
    library.commit([inside])
    library.rename_collection("old", "new", no_originals)
    document = library.document(document_id("new", "0.txt!/a"))
    assert document is not None
    assert document.metadata["parent"]["document_id"] == document_id("new", "0.txt")


def test_what_another_pipeline_has_made_is_outdated_unless_it_is_leaving(library: AllRoles) -> None:
    fill(library)
    assert list(library.outdated("c", PIPELINE)) == []
    assert [each.uri for each in library.outdated("c", "newer")] == ["0.txt", "1.txt", "2.txt"]
    assert library.jobs_of_documents("c") == ["job of c"]
    library.delete_documents(collection="c", expected=1, where=parsed("uri = 1.txt"))
    assert [each.uri for each in library.outdated("c", "newer")] == ["0.txt", "2.txt"]


@pytest.mark.parametrize(
    ("refreshes", "text", "wins"),
    [
        (Refreshes.BYTES, "apple 0", True),
        (Refreshes.BYTES, "apple old", False),
        (Refreshes.DOCUMENT, "apple old", True),
    ],
)
def test_what_is_read_again_takes_the_place_of_what_it_was_read_from(
    library: AllRoles, refreshes: Refreshes, text: str, wins: bool
) -> None:
    fill(library, count=1)
    texts = (text, "pear")
    again = succeeded("r", uri="0.txt", texts=texts, collection="c", pipeline="newer")
    gone = succeeded("r", 1, uri="gone.txt", texts=texts, collection="c", pipeline="newer")
    results = [msgspec.structs.replace(each, refreshes=refreshes) for each in (again, gone)]
    states = library.commit(results)
    assert states[1] is DocumentState.UNCHANGED and found(library) == ["0.txt"]
    assert states[0] is (DocumentState.SUCCEEDED if wins else DocumentState.UNCHANGED)
    assert (not list(library.outdated("c", "newer"))) == wins
