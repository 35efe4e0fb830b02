"""Deleted documents can be taken back, and are found by nothing meanwhile, in any library."""

from collections.abc import Iterable

import msgspec
from support.library_samples import succeeded

from gristmill.schemas.filters import parsed
from gristmill.schemas.filters.tree import Field, Kind
from gristmill.schemas.ids import document_id
from gristmill.schemas.outcomes.results import DocumentResult, Signature, Vectors, pack_floats
from gristmill.schemas.trash import Discarded, Restoration
from gristmill.storage.library import AllRoles, TrashChoice
from gristmill.storage.library.catalogue_role import Renamed

_ALL = TrashChoice()
_ASKED = Discarded()


def came(name: str, *texts: str, job: str = "job", collection: str = "c") -> DocumentResult:
    return succeeded(job, uri=name, texts=texts or (f"apple {name}",), collection=collection)


def with_more(result: DocumentResult) -> DocumentResult:
    """With vectors, a signature and metadata."""
    content = result.content
    assert content is not None
    vectors = tuple(pack_floats([float(n + 1), -1.0]) for n in range(len(content.chunks)))
    more = msgspec.structs.replace(
        content,
        vectors=Vectors("model@1", 2, vectors),
        signature=Signature("words", b"\x01\x02\x03\x04" * 48, 0.9),
        metadata={"author": "Ada", "pages": 7},
    )
    return msgspec.structs.replace(result, content=more, keep_last=1000)


def fill(library: AllRoles, *names: str, collection: str = "c") -> list[str]:
    for name in names:
        library.commit([came(name, job=f"{collection}{name}", collection=collection)])
    return [document_id(collection, name) for name in names]


def restored(library: AllRoles, choice: TrashChoice = _ALL) -> Restoration:
    told = library.restore_documents(choice)
    while library.take_back(most=1):
        continue
    return told


def trashed(library: AllRoles, choice: TrashChoice = _ALL) -> list[str]:
    return [each.uri for each in library.trash_page(choice, after=None, limit=99)[0]]


def embedding_model(library: AllRoles) -> str | None:
    state = library.collection_state("c")
    assert state is not None
    return state.embedding_model


def nothing(_: Iterable[Renamed]) -> None:
    """Nothing was kept."""


def everything(library: AllRoles, id_: str) -> object:
    """All that a document says of itself."""
    chunks = library.chunks_page(id_, after=None, limit=99)
    facts = [library.document(id_), chunks, library.structure(id_), library.last_version(id_)]
    hits = library.search("apple", collection=None, limit=9)
    exported = sorted(repr(row) for row in library.export(None))
    return [*facts, [msgspec.structs.replace(hit, score=0.0) for hit in hits], exported]


def test_a_document_that_is_taken_back_is_all_that_it_was(library: AllRoles) -> None:
    library.commit([with_more(came("a", "old rye ", "and oats"))])
    library.commit([with_more(came("a", "apple one ", "apple two", job="job-2"))])
    (id_,) = [document_id("c", "a")]
    before, totals = everything(library, id_), library.stats()
    assert library.last_version(id_) is not None
    assert library.delete_document(id_, _ASKED)
    assert library.document(id_) is None and library.last_version(id_) is None
    assert restored(library) == Restoration(1)
    assert everything(library, id_) == before and library.stats() == totals
    assert trashed(library) == [] and embedding_model(library) == "model@1"


def test_what_is_in_the_trash_is_found_by_nothing(library: AllRoles) -> None:
    first, second = fill(library, "a", "b")
    library.remove_documents([first], _ASKED)
    assert library.documents_page(collection="c", after=None, limit=9)[0][0].uri == "b"
    assert [hit.uri for hit in library.search("apple", collection=None, limit=9)] == ["b"]
    assert library.count_documents(collection="c") == 1 and library.stats()["documents"] == 1
    assert [row.uri for row in library.export("c")] == ["b"]
    (field,) = library.facets([Field("uri", Kind.TEXT)], collection="c").values()
    assert [(value.value, value.count) for value in field.values] == [("b", 1)]
    assert [place.uri for place in library.places_below("c", "")] == ["b"]
    again = came("a", job="again")
    assert again.sha256 is not None and again.pipeline is not None
    assert library.lookup("c", "a", again.sha256, again.pipeline) is None
    assert library.is_in_trash(first, again.sha256)
    assert not library.is_in_trash(second, again.sha256)


def test_without_a_trash_a_document_is_gone_for_good(library: AllRoles) -> None:
    (id_,) = fill(library, "a")
    library.delete_document(id_)
    assert trashed(library) == [] and restored(library) == Restoration(0)


