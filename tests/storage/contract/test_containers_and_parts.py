"""Documents inside of documents, and long documents in parts, in the ledger."""

import msgspec
import pytest
from support.library_samples import failed, planned, succeeded

from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import DocumentResult, Member, PartResult, Split
from gristmill.storage.library import AllRoles

INSIDE = (Member("a.txt", 5), Member("b.bin", None, "encrypted", "it is encrypted"))


def archive(ordinal: int = 0, members: tuple[Member, ...] = INSIDE) -> DocumentResult:
    return msgspec.structs.replace(
        failed("job", ordinal), state=DocumentState.PENDING, code=None, members=members
    )


def rows(library: AllRoles) -> list[tuple[int, str, str]]:
    page = library.ledger_page("job", state=None, after=None, limit=50)
    return [(row.ordinal, row.uri, row.state.value) for row in page]


def test_members_take_the_place_of_their_archive(library: AllRoles) -> None:
    library.plan("job", planned(2))
    result = archive()
    library.commit([result])
    assert rows(library) == [
        (1, "1.txt", "pending"),
        (2, f"{result.uri}!/a.txt", "pending"),
        (3, f"{result.uri}!/b.bin", "failed"),
    ]
    assert library.counts("job") == Counts(total=3, pending=2, failed=1)
    assert library.counts("job", 0, 99) == library.counts("job")
    (member,) = library.pending_members("job", 0, 1)
    assert (member.member, member.parent, member.path) == ("a.txt", 0, "/docs/0.txt")
    assert library.pending_members("job", 1, 9) == []


def test_an_archive_that_is_looked_into_twice_counts_once(library: AllRoles) -> None:
    library.plan("job", planned(1))
    for _ in range(2):
        library.commit([archive()])
    assert not library.fail("job", 0, "0.txt", "timeout", "late", 1)
    assert len(rows(library)) == 2
    assert library.counts("job") == Counts(total=2, pending=1, failed=1)


def test_a_failed_container_that_is_tried_again_finds_its_members_in_their_places(
    library: AllRoles,
) -> None:
    """A cut-off archive fails, and what could be read of it does not come twice."""
    library.plan("job", planned(1))
    cut_off = msgspec.structs.replace(failed("job", 0), members=INSIDE)
    library.commit([cut_off])
    before = rows(library)
    library.reopen("job", 1)
    library.commit([cut_off])
    assert [row[:2] for row in rows(library)] == [row[:2] for row in before]
    assert library.counts("job").total == 3
    assert library.counts("job", 0, 99) == library.counts("job")


def test_a_mail_ends_and_its_attachments_follow_in_one_transaction(library: AllRoles) -> None:
    library.plan("job", planned(1))
    mail = msgspec.structs.replace(succeeded("job", 0, uri="m.eml"), members=INSIDE[:1])
    library.commit([mail])
    assert rows(library) == [(0, "0.txt", "succeeded"), (1, "m.eml!/a.txt", "pending")]


def test_the_way_to_a_member_of_a_member_starts_at_the_outermost(library: AllRoles) -> None:
    library.plan("job", planned(1))
    library.commit([archive(members=(Member("inner"),))])
    inner = msgspec.structs.replace(archive(1), uri="o.zip!/inner", members=(Member("c.txt"),))
    library.commit([inner])
    (found,) = library.pending("job")
    assert (found.member, found.uri) == ("inner!/c.txt", "o.zip!/inner!/c.txt")


SPLIT = Split("job", 0, "content", ((1, 3), (3, 5)))


def test_parts_are_noted_once_and_done_once(library: AllRoles) -> None:
    library.plan("job", planned(1))
    assert [part.number for part in library.split(SPLIT)] == [0, 1]
    assert not library.finish_part(PartResult("job", 0, 0, "content", b"first"))
    assert not library.finish_part(PartResult("job", 0, 0, "content", b"late"))
    assert [part.number for part in library.split(SPLIT)] == [1]
    assert library.finish_part(PartResult("job", 0, 1, "content", b"second"))
    pages = [part.pages for part in library.parts("job", 0, "content")]
    assert pages == [b"first", b"second"]


def test_parts_of_other_bytes_are_worth_nothing(library: AllRoles) -> None:
    library.plan("job", planned(1))
    library.split(SPLIT)
    library.finish_part(PartResult("job", 0, 0, "content", b"first"))
    changed = msgspec.structs.replace(SPLIT, content="changed")
    assert len(library.split(changed)) == 2
    library.finish_part(PartResult("job", 0, 0, "content", b"late"))
    assert [part.pages for part in library.parts("job", 0, "changed")] == [None, None]
    assert library.parts("job", 0, "content") == []


@pytest.mark.parametrize("end", ["commit", "fail", "cancel", "drop"])
def test_parts_go_with_the_end_of_their_document(library: AllRoles, end: str) -> None:
    library.plan("job", planned(1))
    library.split(SPLIT)
    match end:
        case "commit":
            library.commit([succeeded("job", 0, uri="0.txt")])
        case "fail":
            library.fail("job", 0, "0.txt", "crashed", "twice", 2)
        case "cancel":
            library.cancel_pending("job")
        case "drop":
            library.drop_job("job")
    assert library.parts("job", 0, "content") == []
    assert library.split(SPLIT) == []
