"""A disk that is full, out of inodes, read-only, or gone, under a running service; and bodies that
would fill it. Nothing that was accepted is lost, nothing more is promised."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from support.attacking import line_to
from support.running import Service, end, running, text, until

MIB = 1024 * 1024
FULL = {"storage_full", "storage_failed", "disk_full"}


@contextmanager
def disk(place: Path, options: str) -> Iterator[Path]:
    """A file system of its own."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def service_on(place: Path, options: str, *flags: str) -> Iterator[tuple[Service, Path]]:
    """A service on a disk of its own, its log elsewhere."""
    with disk(place / "disk", options) as mounted:
        service = Service(mounted / "data", "--workers", "1", *flags)
        service.log = place / "service.log"
        try:
            yield service.start(), mounted
        finally:
            end(service)


def answers(count: int, call: Callable[[int], httpx.Response]) -> Counter[str]:
    """The codes of the refusals, and `taken`."""
    found: Counter[str] = Counter()
    for number in range(count):
        answer = call(number)
        found["taken" if answer.status_code == 202 else answer.json()["code"]] += 1
    return found


def fill(ballast: Path) -> None:
    with open(ballast, "ab", buffering=0) as file:
        for size in (MIB, 4096, 64):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass


def test_a_disk_filled_to_the_last_byte_loses_nothing_and_lets_users_delete(
    tmp_path: Path,
) -> None:
    with service_on(tmp_path, "size=96m", "--min-free-disk-mb", "4") as (service, mounted):
        # Little is left, so that what fits takes no time; there is room for all of it afterwards.
        (mounted / "others").write_bytes(bytes(shutil.disk_usage(mounted).free - 10 * MIB))
        jobs: list[str] = []

        def upload(number: int) -> httpx.Response:
            content = b"%d " % number + os.urandom(100_000).hex().encode()
            fields = {"Content-Type": "text/plain"}
            answer = service.http.post("/ingest?name=u.txt", content=content, headers=fields)
            if answer.status_code == 202:
                jobs.append(answer.json()["job_id"])
            return answer

        found = answers(60, upload)
        assert found["taken"] and FULL & set(found) and set(found) <= FULL | {"taken"}, found
        service.ended(jobs[0])
        fill(mounted / "ballast")
        found = answers(10, lambda n: service.submit(text(f"full {n} " * 500)))
        assert not found["taken"] and set(found) <= FULL, found
        for path in ("/healthz", "/ingest", "/documents", "/search?q=full"):
            assert service.http.get(path).status_code == 200, path
        assert service.http.get("/readyz").status_code == 503
        (document,) = service.http.get("/documents?limit=1").json()["items"]
        assert service.http.delete(f"/documents/{document['document_id']}").status_code == 204
        (mounted / "ballast").unlink()
        (mounted / "others").unlink()
        for job_id in jobs:
            assert service.ended(job_id)["state"] == "succeeded"
        assert "Traceback" not in service.log.read_text()


def test_a_disk_out_of_inodes_refuses_and_recovers(tmp_path: Path) -> None:
    with service_on(tmp_path, "size=96m,nr_inodes=420", "--min-free-disk-mb", "1") as (
        service,
        mounted,
    ):
        made = mounted / "made"
        made.mkdir()
        with suppress(OSError):
            for number in range(1000):
                (made / str(number)).touch()
        found = answers(
            20, lambda n: service.submit(text(f"k{n}"), headers={"Idempotency-Key": f"k{n}"})
        )
        assert set(found) <= FULL | {"taken"} and FULL & set(found), found
        assert service.http.get("/healthz").status_code == 200
        shutil.rmtree(made)
        until(lambda: service.submit(text("room")).status_code in (202, 409), "the intake's return")
        for job in service.http.get("/ingest?limit=1000").json()["items"]:
            assert service.ended(job["job_id"])["state"] == "succeeded"
        assert "Traceback" not in service.log.read_text()


def test_a_disk_that_is_read_only_for_a_while_takes_nothing_and_comes_back(
    tmp_path: Path,
) -> None:
    with service_on(tmp_path, "size=96m") as (service, mounted):
        service.ended(service.accepted(text("before", "before.txt")))
        remount = ["mount", "-o", "remount,ro", str(mounted)]
        if subprocess.run(remount, capture_output=True).returncode:
            pytest.skip("a file that is open for writing keeps it from being read-only")
        try:
            answer = service.submit(text("meanwhile"))
            assert (answer.status_code, answer.json()["code"]) in [(503, code) for code in FULL]
            assert service.search("before")
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(mounted)], check=True)
        until(lambda: service.submit(text("after")).status_code in (202, 409), "its return")


def removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def test_a_folder_that_is_removed_under_a_service_ends_it_with_a_sentence(tmp_path: Path) -> None:
    with service_on(tmp_path, "size=96m") as (service, _):
        service.ended(service.accepted(text("before")))
        # It may write a file while its folder is being emptied.
        until(lambda: removed(service.data), "its end")
        assert service.wait() == 6
        assert not service.data.exists()
        assert "Traceback" not in service.log.read_text()


def test_bodies_are_promised_room_before_they_come(tmp_path: Path) -> None:
    """A flood of heads that announce more than there is: who is let in gets all of it."""
    with service_on(tmp_path, "size=200m", "--min-free-disk-mb", "1") as (service, mounted):
        head = b"POST /ingest?name=a HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
        head += b"Content-Length: 40000000\r\n\r\n"
        lines = [line_to(service, head + b"y" * 200_000) for _ in range(20)]
        try:
            told = 0
            for line in lines:
                line.settimeout(0.2)
                with suppress(TimeoutError):
                    said = line.recv(4000)
                    assert (b" 503 " in said and b"disk_full" in said) or b"storage_full" in said
                    told += 1
            assert told >= 10
            fields = {"Content-Type": "text/plain"}
            answer = service.http.post("/ingest?name=b", content=b"x " * 50_000, headers=fields)
            assert answer.status_code in (202, 503)
            assert shutil.disk_usage(mounted).free > 100 * MIB
        finally:
            for line in lines:
                line.close()
        until(
            lambda: service.submit(text("afterwards")).status_code in (202, 409), "room for others"
        )


def test_the_systems_temporary_folder_is_nothing_that_bodies_need(tmp_path: Path) -> None:
    with disk(tmp_path / "tmp", "size=1m") as small:
        fill(small / "ballast")
        with running(tmp_path / "data", "--workers", "1", env={"TMPDIR": str(small)}) as service:
            fields = {"Content-Type": "text/plain"}
            content = b"many words " * 300_000
            answer = service.http.post("/ingest?name=b.txt", content=content, headers=fields)
            assert service.ended(answer.json()["job_id"])["state"] == "succeeded"
