"""A mirror's service is killed, workers and supervisor, while its folder is stormed."""

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from support.running import Service, until

MakeService = Callable[..., Service]
ROUNDS = 4


def storm(folder: Path, chance: random.Random, turn: int) -> None:
    """Files are written, changed, moved and deleted, some with a content that others have."""
    for number in range(40):
        file = folder / f"{chance.randrange(6)}" / f"{chance.randrange(20)}.txt"
        file.parent.mkdir(exist_ok=True)
        what = chance.random()
        if what < 0.6:
            file.write_text(f"Of round {turn}, number {number // 2}. " * 20)
        elif what < 0.8:
            with suppress(FileNotFoundError):
                file.rename(folder / f"{turn}-{number}.txt")
        else:
            file.unlink(missing_ok=True)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_after_kills_the_library_equals_the_folder(
    make_service: MakeService, tmp_path: Path
) -> None:
    folder, chance = tmp_path / "folder", random.Random(18)
    folder.mkdir()
    flags = ("--workers", "2", "--allow-root", str(tmp_path), "--mirror-still-s", "0")
    service = make_service(*flags).start()
    asked = {"name": "m", "path": str(folder), "collection": "m", "delete": "remove", "every_s": 1}
    service.http.post("/mirrors", json=asked).raise_for_status()
    for turn in range(ROUNDS):
        storm(folder, chance, turn)
        service.http.post("/mirrors/m/run", json={"confirm_gone": True}).raise_for_status()
        until(lambda: service.http.get("/mirrors/m").json()["run"] is not None, "a run")
        for worker in service.workers()[:1]:
            os.kill(worker, signal.SIGKILL)
        storm(folder, chance, turn + ROUNDS)
        service.kill()
        service.start()

    def in_step() -> bool:
        files = [path for path in folder.rglob("*") if path.is_file()]
        uris = {each["uri"] for each in service.all("/documents?collection=m")}
        service.http.post("/mirrors/m/run", json={"confirm_gone": True}).raise_for_status()
        contents = {path.read_text() for path in files}
        held = {Path(uri).read_text() for uri in uris if Path(uri).is_file()}
        is_where_files_are = uris <= {str(path) for path in files}
        return is_where_files_are and held == contents and len(uris) == len(contents)

    until(in_step, "a library that equals the folder", 60.0)

    def says_so() -> bool:
        run = service.http.get("/mirrors/m").json()["run"]
        files = sum(path.is_file() for path in folder.rglob("*"))
        return bool(run["counts"]["unchanged"] == files and not run["counts"]["failed"])

    until(says_so, "a run that finds nothing to do", 30.0)
