"""What a document was before its bytes changed, as any library keeps it."""

import msgspec
from support.library_samples import failed, succeeded

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent, DocumentResult
from gristmill.storage.library import AllRoles

_ID = document_id("default", "a.txt")


def came(ordinal: int, *texts: str, keep: int = 1000, **named: str) -> DocumentResult:
    result = succeeded(f"job-{ordinal}", texts=texts, **named)  # type: ignore[arg-type]
    return msgspec.structs.replace(result, keep_last=keep)


def test_what_is_new_has_no_last_version(library: AllRoles) -> None:
    library.commit([came(1, "Rye is ", "milled.")])
    assert library.last_version(_ID) is None
    assert library.last_version("0" * 32) is None


def test_a_document_is_remembered_as_it_was_before_its_bytes_changed(library: AllRoles) -> None:
    library.commit([came(1, "Rye is ", "milled.")])
    first = library.document(_ID)
    for ordinal, text in ((2, "Oats are rolled. \u2603"), (3, "Spelt is hulled.")):
        library.commit([came(ordinal, text)])
        last = library.last_version(_ID)
        assert first is not None and last is not None
        assert (last.sha256, last.job_id) == (first.sha256, first.job_id)
        assert last.ingested_at == first.ingested_at
        assert last.text == ("Rye is milled." if ordinal == 2 else "Oats are rolled. \u2603")
        first = library.document(_ID)


def test_overlaps_and_blanks_between_chunks_are_read_once(library: AllRoles) -> None:
    chunks = (ChunkDraft("rye and", (), None, 0, 7), ChunkDraft("and oats", (), None, 4, 12),
              ChunkDraft("spelt", (), None, 14, 19))  # fmt: skip
    content = DocumentContent("text/plain", None, {}, None, chunks)
    library.commit([msgspec.structs.replace(came(1, "x"), content=content)])
    library.commit([came(2, "y")])
    last = library.last_version(_ID)
    assert last is not None and last.text == "rye and oats\n\nspelt"


def test_bytes_that_are_read_again_are_no_new_version(library: AllRoles) -> None:
    library.commit([came(1, "Rye.")])
    library.commit([came(2, "Oats.")])
    library.commit([came(3, "Oats.", pipeline="fedcba9876543210")])
    last = library.last_version(_ID)
    assert last is not None and (last.text, last.job_id) == ("Rye.", "job-1")


def test_what_is_too_long_or_not_wanted_is_not_kept(library: AllRoles) -> None:
    library.commit([came(1, "Rye.")])
    library.commit([came(2, "Oats.", keep=3)])
    assert library.last_version(_ID) is None
    library.commit([came(3, "Spelt.", keep=0)])
    assert library.last_version(_ID) is None
    library.commit([came(4, "Maize.", keep=6)])
    last = library.last_version(_ID)
    assert last is not None and last.text == "Spelt."


def test_it_goes_with_its_document(library: AllRoles) -> None:
    library.commit([came(1, "Rye.")])
    library.commit([came(2, "Oats.")])
    assert library.delete_document(_ID)
    assert library.last_version(_ID) is None
    # What has its row now has nothing of it.
    library.commit([came(3, "Spelt.")])
    assert library.last_version(_ID) is None


def test_a_document_that_fails_is_as_it_was(library: AllRoles) -> None:
    library.commit([came(1, "Rye.")])
    library.commit([came(2, "Oats.")])
    assert library.commit([failed("job-3")]) == [DocumentState.FAILED]
    last = library.last_version(_ID)
    assert last is not None and last.text == "Rye."


def test_who_becomes_a_duplicate_leaves_nothing(library: AllRoles) -> None:
    library.commit([came(1, "Rye."), came(2, "Oats.", uri="b.txt")])
    library.commit([came(3, "Rye.", uri="b.txt")])
    assert library.last_version(document_id("default", "b.txt")) is None
