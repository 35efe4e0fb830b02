"""Folders that somebody exchanges for links while we look: nothing outside is told or read."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.arming import arm
from support.descriptors import open_below
from support.job_samples import queued

from gristmill.pool.worker.documents.reading import read
from gristmill.pool.worker.planning.expanding import expand
from gristmill.schemas.jobs.sources import Located
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.schemas.problems.errors import DocumentError
from gristmill.storage import faults
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores
from gristmill.storage.walking.beneath import BY_DESCRIPTOR, Descent, Exchanged, way_below
from gristmill.storage.walking.folders import matching_files

pytestmark = pytest.mark.skipif(not BY_DESCRIPTOR, reason="this system opens by path alone")
_SWAPPER = """
import os, sys
for _ in range(1_000):
    for place, aside in zip(sys.argv[2::2], sys.argv[3::2]):
        os.rename(place, aside)
        os.symlink(sys.argv[1], place)
        os.unlink(place)
        os.rename(aside, place)
"""
"""A process: threads of one hardly ever meet."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with folders of its own, beside a folder that is nobody's business."""
    for name in ("root/sub/deep/a.txt", "root/other/b.txt", "outside/SECRET.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x" * (999 if "SECRET" in name else 1))
    (tmp_path / "outside" / "deep").mkdir()
    (tmp_path / "outside" / "deep" / "SECRET.txt").write_text("x" * 999)
    (tmp_path / "outside" / "a.txt").write_text("x" * 999)
    return tmp_path / "root"


def _exchange(root: Path, name: str) -> Callable[[], None]:
    """Puts a link out of the root in the place of a folder or file, once."""

    def act() -> None:
        place, aside = root / name, root.parent / "aside"
        if not aside.exists():
            place.rename(aside)
            outside = root.parent / "outside"
            place.symlink_to(outside / "a.txt" if name.endswith(".txt") else outside)

    return act


@pytest.mark.parametrize(
    ("point", "swapped", "source"),
    [
        ("folder.open:sub", "sub", "."),
        ("folder.open:deep", "sub", "."),
        ("folder.open:deep", "sub/deep", "."),
        ("folder.open:sub", "sub", "sub"),
        ("folder.open:deep", "sub", "sub/deep"),
        ("file.look:a.txt", "sub", "sub/deep/a.txt"),
        ("file.look:a.txt", "sub/deep/a.txt", "sub/deep/a.txt"),
    ],
)
def test_what_is_exchanged_between_the_look_and_the_opening_tells_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, point: str, swapped: str, source: str
) -> None:
    monkeypatch.setitem(faults.ACTIONS, "exchange", _exchange(root, swapped))
    arm(monkeypatch, f"{point}=exchange")
    found = list(expand([Located(str(root / source), str(root))]))
    assert (root.parent / "aside").exists()
    assert found
    assert not [each for each in found if "SECRET" in each.uri or each.size == 999]
    # What cannot be looked at any more is not left out in silence. A folder that is held open
    # already is looked through to its end, wherever it was moved.
    if point != "folder.open:deep" or source != "." or swapped == "sub/deep":
        assert DocumentCode.FETCH_ERROR in {each.code for each in found}


@pytest.mark.parametrize("swapped", ["sub", "sub/deep", "sub/deep/a.txt"])
def test_what_is_exchanged_before_it_is_read_is_not_opened(
    root: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    monkeypatch.setitem(faults.ACTIONS, "exchange", _exchange(root, swapped))
    arm(monkeypatch, "document.open=exchange")
    path = root / "sub" / "deep" / "a.txt"
    folder = DataFolder.open(root.parent / "data")
    document = PlannedDocument(0, "a.txt", 0, path=str(path))
    manifest = queued(Located(str(root), str(root)))
    with pytest.raises(DocumentError) as caught:
        read(document, manifest, Stores(folder), 5_000)
    assert caught.value.document_code == DocumentCode.FETCH_ERROR


@pytest.mark.slow
def test_a_race_of_exchanges_tells_nothing_from_outside(root: Path) -> None:
    """Whoever swaps does so a bounded number of times; we look until he is done."""
    links = root.parent / "links"
    links.mkdir()
    ways = [str(way) for name in ("sub", "other") for way in (root / name, links / name)]
    command = [sys.executable, "-c", _SWAPPER, str(root.parent / "outside"), *ways]
    told: list[object] = []
    with subprocess.Popen(command) as swapper:
        while swapper.poll() is None:
            found = expand([Located(str(root), str(root)), Located(str(root / "sub"), str(root))])
            told += [each for each in found if "SECRET" in each.uri or each.size == 999]
    assert (swapper.returncode, told) == (0, [])


def test_folders_are_opened_from_the_last_one_and_again_from_the_top(root: Path) -> None:
    ways = [(), ("sub",), ("sub", "deep"), ("sub", "deep"), ("other",), ("sub",), ()]
    with Descent(str(root)) as descent:
        seen = []
        for way in ways:
            with os.scandir(descent.folder(way)) as entries:
                seen.append(sorted(entry.name for entry in entries))
        assert descent.size(("sub", "deep", "a.txt")) == 1
        with os.scandir(descent.folder(("sub", "deep"))) as entries:
            assert [entry.name for entry in entries] == ["a.txt"]
        with pytest.raises(Exchanged):
            descent.folder(("other", "b.txt"))
    assert seen == [[*x] for x in (["other", "sub"], ["deep"], ["a.txt"], ["a.txt"])] + [
        ["b.txt"],
        ["deep"],
        ["other", "sub"],
    ]
    assert open_below(root.parent) == []


def test_a_walk_that_is_given_up_leaves_nothing_open(root: Path) -> None:
    walk = matching_files(root, None)
    next(walk)
    assert open_below(root) != []
    walk.close()  # type: ignore[attr-defined]
    assert open_below(root.parent) == []


@pytest.mark.parametrize(
    ("root", "path", "way"),
    [
        ("/a", "/a", ()),
        ("/a", "/a/b/c", ("b", "c")),
        ("/", "/b", ("b",)),
        ("/a", "/ab", None),
        ("/a/b", "/a", None),
    ],
)
def test_a_way_is_the_names_below_a_folder(
    root: str, path: str, way: tuple[str, ...] | None
) -> None:
    assert way_below(root, path) == way
