"""Archives are folders, and what comes with a mail is a document of its own."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from support.running import Service, path, running
from support.selection import rest_slow
from support.writers.archive_writer import tarred, zipped

MakeService = Callable[..., Service]


def _packed(files: dict[str, bytes]) -> bytes:
    return tarred(files, "w:gz")


def _mail(**attachments: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@mill.example", "b@mill.example", "The rota"
    mail.set_content("The rota for May is attached.")
    for name, data in attachments.items():
        mail.add_attachment(data, maintype="text", subtype="plain", filename=f"{name}.txt")
    return bytes(mail)


def _uploaded(service: Service, name: str, data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The ended job of one upload, and its ledger by the part of the uri after the container."""
    answer = service.http.post(
        "/ingest", params={"name": name}, content=data, headers={"Content-Type": "x/y"}
    )
    assert answer.status_code == 202, answer.text
    job = service.ended(answer.json()["job_id"])
    rows = service.ledger(job["job_id"])
    return job, {row["uri"].removeprefix(f"{name}!/"): row for row in rows}


NESTED = {
    "a.txt": b"The first sack of flour.",
    "b/c.md": b"# Sieves\n\nThe second sack.",
    "inner.tgz": _packed({"d.txt": b"The third sack."}),
    "mail.eml": _mail(e=b"The fourth sack."),
    "bad.zip": b"PK\x03\x04 and no more",
}


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Path]]:
    """One service for all that do not end it, and a folder from which it reads."""
    root = tmp_path_factory.mktemp("mill")
    # Once a failed attachment.
    env = {"GRISTMILL_FAULTS": f"document.parse:rota.txt=raise#{root}/once"}
    with running(root / "data", "--workers", "2", "--allow-root", str(root), env=env) as service:
        yield service, root


@pytest.mark.parametrize(("name", "pack"), rest_slow(("o.zip", zipped), ("o.tar.gz", _packed)))
def test_an_archive_is_a_folder_and_a_broken_one_inside_fails_alone(
    mill: tuple[Service, Path], name: str, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    service, _ = mill
    job, rows = _uploaded(service, name, pack(NESTED))
    assert {way: row["state"] for way, row in rows.items()} == {
        "a.txt": "succeeded",
        "b/c.md": "succeeded",
        "inner.tgz!/d.txt": "succeeded",
        "mail.eml": "succeeded",
        "mail.eml!/e.txt": "succeeded",
        "bad.zip": "failed",
    }
    assert (job["state"], job["counts"]["total"]) == ("partial", 6)
    (hit,) = (hit for hit in service.search("fourth") if hit["uri"].startswith(name))
    assert hit["uri"] == f"{name}!/mail.eml!/e.txt"
    document = service.http.get(f"/documents/{hit['document_id']}").json()
    parent = document["metadata"]["parent"]
    assert parent["uri"] == f"{name}!/mail.eml"
    mail = service.http.get(f"/documents/{parent['document_id']}").json()
    assert mail["metadata"]["parent"] == {"uri": name, "document_id": None}

    again, rows = _uploaded(service, name, pack(NESTED))
    assert again["counts"] == {**job["counts"], "succeeded": 0, "unchanged": 5}


def test_what_came_with_a_mail_is_read_again_though_the_mail_is_unchanged(
    mill: tuple[Service, Path],
) -> None:
    """A failed attachment must not hide behind its mail."""
    service, folder = mill
    (folder / "m.eml").write_bytes(_mail(rota=b"The rota itself.", second=b"And a map."))
    states = []
    for _ in range(2):
        job = service.ended(service.accepted(path(folder, "*.eml")))
        states.append([row["state"] for row in service.ledger(job["job_id"])])
    assert states == [
        ["succeeded", "failed", "succeeded"],
        ["unchanged", "succeeded", "unchanged"],
    ]


@pytest.mark.slow
def test_a_worker_that_dies_right_after_it_opened_an_archive_loses_nothing(
    make_service: MakeService, tmp_path: Path
) -> None:
    """Its members are in the ledger, and nobody has been told of them."""
    service = make_service(
        "--workers",
        "1",
        env={"GRISTMILL_FAULTS": f"commit.after=kill#{tmp_path}/once"},
    ).start()
    files = {f"{number}.txt": f"Sack {number}.".encode() for number in range(50)}
    job, rows = _uploaded(service, "sacks.zip", zipped(files))
    assert (job["state"], job["counts"]["succeeded"], len(rows)) == ("succeeded", 50, 50)
    assert (tmp_path / "once").exists()


def test_an_archive_of_no_use_fails_with_its_reason(mill: tuple[Service, Path]) -> None:
    service, _ = mill
    for data, code in (
        (zipped({}), "empty"),
        (zipped({"a.txt": b"x"})[:-10], "parse_error"),
        (zipped({"zeros": bytes(64 * 1024 * 1024)}), "too_large"),
    ):
        job, rows = _uploaded(service, f"{code}.zip", data)
        assert job["state"] == "failed"
        assert {row["code"] for row in rows.values()} == {code}


@pytest.mark.slow
def test_an_archive_cannot_make_a_job_larger_than_jobs_may_be(make_service: MakeService) -> None:
    service = make_service("--workers", "1", "--max-documents", "20").start()
    files = {f"{number}.txt": f"Sack {number}.".encode() for number in range(30)}
    job, rows = _uploaded(service, "sacks.zip", zipped(files))
    assert [(row["code"], "30 files" in row["message"]) for row in rows.values()] == [
        ("too_large", True)
    ]
    assert job["counts"]["total"] == 1


@pytest.mark.slow
def test_a_size_that_nothing_can_have_costs_nobody(make_service: MakeService) -> None:
    archive = bytearray(tarred({"a.txt": b"The first sack of flour."}))
    archive[156:157] = b"1"  # a link has no bytes, whatever its header says
    archive[124:136] = b"\x80" + (1 << 80).to_bytes(11, "big")
    archive[148:156] = b" " * 8
    archive[148:156] = b"%06o\0 " % sum(archive[:512])
    service = make_service("--workers", "1").start()
    job, rows = _uploaded(service, "o.tar", bytes(archive))
    assert job["state"] == "failed"
    assert rows["a.txt"]["code"] == "unsupported" and rows["a.txt"]["bytes"] is None
