"""Mirrors run: what a run finds and does, what it does not dare, and what keeps it waiting."""

import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from support.mirrored import Mirrored

from gristmill.pool.catalogue.keeper import CatalogueKeeper
from gristmill.pool.client import PoolClient
from gristmill.pool.recovery.remover import Remover
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.mirrors import Delete, MirrorCounts, MirrorState, MirrorView
from gristmill.schemas.problems.mirror_errors import MirrorNotFound
from gristmill.schemas.trash import Restoration, RestoreRequest
from gristmill.storage.mirrors import walking
from gristmill.storage.mirrors.walking import Walker


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirrored]:
    made = Mirrored(tmp_path)
    yield made
    made.close()


def counts(view: MirrorView) -> dict[str, int]:
    """Those that are not 0."""
    assert view.run is not None and view.run.finished_at is not None
    told: dict[str, int] = msgspec.structs.asdict(view.run.counts)
    return {name: number for name, number in told.items() if number}


def filled(mirror: Mirrored, number: int = 8) -> MirrorView:
    for each in range(number):
        mirror.write(f"{each}.txt", f"Number {each}.")
    return mirror.run()


def test_a_run_says_what_is_new_changed_moved_unchanged_and_gone(mirror: Mirrored) -> None:
    first = filled(mirror)
    assert counts(first) == {"new": 8} and first.files == 8
    mirror.write("1.txt", "Another one.")
    mirror.write("new.txt", "New.")
    mirror.rename("2.txt", "below/two.txt")
    mirror.delete("3.txt")
    second = mirror.run()
    assert counts(second) == {"new": 1, "changed": 1, "moved": 1, "unchanged": 5, "gone": 1}
    assert mirror.held() == mirror.files()
    assert counts(mirror.run()) == {"unchanged": 8}


def test_what_was_moved_is_not_read_again(mirror: Mirrored) -> None:
    jobs = filled(mirror).run
    mirror.rename("2.txt", "below/two.txt")
    moved = mirror.run()
    assert jobs is not None and jobs.jobs and moved.run is not None and moved.run.jobs == ()
    with mirror.mill.stores.library(readonly=True) as library:
        (hit,) = library.search("number 2", collection="m", limit=1)
    assert hit.uri == str(mirror.top / "below/two.txt")


def test_its_jobs_are_ordinary_ones(mirror: Mirrored) -> None:
    run = filled(mirror).run
    assert run is not None
    ended = mirror.mill.ended(run.jobs[0])
    assert (ended.state, ended.collection, ended.counts.succeeded) == (JobState.SUCCEEDED, "m", 8)


def test_a_copy_takes_over_when_the_file_that_was_read_is_gone(mirror: Mirrored) -> None:
    filled(mirror)
    mirror.write("copy.txt", "Number 0.")
    mirror.run()
    assert "copy.txt" not in mirror.held()
    mirror.delete("0.txt")
    assert counts(mirror.run()) == {"moved": 1, "unchanged": 8}
    assert mirror.held()["copy.txt"] == "Number 0."


def test_a_copy_is_read_when_the_file_that_was_read_has_changed(mirror: Mirrored) -> None:
    filled(mirror)
    mirror.write("copy.txt", "Number 0.")
    mirror.run()
    mirror.write("0.txt", "Another.")
    mirror.run()
    assert mirror.held() == mirror.files()


def test_more_than_a_quarter_gone_is_asked_about(mirror: Mirrored) -> None:
    filled(mirror)
    for each in "012":
        mirror.delete(f"{each}.txt")
    mirror.write("new.txt", "New.")
    held = mirror.run()
    assert held.state is MirrorState.ASKING and held.gone == 3 and held.why is not None
    assert "3 of 9 files are gone" in held.why and counts(held) == {"new": 1, "unchanged": 5}
    assert len(mirror.held()) == 9
    confirmed = mirror.run(confirm_gone=True)
    assert confirmed.state is MirrorState.WAITING and confirmed.gone == 0
    assert mirror.held() == mirror.files()


def test_a_folder_that_empties_slowly_is_asked_about_as_well(mirror: Mirrored) -> None:
    filled(mirror)
    states = []
    for each in range(4):
        mirror.delete(f"{each}.txt")
        states.append(mirror.run().state)
    assert states == [*[MirrorState.WAITING] * 2, *[MirrorState.ASKING] * 2]
    assert len(mirror.held()) == 6


