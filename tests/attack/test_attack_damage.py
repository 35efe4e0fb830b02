"""What lies on the disk is damaged under a running service, by whoever can write there: it takes
nothing more, says what to do, and a repair brings back what is whole."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from support.running import Service, ask, run, running, text, until

PAGE = 4096


def garble(library: Path, size: int) -> None:
    """The beginning of each page but the first two."""
    with open(library, "r+b") as file:
        for at in range(2 * PAGE, size, PAGE):
            file.seek(at)
            file.write(os.urandom(64))


def cut(library: Path, size: int) -> None:
    os.truncate(library, size // 2 // PAGE * PAGE)


def overwrite(library: Path, size: int) -> None:
    with open(library, "r+b") as file:
        file.write(b"no database any more " * (size // 21))


def one_page(library: Path, size: int) -> None:
    """Noise over single bytes, as a bad disk has it."""
    dice = random.Random(3)
    with open(library, "r+b") as file:
        for _ in range(size // 500):
            file.seek(dice.randrange(2 * PAGE, size))
            file.write(bytes([dice.randrange(256)]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose service has ended, so that SQLite's log is folded into the file."""
    with running(tmp_path_factory.mktemp("whole") / "data", "--workers", "1") as service:
        for number in range(12):
            service.ended(service.accepted(text(f"wheel {number} " * 3000, f"{number}.txt")))
        assert service.stop() == 0
        return service.data


@pytest.mark.parametrize("harm", [garble, cut, overwrite, one_page])
def test_a_library_that_is_harmed_while_it_serves(
    tmp_path: Path, whole: Path, harm: Callable[[Path, int], None]
) -> None:
    shutil.copytree(whole, tmp_path / "data")
    with running(tmp_path / "data", "--workers", "1") as service:
        library = service.data / "library.db"
        assert service.search("wheel")
        harm(library, library.stat().st_size)
        until(lambda: noticed(service), "a service that is not ready")
        assert service.http.get("/healthz").status_code == 200
        answer = service.submit(text("more"))
        assert (answer.status_code, answer.json()["code"]) == (503, "library_damaged")
        service.stop()
        assert "Traceback" not in service.log.read_text()
    code, said, err = ask("check", data=service.data)
    assert code != 0 and "Traceback" not in said + err
    # A process of its own: it may open files for writing that others have open.
    code, said, err = run("check", "--repair", data=service.data)
    assert "Traceback" not in said + err
    code, said, err = ask("check", data=service.data)
    assert code == 0, said + err
    with running(tmp_path / "data", "--workers", "1") as service:
        job = service.ended(service.accepted(text("a new wheel", "new.txt")))
        assert job["state"] == "succeeded"


def noticed(service: Service) -> bool:
    """Whether readiness says so. Readers and jobs look at all pages in the end."""
    for path in ("/search?q=wheel", "/documents", "/export", "/ingest"):
        # An export may meet the damage in its midst: then its stream breaks off.
        with suppress(httpx.RemoteProtocolError):
            answer = service.http.get(path)
            assert answer.status_code == 200 or answer.json()["code"] == "library_damaged"
    service.submit(text(f"noticed {os.urandom(8).hex()} " * 2000))
    ready = service.http.get("/readyz")
    return ready.status_code == 503 and bool(ready.json()["code"] == "library_damaged")


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("noisy") / "data", "--workers", "1") as service:
        service.ended(service.accepted(text("wheel", "a.txt")))
        yield service


@pytest.mark.parametrize(
    "name", ["jobs/pending/x.json", "jobs/batches/x.ndjson", "spool/x", "run/authkey"]
)
def test_a_file_of_noise_in_the_folder_is_no_end(noisy: Service, name: str) -> None:
    noise(noisy.data / name)
    answer = noisy.submit(text(f"another wheel beside {name}"))
    assert answer.status_code in (202, 503), answer.text
    assert noisy.http.get("/documents").status_code == 200
    assert noisy.process is not None and noisy.process.poll() is None


def test_keys_of_noise_let_nobody_in(noisy: Service) -> None:
    keys = noisy.data / "api-keys.json"
    noise(keys)
    until(lambda: noisy.http.get("/documents").status_code >= 400, "a closed door")
    keys.unlink()
    until(lambda: noisy.http.get("/documents").status_code == 200, "an open door")


def noise(place: Path) -> None:
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(os.urandom(500))
