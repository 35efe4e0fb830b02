"""A worker that the kernel kills for want of memory, in a control group of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.running import Service, path, until

MakeService = Callable[..., Service]
_ROOT = Path("/sys/fs/cgroup")
_MIB = 1024 * 1024
_LIMIT = 600 * _MIB
_V1 = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.oom_control")
_V2 = ("memory.max", "memory.swap.max", "memory.events")


def _group() -> tuple[Path, tuple[str, str, str]]:
    """A new group with the names of its limits and its counter; skips where none can be made."""
    name = f"gristmill-test-{os.getpid()}"
    for root, names in ((_ROOT / "memory", _V1), (_ROOT, _V2)):
        try:
            (root / name).mkdir()
        except OSError:
            continue
        if (root / name / names[0]).exists():
            return root / name, names
        (root / name).rmdir()
    pytest.skip("no control group with a limit of memory can be made here (root, cgroup v1 or v2)")


@contextmanager
def born_in(group: Path) -> Iterator[None]:
    """What is started inside is of the group, and we are not afterwards."""
    back = next(
        _ROOT / "memory" / place.strip("/") if "memory" in controllers else _ROOT / place.strip("/")
        for _, controllers, place in (
            line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()
        )
        if ("memory" in controllers.split(",")) == (group.parent == _ROOT / "memory")
    )
    (group / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield
    finally:
        (back / "cgroup.procs").write_text(str(os.getpid()))


@pytest.fixture
def group() -> Iterator[Path]:
    made, (limit, swap, _) = _group()
    (made / limit).write_text(str(_LIMIT))
    if (made / swap).exists():
        (made / swap).write_text("0" if swap.endswith("swap.max") else str(_LIMIT))
    yield made
    until(lambda: not (made / "cgroup.procs").read_text().split(), "the group to be empty")
    made.rmdir()


def _kills(group: Path) -> int:
    counter = next(p for n in (_V1[2], _V2[2]) if (p := group / n).exists())
    counts = dict(line.split() for line in counter.read_text().splitlines())
    return int(counts["oom_kill"])


@pytest.mark.chaos
def test_a_document_whose_worker_the_kernel_kills_for_memory_fails_so_and_alone(
    group: Path, make_service: MakeService, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in (*(f"{n}.txt" for n in range(5)), "greedy.txt"):
        (folder / name).write_text(f"The content of {name}, about flour.")
    with born_in(group):
        service = make_service(
            *("--workers", "1", "--worker-memory-mb", "8000", "--min-free-memory-mb", "1"),
            *("--allow-root", str(tmp_path)),
            env={"GRISTMILL_FAULTS": "document.parse:greedy.txt=eat"},
        ).start()
    try:
        job = service.ended(service.accepted(path(folder)))
        assert (job["counts"]["succeeded"], job["counts"]["failed"]) == (5, 1)
        (failed,) = service.ledger(job["job_id"], state="failed")
        assert (failed["code"], failed["attempts"]) == ("out_of_memory", 2)
        assert _kills(group) == 2
    finally:
        service.stop()