def test_documents_are_chosen_by_id_filter_collection_mirror_and_run(library: AllRoles) -> None:
    a, b, other = *fill(library, "a", "b"), *fill(library, "x", collection="d")
    library.commit([with_more(came("more", job="job-9"))])
    library.remove_documents([a], Discarded("docs", 5))
    library.remove_documents([b], Discarded("docs", 6))
    library.remove_documents([document_id("c", "more"), other], _ASKED)
    for choice, names in (
        (_ALL, ["x", "more", "b", "a"]),
        (TrashChoice(within="c"), ["more", "b", "a"]),
        (TrashChoice(within=("d",)), ["x"]),
        (TrashChoice(within=()), []),
        (TrashChoice(document_ids=(a, other)), ["x", "a"]),
        (TrashChoice(where=parsed("uri != more")), ["x", "b", "a"]),
        (TrashChoice(where=parsed("metadata.author = Ada and metadata.pages > 6")), ["more"]),
        (TrashChoice(within="d", where=parsed("metadata.author = Ada")), []),
        (TrashChoice(mirror="docs"), ["b", "a"]),
        (TrashChoice(mirror="docs", run_us=5), ["a"]),
        (TrashChoice(before_us=1), []),
    ):
        assert trashed(library, choice) == names, choice
        assert library.restorable(choice).documents == len(names), choice
    assert restored(library, TrashChoice(mirror="docs", run_us=6)) == Restoration(1)
    assert library.document(b) is not None and trashed(library) == ["x", "more", "a"]


def test_the_list_of_the_trash_goes_on_after_a_page(library: AllRoles) -> None:
    library.remove_documents(fill(library, "a", "b", "c"), _ASKED)
    page, after = library.trash_page(_ALL, after=None, limit=2)
    rest, end = library.trash_page(_ALL, after=after, limit=2)
    assert [each.uri for each in (*page, *rest)] == ["c", "b", "a"] and end is None


def test_nothing_takes_the_place_of_what_came_meanwhile(library: AllRoles) -> None:
    (id_,) = fill(library, "a")
    library.delete_document(id_, _ASKED)
    library.commit([came("a", "apple again", job="job-7")])
    assert restored(library) == Restoration(0, in_the_way=1) and trashed(library) == ["a"]
    # Of what was deleted twice, the newest comes back.
    library.delete_document(id_, _ASKED)
    assert restored(library) == Restoration(1, in_the_way=1)
    (chunk,) = library.chunks_page(id_, after=None, limit=9)
    assert chunk.text == "apple again" and trashed(library) == ["a"]
    # One that is marked before its place is taken stays in the trash as well.
    library.delete_document(id_)
    library.restore_documents(_ALL)
    library.commit([came("a", "apple thrice", job="job-8")])
    assert library.take_back(most=9) == [id_] and not library.has_to_restore()
    assert library.chunks_page(id_, after=None, limit=9)[0].text == "apple thrice"
    assert trashed(library) == ["a"]


def test_a_whole_collection_comes_back_by_some_at_a_time(library: AllRoles) -> None:
    ids = fill(library, "a", "b", "c")
    library.delete_collection("c", expected=3)
    while library.take_out_deleted(most=1, trash=_ASKED):
        continue
    assert not library.collection_exists("c") and library.stats()["documents"] == 0
    assert library.restore_documents(TrashChoice(within="c")) == Restoration(3)
    assert [each.restoring for each in library.trash_page(_ALL, after=None, limit=1)[0]] == [True]
    assert library.take_back(most=1) == [ids[2]] and library.has_to_restore()
    assert library.take_back(most=9) == [ids[1], ids[0]] and not library.has_to_restore()
    assert library.take_back(most=9) == []
    assert library.stats()["documents"] == 3


def test_what_is_deleted_follows_its_collection(library: AllRoles) -> None:
    (id_,) = fill(library, "a")
    fill(library, "b")
    library.delete_document(id_, _ASKED)
    library.rename_collection("c", "new", nothing)
    assert trashed(library, TrashChoice(within="c")) == []
    assert restored(library, TrashChoice(within="new")) == Restoration(1)
    assert library.document(document_id("new", "a")) is not None
    assert not library.collection_exists("c")


def test_the_trash_is_emptied_the_oldest_first(library: AllRoles) -> None:
    ids = fill(library, "a", "b", "c")
    library.remove_documents(ids, _ASKED)
    page, _ = library.trash_page(_ALL, after=None, limit=9)
    now_us = int(page[0].trashed_at.timestamp() * 1_000_000)
    assert library.empty_trash(TrashChoice(before_us=now_us - 60_000_000), most=9) == []
    library.restore_documents(TrashChoice(document_ids=(ids[0],)))
    assert library.empty_trash(_ALL, most=2) == [ids[1]]
    assert library.empty_trash(_ALL, most=9) == [ids[2]]
    assert library.empty_trash(_ALL, most=9) == [] and trashed(library) == ["a"]


def test_vectors_of_another_model_than_the_collection_has_now_are_left_out(
    library: AllRoles,
) -> None:
    library.commit([with_more(came("a"))])
    id_ = document_id("c", "a")
    library.delete_document(id_, _ASKED)
    content = with_more(came("b", job="job-2"))
    assert content.content is not None and content.content.vectors is not None
    other = msgspec.structs.replace(content.content.vectors, model="other@1")
    library.commit([
        msgspec.structs.replace(
            content, content=msgspec.structs.replace(content.content, vectors=other)
        )
    ])  # fmt: skip
    restored(library)
    assert library.document(id_) is not None
    assert embedding_model(library) == "other@1"
