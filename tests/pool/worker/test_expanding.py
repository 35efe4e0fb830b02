"""From sources to documents, and from documents to tasks."""

import errno
import io
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.arming import arm

from gristmill.pool.worker.planning.expanding import ON_THE_SPOT, expand, fits_on_the_spot
from gristmill.pool.worker.planning.grouping import cost, group
from gristmill.schemas.jobs.sources import InlineText, Located, Spooled, StoredSource
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.storage.layout import DataFolder
from gristmill.storage.spool import Spool

MOST_DOCUMENTS, MOST_COST = 256, 600_000
LEAST_COST, FINEST_COST = 60_000, 10_000


@st.composite
def pending(draw: st.DrawFn) -> list[PlannedDocument]:
    """Pending documents in order, with gaps where others are done, some of them suspects."""
    gaps = draw(st.lists(st.integers(1, 3), max_size=600))
    ordinal, documents = -1, []
    sizes = st.none() | st.integers(0, 50_000) | st.integers(0, 10**8)
    for gap in gaps:
        ordinal += gap
        size = draw(sizes)
        attempts = draw(st.sampled_from([0, 0, 0, 0, 1, 2]))
        name = f"{ordinal}{draw(st.sampled_from(['.txt', '.PDF', '.html']))}"
        documents.append(PlannedDocument(ordinal, name, 0, size=size, attempts=attempts))
    return documents


workers = st.integers(1, 64)


def _members(documents: list[PlannedDocument], workers: int) -> list[list[PlannedDocument]]:
    return [
        [document for document in documents if part.first <= document.ordinal < part.last]
        for part in group(documents, workers)
    ]


@given(pending(), workers)
def test_groups_cover_exactly_the_pending_documents_each_once(
    documents: list[PlannedDocument], workers: int
) -> None:
    parts = sorted(_members(documents, workers), key=lambda members: members[0].ordinal)
    assert [document for members in parts for document in members] == documents


@given(pending(), workers)
def test_dear_documents_go_first_and_the_others_follow_in_order(
    documents: list[PlannedDocument], workers: int
) -> None:
    parts = _members(documents, workers)
    work = sum(map(cost, documents)) / workers
    least = max(min(LEAST_COST, max(FINEST_COST, work / 2)), work / 16)
    dear = [members for members in parts if cost(members[0]) >= least or members[0].attempts]
    assert parts[: len(dear)] == dear
    assert all(len(members) == 1 for members in dear)
    prices = [cost(members[0]) for members in dear]
    assert prices == sorted(prices, reverse=True)
    firsts = [members[0].ordinal for members in parts[len(dear) :]]
    assert firsts == sorted(firsts)


@given(pending(), workers)
def test_a_document_that_has_cost_a_worker_is_alone(
    documents: list[PlannedDocument], workers: int
) -> None:
    for members in _members(documents, workers):
        assert len(members) == 1 or not any(document.attempts for document in members)


@given(pending(), workers)
def test_no_group_is_larger_than_it_has_to_be(
    documents: list[PlannedDocument], workers: int
) -> None:
    for members in _members(documents, workers):
        assert 1 <= len(members) <= MOST_DOCUMENTS
        # The last document may pass the bound, those before it never do.
        assert sum(map(cost, members[:-1])) < MOST_COST


