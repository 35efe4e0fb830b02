"""A document that hangs, grows or crashes on a node ends as it would on our own machine (N10)."""

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.dask_cluster import dask_cluster
from support.running import Service, path

pytestmark = pytest.mark.cluster
FAULTS = {
    "GRISTMILL_FAULTS": "document.parse:hangs.txt=hang; document.parse:grows.txt=eat; "
    "document.parse:crashes.txt=segfault"
}
FLAGS = ("--workers", "1", "--worker-memory-mb", "350", "--split-pages", "1")
PAGES = Path(__file__).parents[4] / "examples" / "documents" / "restoration.pdf"
CODES = {"crashes.txt": "crashed", "grows.txt": "out_of_memory", "hangs.txt": "timeout"}


def test_the_ledger_says_of_nodes_what_it_says_of_workers_beside_us(
    make_service: Callable[..., Service], tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in (*CODES, *(f"{number}.txt" for number in range(12))):
        (folder / name).write_text(f"The content of {name}, about flour.")
    large = tmp_path / "large"
    large.mkdir()
    shutil.copy(PAGES, large)
    with zipfile.ZipFile(large / "bundle.zip", "w") as archive:
        for name in ("a.txt", "b.txt", "broken.docx"):
            archive.writestr(name, f"What {name} says.")
    allowed = ("--allow-root", str(tmp_path), "--shared-root", str(tmp_path))
    here = make_service(*FLAGS, *allowed, data=tmp_path / "here", env=FAULTS).start()
    with dask_cluster(tmp_path / "cluster", nodes=0) as cluster:
        cluster.start_node(env=FAULTS)
        flags = (*FLAGS, *allowed, "--engine", "dask", "--scheduler", cluster.address)
        there = make_service(*flags, data=tmp_path / "there").start()
        # What grows has to be too large before its time is over, on a busy machine, too.
        ledgers = [_ledger(service, folder, timeout_s=10) for service in (here, there)]
        of_large = [_ledger(service, large) for service in (here, there)]
    assert {name: code for name, (_, code, *_) in ledgers[1].items() if code} == CODES
    assert ledgers[0] == ledgers[1]
    # An archive whose members get rows of their own, a document that is read in parts.
    assert [state for state, *_ in of_large[1].values()].count("succeeded") == 4
    assert of_large[0] == of_large[1]


def _ledger(service: Service, folder: Path, **fields: Any) -> dict[str, tuple[Any, ...]]:
    job = service.ended(service.accepted(path(folder), **fields))
    return {
        Path(row["uri"]).name: (
            row["state"],
            row["code"],
            row["attempts"],
            _without_numbers(row["message"] or ""),
        )
        for row in service.ledger(job["job_id"])
    }


def _without_numbers(message: str) -> str:
    """A pid and its node, whether it was weighed, what that gave and how far it had come differ
    from run to run."""
    message = re.sub(r", peak memory \d+ MiB", "", message)
    message = re.sub(r"worker \d+( on \S+)?", "worker N", message)
    return re.sub(r"stage \w+", "stage S", re.sub(r"\d+ MiB", "N MiB", message))