def test_an_empty_folder_is_asked_about_and_what_comes_back_is_known(mirror: Mirrored) -> None:
    filled(mirror)
    mirror.rename(".", "../away")
    mirror.top.mkdir()
    held = mirror.run()
    assert (held.state, held.gone) == (MirrorState.ASKING, 8) and "empty" in (held.why or "")
    mirror.top.rmdir()
    (mirror.top.parent / "away").rename(mirror.top)
    back = mirror.run()
    assert back.state is MirrorState.WAITING and counts(back) == {"unchanged": 8}


def test_a_folder_that_is_not_there_blocks_the_mirror(mirror: Mirrored) -> None:
    filled(mirror)
    mirror.rename(".", "../away")
    blocked = mirror.run()
    assert blocked.state is MirrorState.BLOCKED and "perhaps a disk" in (blocked.why or "")
    assert len(mirror.held()) == 8


def test_another_file_system_below_the_folder_is_asked_about(
    mirror: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(mirror)
    mirror.delete("0.txt")
    real = Walker.device
    monkeypatch.setattr(Walker, "device", lambda walker: real(walker) + 1)
    for _ in range(2):
        held = mirror.run()
        assert held.state is MirrorState.ASKING and "another file system" in (held.why or "")
    assert mirror.run(confirm_gone=True).state is MirrorState.WAITING
    mirror.delete("1.txt")
    assert mirror.run().state is MirrorState.WAITING


def test_a_folder_that_cannot_be_read_is_no_reason_to_delete(
    mirror: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(mirror)
    mirror.write("below/one.txt", "Below.")
    mirror.run()
    real = walking._listed

    def refused(descent: object, way: tuple[str, ...], path: str) -> object:
        if way == ("below",):
            raise PermissionError(13, "Permission denied")
        return real(descent, way, path)  # type: ignore[arg-type]

    monkeypatch.setattr(walking, "_listed", refused)
    assert counts(mirror.run()) == {"unchanged": 8, "failed": 1}
    assert "below/one.txt" in mirror.held()


def test_documents_of_files_that_are_gone_are_kept_where_that_is_asked(tmp_path: Path) -> None:
    mirror = Mirrored(tmp_path, delete=Delete.KEEP)
    filled(mirror)
    mirror.delete("0.txt")
    mirror.rename("1.txt", "one.txt")
    for moved in (1, 0):
        told = mirror.run()
        assert told.run is not None and told.run.counts.moved == moved
        assert told.run.counts.gone == 1
    assert sorted(mirror.held()) == sorted(["0.txt", *mirror.files()])
    mirror.close()


def test_a_file_that_is_being_written_waits_and_the_rest_does_not(mirror: Mirrored) -> None:
    filled(mirror)
    young = mirror.top / "young.txt"
    young.write_text("Half")
    mirror.keeper.run("m")
    mirror.write("old.txt", "Old.")
    mirror.look()
    mirror.look()
    assert "old.txt" in mirror.held() and "young.txt" not in mirror.held()
    mirror.mover._clock = lambda: time.monotonic() + 5.0
    young.write_text("Half, and the rest.")
    mirror.look()
    assert "young.txt" not in mirror.held()
    for each in mirror.mover._mirrors.values():
        each._stillness._clock = lambda: time.monotonic() + 5.0
    for _ in range(3):
        mirror.look()
    assert mirror.held()["young.txt"] == "Half, and the rest."


def test_what_happened_while_nobody_ran_is_found(mirror: Mirrored) -> None:
    filled(mirror)
    mirror.write("1.txt", "Changed meanwhile.")
    mirror.delete("2.txt")
    mirror.boot()
    assert counts(mirror.run()) == {"changed": 1, "unchanged": 6, "gone": 1}
    assert mirror.held() == mirror.files()


def test_what_the_collection_held_before_is_known(tmp_path: Path) -> None:
    mirror = Mirrored(tmp_path)
    filled(mirror)
    mirror.keeper.remove("m")
    mirror.mover.look()
    mirror.delete("0.txt")
    wanted = mirror.request
    mirror.keeper.add(wanted, trusted=True)
    mirror.run()
    assert mirror.held() == mirror.files()
    mirror.close()


def test_globs_and_ignore_files_say_what_is_meant(tmp_path: Path) -> None:
    mirror = Mirrored(tmp_path, include=("*.txt", "*.md"), exclude=("drafts",))
    for path in ("a.txt", "b.md", "c.html", "drafts/d.txt", "e/f.txt", "e/g.txt", "e/h.md"):
        mirror.write(path, f"This is {path}.")
    mirror.write("e/.gristignore", "# all but one\n*.txt\n!g.txt\n")
    mirror.run()
    assert sorted(mirror.held()) == ["a.txt", "b.md", "e/g.txt", "e/h.md"]
    mirror.close()


def test_documents_inside_of_an_archive_follow_it_and_go_with_it(mirror: Mirrored) -> None:
    filled(mirror)

    def pack(*names: str) -> None:
        with zipfile.ZipFile(mirror.top / "all.zip", "w") as archive:
            for name in names:
                archive.writestr(name, f"In the archive: {name}")

    pack("one.txt", "two.txt")
    inside = {"all.zip!/one.txt", "all.zip!/two.txt"}
    mirror.boot_later()
    mirror.run()
    assert inside <= mirror.held().keys()
    mirror.rename("all.zip", "below/all.zip")
    moved = mirror.run()
    assert moved.run is not None and moved.run.counts.moved == 1 and moved.run.jobs == ()
    assert {f"below/{each}" for each in inside} <= mirror.held().keys()
    assert not inside & mirror.held().keys()
    mirror.delete("below/all.zip")
    mirror.run()
    assert sorted(mirror.held()) == sorted(mirror.files())


def test_a_mirror_that_is_paused_does_nothing_and_goes_on_when_it_is_resumed(
    mirror: Mirrored,
) -> None:
    filled(mirror)
    assert mirror.keeper.pause("m").state is MirrorState.PAUSED
    mirror.write("new.txt", "New.")
    mirror.look()
    assert "new.txt" not in mirror.held()
    mirror.keeper.pause("m", paused=False)
    assert counts(mirror.run()) == {"new": 1, "unchanged": 8}


def test_a_file_that_cannot_be_read_is_told_at_each_run_and_tried_again_when_it_has_changed(
    mirror: Mirrored,
) -> None:
    filled(mirror)
    mirror.write("broken.pdf", "%PDF-1.4 and nothing else")
    for _ in range(2):
        found = mirror.run()
        assert counts(found) == {"unchanged": 8, "failed": 1}
    assert found.run is not None and found.run.jobs == ()
    mirror.delete("broken.pdf")
    mirror.write("mended.txt", "Now a text.")
    mirror.run()
    assert counts(mirror.run()) == {"unchanged": 9}


def test_what_a_run_has_removed_can_be_taken_back_and_stays(mirror: Mirrored) -> None:
    filled(mirror)
    before = mirror.held()
    mirror.delete("1.txt")
    first = mirror.run()
    mirror.delete("2.txt")
    assert counts(mirror.run()) == {"unchanged": 6, "gone": 1} and first.run is not None
    stores, settings = mirror.mill.stores, mirror.mill.settings
    keeper = CatalogueKeeper(stores, settings, PoolClient(stores))
    wanted = RestoreRequest(mirror="m", run=first.run.started_at)
    assert keeper.restore_documents(wanted, None) == Restoration(1)
    Remover(stores, 7).look()
    left = {path: text for path, text in before.items() if path != "2.txt"}
    assert mirror.held() == left
    # Its file is still gone: nobody takes it out again.
    mirror.boot_later()
    assert counts(mirror.run()) == {"unchanged": 6} and mirror.held() == left
    mirror.write("1.txt", "Another one.")
    assert counts(mirror.run()) == {"new": 1, "unchanged": 6}
    assert mirror.held() == {**left, "1.txt": "Another one."}


def test_a_mirror_that_is_misspelt_is_answered_with_the_one_that_was_meant(
    mirror: Mirrored,
) -> None:
    with pytest.raises(MirrorNotFound, match=r"there is no mirror 'M'; did you mean 'm'\?$"):
        mirror.keeper.find("M")
    with pytest.raises(MirrorNotFound, match=r"there is no mirror 'M'$"):
        mirror.keeper.find("M", ("other",))


def test_counts_of_a_view_are_those_of_the_run(mirror: Mirrored) -> None:
    found = filled(mirror, 1)
    assert found.run is not None and found.run.counts == MirrorCounts(new=1)
