"""One upload's whole cost is bounded, whatever is inside of it; what kills is not tried again."""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.nosy_plugin import nosy_plugin
from support.running import Service
from support.selection import rest_slow

Make = Callable[..., Service]


def zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def uploaded(service: Service, data: bytes) -> list[dict[str, Any]]:
    """The rows of a job whose one document is an archive, once it has ended."""
    headers = {"Content-Type": "application/zip"}
    answer = service.http.post("/ingest?name=a.zip", content=data, headers=headers)
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["job_id"]
    service.ended(job_id)
    return service.ledger(job_id)


def texts(count: int, size: int = 20) -> dict[str, bytes]:
    return {f"{n}.txt": (f"text {n} " + "w" * size).encode() for n in range(count)}


def failures(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["code"], row["message"]) for row in rows if row["state"] == "failed"]


def test_the_documents_inside_of_an_upload_are_bounded(make_service: Make) -> None:
    service = make_service("--engine", "inline", "--max-members", "3").start()
    rows = uploaded(service, zipped(texts(3)))
    assert [row["state"] for row in rows] == ["succeeded"] * 3
    ((code, message),) = failures(uploaded(service, zipped(texts(5))))
    assert code == "too_large" and "max_members" in message


@pytest.mark.slow
def test_archives_that_hide_in_others_count_against_the_same_upload(make_service: Make) -> None:
    """By its name the inner one is no archive, so it is opened by a task of its own."""
    service = make_service("--workers", "1", "--max-members", "4").start()
    rows = uploaded(service, zipped({"a.txt": b"words", "hidden.bin": zipped(texts(3))}))
    assert [row["uri"] for row in rows if row["state"] == "succeeded"] == [
        "a.zip!/a.txt",
        "a.zip!/hidden.bin!/0.txt",
        "a.zip!/hidden.bin!/1.txt",
    ]
    ((code, message),) = failures(rows)
    assert code == "too_large" and "over 4 documents inside of a.zip (max_members)" in message


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "size", "name"),
    [
        (("--max-inflated-mb", "1"), 700_000, "max_inflated_mb"),
        (("--max-upload-seconds", "0.000001"), 20, "max_upload_seconds"),
    ],
)
def test_what_is_left_of_an_upload_that_is_used_up_fails_and_what_was_read_stays(
    make_service: Make, flags: tuple[str, ...], size: int, name: str
) -> None:
    service = make_service("--workers", "1", *flags).start()
    rows = uploaded(service, zipped(texts(5, size)))
    read = sum(row["state"] == "succeeded" for row in rows)
    assert 1 <= read <= 2
    told = failures(rows)
    assert len(told) == 5 - read
    assert all(code == "too_large" and name in message for code, message in told)
    (again,) = [row for row in uploaded(service, zipped(texts(1))) if row["uri"].endswith("0.txt")]
    assert again["state"] in ("succeeded", "unchanged")


@pytest.mark.parametrize("workers", rest_slow(1, 2))
def test_what_killed_workers_is_not_run_again_under_another_name(
    make_service: Make, tmp_path: Path, workers: int
) -> None:
    env = nosy_plugin(tmp_path / "plugin")
    service = make_service("--workers", str(workers), env=env).start()
    files = {f"{n}.bin": b"NOSY dump x" for n in range(8)} | texts(2)
    rows = uploaded(service, zipped(files))
    told = failures(rows)
    assert [code for code, _ in told] == ["crashed"] * 8
    first = [message for _, message in told if "not tried again" not in message]
    # A worker may be at a copy, and another at its second try, while the verdict on the first is
    # on its way to the ledger; and where both die at once, the spare one begins a further copy.
    assert 1 <= len(first) <= 3 * workers
    assert all("a.zip!/0.bin" in m or "!/" in m for _, m in told if "not tried again" in m)
    assert sum(row["state"] == "succeeded" for row in rows) == 2


@pytest.mark.slow
def test_other_jobs_and_other_contents_are_tried(make_service: Make, tmp_path: Path) -> None:
    service = make_service("--workers", "1", env=nosy_plugin(tmp_path / "plugin")).start()
    killers = {f"{n}.bin": f"NOSY dump {n}".encode() for n in range(2)}
    assert not [m for _, m in failures(uploaded(service, zipped(killers))) if "not tried" in m]
    (told,) = failures(uploaded(service, zipped({"0.bin": killers["0.bin"], "a.txt": b"words"})))
    assert told[0] == "crashed" and "not tried" not in told[1]
