"""A backup that is taken while everybody submits: restored, it has lost nothing that was accepted
before it began, and a service goes on with it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from support.ingested import with_a_note
from support.running import Service, ask, run, text, until
from support.selection import rest_slow

MakeService = Callable[..., Service]


class Load:
    """Submits from some threads until it is stopped, and retries a job that always fails."""

    def __init__(self, service: Service, failing: str) -> None:
        self._url, self._failing = service.http.base_url, failing
        self.accepted: dict[str, str] = {}
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._submit, args=(n,)) for n in range(2)]
        self._threads.append(threading.Thread(target=self._retry))

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _submit(self, lane: int) -> None:
        number = 0
        with (
            suppress(httpx.HTTPError),
            httpx.Client(base_url=self._url, timeout=60, verify=False) as http,
        ):
            while not self._stop.is_set():
                number += 1
                name = f"{lane}-{number}.txt"
                content = f"wheel {lane} {number} " * 40
                if number % 2:
                    answer = http.post(
                        "/ingest",
                        params={"name": name},
                        content=content.encode(),
                        headers={"Content-Type": "text/plain"},
                    )
                else:
                    answer = http.post(
                        "/ingest",
                        json={"sources": [text(content, name)]},
                        headers={"Idempotency-Key": name},
                    )
                if answer.status_code == 202:
                    self.accepted[answer.json()["job_id"]] = name

    def _retry(self) -> None:
        with (
            suppress(httpx.HTTPError),
            httpx.Client(base_url=self._url, timeout=60, verify=False) as http,
        ):
            while not self._stop.is_set():
                http.post(f"/ingest/{self._failing}/retry")
                http.get(f"/ingest/{self._failing}", params={"wait": "1"})


@pytest.mark.slow
@pytest.mark.parametrize("after", rest_slow("kept", "killed"))
def test_a_backup_under_load_loses_nothing_that_was_accepted_before_it_began(
    make_service: MakeService, tmp_path: Path, after: str
) -> None:
    service = make_service("--workers", "2", "--queue-depth", "100000").start()
    raw = {"Content-Type": "application/octet-stream"}
    failing = service.http.post(
        "/ingest", params={"name": "none.bin"}, content=bytes(64), headers=raw
    ).json()["job_id"]
    assert service.ended(failing)["state"] == "failed"
    with Load(service, failing) as load:
        until(lambda: len(load.accepted) > 20, "some load")
        before = {**load.accepted, failing: "none.bin"}
        code, said, err = run("backup", str(tmp_path / "backup"), data=service.data)
        assert code == 0, err
        assert "backed up" in said
        if after == "killed":
            service.kill()
            load._stop.set()
    code, said, err = run("restore", str(tmp_path / "backup"), data=tmp_path / "again")
    assert (code, err) == (0, ""), said + err
    again = make_service("--workers", "2", data=tmp_path / "again").start()
    for job_id, name in before.items():
        job = again.ended(job_id)
        assert job["state"] == ("failed" if job_id == failing else "succeeded"), job
        assert [row["uri"] for row in again.ledger(job_id)] == [name]
    uris = [document["uri"] for document in again.all("/documents")]
    assert len(uris) == len(set(uris)) and set(before.values()) - {"none.bin"} <= set(uris)
    assert again.stop() == 0
    assert ask("check", data=tmp_path / "again")[0] == 0


@pytest.mark.slow
def test_a_backup_and_a_restore_refuse_to_overwrite_anything(
    tmp_path: Path,
) -> None:
    data = with_a_note(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "something").touch()
    code, _, err = ask("backup", str(tmp_path / "there"), data=data)
    assert (code, "not empty" in err) == (2, True)
    code, _, err = ask("backup", str(data / "inside"), data=data)
    assert (code, "inside of the data folder" in err) == (2, True)
    assert ask("backup", str(tmp_path / "backup"), data=data)[0] == 0
    code, _, err = ask("restore", str(tmp_path / "backup"), data=data)
    assert (code, "not empty" in err) == (6, True)
    (tmp_path / "backup" / "gristmill-backup.json").unlink()
    code, _, err = ask("restore", str(tmp_path / "backup"), data=tmp_path / "again")
    assert (code, "no whole backup" in err) == (2, True)
    assert not (tmp_path / "again").exists()


@pytest.mark.slow
def test_a_damaged_library_is_not_backed_up(make_service: MakeService, tmp_path: Path) -> None:
    service = make_service("--workers", "1").start()
    service.ended(service.accepted(text("wheel " * 9000, "a.txt")))
    assert service.stop() == 0
    with open(service.data / "library.db", "r+b") as file:
        file.seek(-3 * 4096, 2)
        file.write(b"\xa5" * 3 * 4096)
    code, _, err = run("backup", str(tmp_path / "backup"), data=service.data)
    assert (code, "gristmill check --repair" in err) == (6, True), err
    assert not (tmp_path / "backup" / "gristmill-backup.json").exists()


@pytest.mark.slow
def test_nobody_else_may_read_a_backup(make_service: MakeService, tmp_path: Path) -> None:
    service = make_service("--workers", "1").start()
    service.ended(service.accepted(text("wheel", "a.txt")))
    assert run("backup", str(tmp_path / "backup"), data=service.data)[0] == 0
    assert run("restore", str(tmp_path / "backup"), data=tmp_path / "again")[0] == 0
    for place in ("backup", "again"):
        root = tmp_path / place
        for path in (root, *root.rglob("*")):
            assert not path.stat().st_mode & 0o077, path
