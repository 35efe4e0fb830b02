"""A service with nodes under a job that is long enough to hit something in the middle of it."""

from pathlib import Path

from support.running import Service, path, until

DOCUMENTS = 120
SILENCE_S = "4"


def joined(service: Service) -> list[str]:
    """The nodes that have workers."""
    workers = service.http.get("/overview").json()["workers"]
    return sorted({worker["host"] for worker in workers})


def big_job(service: Service, folder: Path) -> str:
    """A job of which some documents have been done."""
    folder.mkdir()
    for number in range(DOCUMENTS):
        (folder / f"{number}.txt").write_text(f"Sack {number} of {folder.name}. " * 3000)
    job_id = service.accepted(path(folder))
    more_done(service, job_id, 4)
    return job_id


def more_done(service: Service, job_id: str, than: int) -> None:
    until(lambda: service.job(job_id)["counts"]["succeeded"] > than, f"more than {than} documents")


def all_once(service: Service, job_id: str, documents: int = DOCUMENTS) -> None:
    """Every document has succeeded, and is in the library once; the folder has nothing else."""
    job = service.ended(job_id)
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", documents), job
    rows = service.ledger(job_id)
    assert sorted(row["ordinal"] for row in rows) == list(range(documents))
    uris = [document["uri"] for document in service.all("/documents")]
    assert len(uris) == len(set(uris)) == documents
