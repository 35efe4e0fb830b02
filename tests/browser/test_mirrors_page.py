"""The page of mirrors: what they are at, and what waits for a word."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.running import Service, until

Open = Callable[..., Any]


def test_a_mirror_asks_before_it_removes_and_does_it_when_it_is_told(
    open_page: Open, service: Service, root: Path, sound: Any
) -> None:
    folder = root / "mirrored"
    (folder / "old").mkdir(parents=True)
    for number in range(4):
        (folder / "old" / f"{number}.txt").write_text(f"Of mirrors, number {number}.")
    (folder / "new.txt").write_text("Of mirrors, the last one.")
    asked = {"name": "m", "path": str(folder), "collection": "mirrored", "delete": "remove"}
    service.http.post("/mirrors", json=asked).raise_for_status()

    def state() -> str:
        return str(service.http.get("/mirrors/m").json()["state"])

    until(lambda: state() == "waiting", "a first run")
    shutil.rmtree(folder / "old")
    page = open_page("/ui/mirrors")
    page.get_by_role("button", name="Compare now").click()
    page.get_by_text("4 of 5 files are gone").wait_for()
    sound(page, "mirrors")
    page.get_by_role("button", name="They are meant to be gone").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove the documents of 4").click()
    page.get_by_text("4 gone").wait_for()
    assert state() == "waiting"
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").wait_for()
    assert state() == "paused"
