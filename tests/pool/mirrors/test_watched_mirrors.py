"""A mirror that listens to the system: what is told is read, without a comparison of all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.mirrored import Mirrored
from support.running import until

from gristmill.schemas.mirrors import MirrorState

pytest.importorskip("watchfiles")


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirrored]:
    made = Mirrored(tmp_path, watch=True)
    yield made
    made.close()


def seen(mirror: Mirrored, holds: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    """What the library holds as soon as it is so, with nobody asking for a run."""

    def looked() -> bool:
        mirror.look()
        return holds(mirror.held()) and mirror.keeper.find("m").state is MirrorState.WAITING

    until(looked, "the library to follow the folder")
    return mirror.held()


def test_what_happens_in_a_watched_folder_is_followed_by_itself(mirror: Mirrored) -> None:
    for each in range(8):
        mirror.write(f"{each}.txt", f"Number {each}.")
    assert seen(mirror, lambda held: len(held) == 8) == mirror.files()
    mirror.write("below/new.txt", "New.")
    mirror.write("1.txt", "Another one.")
    held = seen(
        mirror, lambda held: held.get("1.txt") == "Another one." and "below/new.txt" in held
    )
    assert held == mirror.files()
    mirror.rename("2.txt", "below/two.txt")
    mirror.delete("3.txt")
    assert seen(mirror, lambda held: not {"2.txt", "3.txt"} & held.keys()) == mirror.files()
    # What happens while nobody listens is found as soon as somebody does.
    mirror.mover.close()
    mirror.write("later.txt", "Later.")
    mirror.boot()
    assert seen(mirror, lambda held: "later.txt" in held) == mirror.files()
