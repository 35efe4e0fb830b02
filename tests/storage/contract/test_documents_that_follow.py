"""Documents that follow their files, in any store."""

from collections.abc import Iterable

import pytest
from support.library_samples import succeeded

from gristmill.schemas.ids import document_id
from gristmill.storage.library import AllRoles
from gristmill.storage.library.catalogue_role import Renamed


def fill(library: AllRoles, *uris: str, collection: str = "c") -> None:
    library.commit(
        [
            succeeded("job", number, uri=uri, texts=(f"apple {uri}",), collection=collection)
            for number, uri in enumerate(uris)
        ]
    )


def uris(library: AllRoles, collection: str = "c") -> list[str]:
    found, _ = library.documents_page(collection=collection, after=None, limit=99)
    return sorted(each.uri for each in found)


def nothing(_: Iterable[Renamed]) -> None:
    """Nothing was kept."""


def test_documents_below_a_place_are_found_by_the_front_of_their_uri(library: AllRoles) -> None:
    fill(library, "/d/a", "/d/b!/c", "/dd/e", "/e")
    found = {place.uri: place.document_id for place in library.places_below("c", "/d/")}
    assert found == {uri: document_id("c", uri) for uri in ("/d/a", "/d/b!/c")}
    assert list(library.places_below("other", "/d/")) == []
    assert len(list(library.places_below("c", ""))) == 4


def test_a_document_that_is_moved_keeps_all_but_its_uri_and_its_id(library: AllRoles) -> None:
    fill(library, "/a", "/b")
    told: list[Renamed] = []
    moved = library.move_documents("c", [("/a", "/new"), ("/none", "/x")], told.extend)
    assert [(each.old, each.new) for each in moved] == [
        (document_id("c", "/a"), document_id("c", "/new"))
    ]
    assert told == moved and uris(library) == ["/b", "/new"]
    (hit,) = library.search("apple a", collection="c", limit=1)
    assert (hit.uri, hit.document_id) == ("/new", document_id("c", "/new"))
    assert library.document(document_id("c", "/a")) is None
    assert library.stats()["documents"] == 2


def test_no_document_takes_the_place_of_another(library: AllRoles) -> None:
    fill(library, "/a", "/b")
    assert library.move_documents("c", [("/a", "/b")], nothing) == []
    assert uris(library) == ["/a", "/b"]


def test_a_move_that_is_broken_off_has_not_begun(library: AllRoles) -> None:
    fill(library, "/a")

    def refuse(_: Iterable[Renamed]) -> None:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        library.move_documents("c", [("/a", "/b")], refuse)
    assert uris(library) == ["/a"]


def test_a_document_that_is_being_deleted_is_not_moved(library: AllRoles) -> None:
    fill(library, "/a", "/b")
    library.delete_documents(collection="c", expected=2)
    assert library.move_documents("c", [("/a", "/new")], nothing) == []
    assert list(library.places_below("c", "")) == []


def test_documents_are_removed_together_and_those_that_are_none_are_left_out(
    library: AllRoles,
) -> None:
    fill(library, "/a", "/b", "/c")
    ids = [document_id("c", uri) for uri in ("/a", "/none", "/c")]
    assert library.remove_documents(ids) == [ids[0], ids[2]]
    assert library.remove_documents(ids) == []
    assert uris(library) == ["/b"] and library.stats()["documents"] == 1
    assert [hit.uri for hit in library.search("apple", collection="c", limit=9)] == ["/b"]