@pytest.mark.slow
@given(st.integers(1, 16), st.integers(0, 100_000))
def test_every_worker_gets_several_groups_which_shrink_towards_the_end(
    workers: int, size: int
) -> None:
    documents = [PlannedDocument(n, f"{n}.txt", 0, size=size) for n in range(300 * workers)]
    sizes = [part.last - part.first for part in group(documents, workers)]
    assert len(sizes) >= 4 * workers
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] <= max(1, LEAST_COST // cost(documents[0]) + 1)


def test_little_work_is_not_cut_into_tasks_that_cost_more_than_it() -> None:
    documents = [PlannedDocument(n, f"{n}.txt", 0, size=0) for n in range(64)]
    first, *others = group(documents, 16)
    assert (first.last - first.first) * cost(documents[0]) >= FINEST_COST
    assert len(others) < 16 and all(o.last - o.first <= first.last for o in others)


def test_work_that_may_be_slow_is_cut_for_all_workers() -> None:
    documents = [PlannedDocument(n, f"{n}.strange", 0, size=0) for n in range(400)]
    assert len(group(documents, 4)) >= 8 and len(group(documents, 16)) >= 30


def test_dear_members_of_a_compressed_archive_come_in_its_order() -> None:
    """And those of any other are the dearest first."""
    sizes = (5, 1, 4, 2, 3)
    uris = ["a.tar.gz!/", "b.zip!/c.txz!/", "b.zip!/", "d/"]
    documents = [
        PlannedDocument(0, f"{uri}{size}", source, size=size * 10**6)
        for source, uri in enumerate(uris)
        for size in sizes
    ]
    documents = [msgspec.structs.replace(d, ordinal=at) for at, d in enumerate(documents)]
    found = [documents[part.first].uri for part in group(documents, 4)]
    packed = [[uri + str(size) for size in sizes] for uri in uris[:2]]
    others = [f"{uri}{size}" for size in sorted(sizes, reverse=True) for uri in uris[2:]]
    assert found == [*packed[0], *packed[1], *others]


def test_nothing_pending_makes_no_group() -> None:
    assert group([], 4) == ()


def test_costs_weigh_what_is_slow_to_parse() -> None:
    sizes = [cost(PlannedDocument(0, f"a{end}", 0, size=10**6)) for end in (".PDF", ".txt", ".htm")]
    assert sizes == sorted(sizes) and len(set(sizes)) == 3
    unknown = cost(PlannedDocument(0, "a", 0, size=None))
    assert cost(PlannedDocument(0, "a", 0, size=0)) < unknown
    lying = cost(PlannedDocument(0, "a", 0, size=1 << 70))
    assert lying == cost(PlannedDocument(0, "a", 0, size=1 << 71))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/d.pdf", ".hidden/e.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (tmp_path / "secret.txt").write_text("secret")
    return root


def _expanded(*sources: StoredSource) -> list[tuple[int, str, str | None]]:
    """Ordinal, name and failure code of each document."""
    return [(d.ordinal, Path(d.uri).name, d.code) for d in expand(sources)]


def test_documents_come_in_the_order_of_their_sources(root: Path, tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path / "data")
    spooled = Spool(folder).store(io.BytesIO(b"12345"), 9, uri="up.txt", media_type=None)
    sources: list[StoredSource] = [
        InlineText("first.txt", "four"),
        Located(str(root), str(root)),
        spooled,
        Located(str(tmp_path / "secret.txt"), str(tmp_path)),
    ]
    names = ["first.txt", "a.txt", "b.txt", "c.txt", "d.pdf", "up.txt", "secret.txt"]
    documents = list(expand(sources))
    assert [Path(document.uri).name for document in documents] == names
    assert [document.ordinal for document in documents] == list(range(7))
    assert [document.source for document in documents] == [0, 1, 1, 1, 1, 2, 3]
    assert [document.size for document in documents] == [4, 5, 5, 9, 9, 5, 6]
    assert [document.path is None for document in documents] == [True, *[False] * 4, True, False]
    assert documents == list(expand(sources))


def test_a_glob_narrows_a_folder(root: Path) -> None:
    assert _expanded(Located(str(root), str(root), "sub/*.txt")) == [(0, "c.txt", None)]
    assert _expanded(Located(str(root), str(root), "*.docx")) == []


def test_a_file_named_by_two_sources_is_planned_once(root: Path) -> None:
    folder, file = Located(str(root), str(root)), Located(str(root / "sub" / "c.txt"), str(root))
    names = ["a.txt", "b.txt", "c.txt", "d.pdf"]
    assert [name for _, name, _ in _expanded(folder, file, folder)] == names
    assert _expanded(file, folder)[0] == (0, "c.txt", None)
    assert [ordinal for ordinal, _, _ in _expanded(file, folder)] == [0, 1, 2, 3]


def test_texts_that_are_equal_are_all_planned() -> None:
    text = InlineText("a.txt", "same")
    assert len(_expanded(text, text)) == 2


def test_a_link_out_of_the_root_is_a_failed_document_not_a_gap(root: Path, tmp_path: Path) -> None:
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    found = {name: code for _, name, code in _expanded(Located(str(root), str(root)))}
    assert found.pop("link.txt") == DocumentCode.UNSUPPORTED
    assert set(found.values()) == {None}


def test_a_link_inside_the_root_is_a_document(root: Path) -> None:
    (root / "link.txt").symlink_to(root / "sub" / "c.txt")
    assert (2, "link.txt", None) in _expanded(Located(str(root), str(root)))


@pytest.mark.parametrize("end", ["gone", "loop"])
def test_a_file_that_has_gone_since_is_a_failed_document(root: Path, end: str) -> None:
    source = Located(str(root / "a.txt"), str(root))
    (root / "a.txt").unlink()
    if end == "loop":
        (root / "a.txt").symlink_to(root / "a.txt")
    assert _expanded(source) == [(0, "a.txt", DocumentCode.FETCH_ERROR)]


def test_a_folder_that_has_gone_since_is_a_failed_document(root: Path) -> None:
    source = Located(str(root / "other"), str(root))
    assert _expanded(source) == [(0, "other", DocumentCode.FETCH_ERROR)]


def test_a_name_that_is_no_text_is_planned(root: Path) -> None:
    try:
        (root / os.fsdecode(b"caf\xe9.txt")).touch()
    except OSError:
        pytest.skip("this file system takes only text as a name")
    assert len(_expanded(Located(str(root), str(root)))) == 5


def test_only_few_small_documents_are_done_on_the_spot(root: Path) -> None:
    small = InlineText("a.txt", "small")
    assert fits_on_the_spot([small])
    assert fits_on_the_spot([small] * ON_THE_SPOT)
    assert not fits_on_the_spot([small] * (ON_THE_SPOT + 1))
    assert fits_on_the_spot([Spooled("a.txt", "", "", 10_000)])
    assert not fits_on_the_spot([Spooled("a.txt", "", "", 10_000_000)])
    assert not fits_on_the_spot([Spooled("a.pdf", "", "", 10_000_000)])
    assert not fits_on_the_spot([Located(str(root / "a.txt"), str(root))])


def test_what_may_not_be_looked_at_is_a_document_that_failed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm(monkeypatch, "folder.open:sub=eacces")
    expected = [(0, "a.txt", None), (1, "b.txt", None), (2, "sub", "fetch_error")]
    assert _expanded(Located(str(root), str(root))) == expected


def test_a_source_below_a_folder_that_was_closed_meanwhile_fails_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Any, **more: Any) -> os.stat_result:
        if "sub" in str(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, **more)

    def not_entered(path: Any, *more: Any, **named: Any) -> int:
        if path == "sub":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return opened(path, *more, **named)

    stat, opened = os.stat, os.open
    monkeypatch.setattr(os, "stat", closed)
    monkeypatch.setattr(os, "open", not_entered)
    sources = [Located(str(root / name), str(root)) for name in ("sub/c.txt", "a.txt")]
    assert _expanded(*sources) == [(0, "c.txt", "fetch_error"), (1, "a.txt", None)]
