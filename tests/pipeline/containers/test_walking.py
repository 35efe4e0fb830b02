"""Members of one container are read in one pass, as long as they come in its order."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.writers.archive_writer import MAIL, PDF, tarred

from gristmill.pipeline.containers import containers, walking
from gristmill.pipeline.containers.entry import ArchiveEntry
from gristmill.pipeline.containers.members import open_members
from gristmill.pipeline.shapes import Limits
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the containers that members were read from, each time that this began."""
    begun: list[str] = []
    real = containers.entries

    def entries(data: bytes, media_type: str, name: str, *others: Any) -> Iterator[ArchiveEntry]:
        begun.append(name)
        return real(data, media_type, name, *others)

    monkeypatch.setattr(walking, "entries", entries)
    return begun


def test_many_members_are_read_in_one_pass() -> None:
    data = tarred({f"{n}.txt": b"%d" % n for n in range(50)}, "w:gz")
    wanted = ["7.txt", "30.txt", "none.txt", "7.txt"]
    found = dict(open_members(data, wanted, LIMITS))
    assert found["7.txt"] == b"7"
    assert found["30.txt"] == b"30"
    assert isinstance(found["none.txt"], DocumentError)


def test_what_is_inside_of_members_is_read_in_the_same_pass(passes: list[str]) -> None:
    inner = tarred({"c.txt": b"3", "m.eml": MAIL}, "w:gz")
    data = tarred({"a.eml": MAIL, "b.tgz": inner, "bad.zip": b"PK\x03\x04", "d.txt": b"4"}, "w:gz")
    wanted = ["a.eml", "a.eml!/plan.pdf", "b.tgz!/c.txt", "b.tgz!/m.eml!/plan.pdf"]
    found = list(open_members(data, [*wanted, "bad.zip!/x", "bad.zip!/y", "d.txt"], LIMITS))
    assert [path for path, _ in found[:4]] == wanted
    assert [content for _, content in found[:4]] == [MAIL, PDF, b"3", PDF]
    assert all(isinstance(content, DocumentError) for _, content in found[4:6])
    assert found[6] == ("d.txt", b"4")
    assert passes == ["", "a.eml", "b.tgz", "m.eml", "bad.zip"]


def test_members_in_another_order_are_reached_from_the_start(passes: list[str]) -> None:
    data = tarred({f"{n}.txt": b"%d" % n for n in range(5)}, "w:gz")
    wanted = ["3.txt", "1.txt", "2.txt", "0.txt"]
    assert dict(open_members(data, wanted, LIMITS)) == {name: name[:1].encode() for name in wanted}
    assert len(passes) == 3


def test_members_that_are_not_there_cost_one_pass_together(passes: list[str]) -> None:
    data = tarred({f"{n}.txt": b"%d" % n for n in range(20)}, "w:gz")
    wanted = [name for n in range(20) for name in (f"{n}.txt", f"{n}.md")]
    found = dict(open_members(data, wanted, LIMITS))
    assert [found[f"{n}.txt"] for n in range(20)] == [b"%d" % n for n in range(20)]
    assert {getattr(found[f"{n}.md"], "document_code", None) for n in range(20)} == {"parse_error"}
    assert len(passes) == 2
