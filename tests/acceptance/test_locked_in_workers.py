"""Workers are locked in: a parser that tries to do more than read its input is refused.

The parser is a real one, in a package that a real service has installed."""

import resource
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.nosy_plugin import nosy_plugin
from support.running import Service, running

from gristmill.pool.worker.confined import landlock

pytestmark = pytest.mark.skipif(
    not landlock.version(), reason="this kernel has no Landlock, or it is switched off"
)
Make = Callable[..., Service]


def text(name: str, content: str) -> dict[str, str]:
    return {"type": "text", "name": name, "text": content}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("locked")
    (place / "root").mkdir()
    (place / "root" / "a.txt").write_text("what may be read")
    (place / "secret.txt").write_text("TOPSECRET")
    return place


@pytest.fixture(scope="module")
def service(place: Path) -> Iterator[Service]:
    # The first job of a life decides whether reading is bound: it is one of the service's.
    flags = ("--workers", "1", "--allow-root", str(place / "root"), "--verbose")
    with running(place / "data", *flags, env=nosy_plugin(place / "plugin")) as service:
        assert service.ended(service.accepted(text("first.txt", "first")))["state"] == "succeeded"
        yield service


def what_came(service: Service, *tried: str) -> tuple[str | None, str]:
    """Code and words of a document whose parser tried something, beside one that did not."""
    job_id = service.accepted(
        text("nosy.txt", "NOSY " + " ".join(tried) + " x"), text("good.txt", "good " * 3)
    )
    service.ended(job_id)
    rows = {row["uri"]: row for row in service.ledger(job_id)}
    assert rows["good.txt"]["state"] in ("succeeded", "unchanged")
    row = rows["nosy.txt"]
    if row["state"] == "failed":
        return row["code"], row["message"]
    chunks = service.http.get("/export").text.splitlines()
    return None, next(line for line in chunks if '"nosy.txt"' in line)


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("write", f"{tempfile.gettempdir()}/gristmill-nosy"),
        ("write", str(Path.home() / ".gristmill-nosy")),
        ("write", "{place}/root/a.txt"),
        ("write", "{place}/root/b.txt"),
        ("unlink", "{place}/root/a.txt"),
        ("read", "{place}/secret.txt"),
        ("read", "/etc/passwd"),
        ("list", str(Path.home())),
        ("list", "/"),
        ("run", "/bin/true"),
        ("signal", "parent"),
    ],
)
def test_what_a_parser_may_not_do_fails_its_document_alone(
    service: Service, place: Path, what: str, where: str
) -> None:
    where = where.format(place=place)
    code, message = what_came(service, what, where)
    assert code == "parse_error"
    assert "PermissionError" in message
    if what == "write" and not where.endswith("a.txt"):
        assert not Path(where).exists()
    assert (place / "root" / "a.txt").read_text() == "what may be read"


def test_what_a_worker_is_for_works(service: Service, place: Path) -> None:
    job_id = service.accepted({"type": "path", "path": str(place / "root")})
    assert service.ended(job_id)["state"] == "succeeded"
    assert "what may be read" in what_came(service, "read", str(place / "root" / "a.txt"))[1]
    _, said = what_came(service, "temporary", "file")
    assert f"temporary in {place / 'data' / 'run' / 'tmp'}" in said


def test_a_worker_has_no_privileges_to_gain_and_goes_first_when_memory_ends(
    service: Service,
) -> None:
    _, said = what_came(service, "status", "of")
    assert "NoNewPrivs: 1" in said
    assert "oom 500" in said
    assert "core 0" in said
    limit = int(said.split("fsize ")[1].split('"')[0])
    assert (64 << 30) <= limit < (65 << 30)


def test_a_parser_that_dies_leaves_no_core(service: Service, place: Path, tmp_path: Path) -> None:
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("nobody may leave a core here, locked in or not")
    code, _ = what_came(service, "dump", "core")
    assert code == "crashed"
    assert not list(Path.cwd().glob("core*.[0-9]*"))


def test_the_log_says_once_what_is_in_force(service: Service) -> None:
    lines = [line for line in service.log.read_text().splitlines() if "locked in" in line]
    assert len(lines) == 1
    assert "Landlock" in lines[0]


@pytest.mark.slow
def test_a_trusted_program_may_name_files_outside_of_the_roots(
    service: Service, place: Path, tmp_path: Path
) -> None:
    """A life that is bound hands such a job to the next one, which is not."""
    from gristmill import IngestionTask, IngestionWorker, PathSource, Settings

    (tmp_path / "mine.txt").write_text("words of my own")
    with IngestionWorker(Settings(data=str(service.data))) as worker:
        job = worker.enqueue(IngestionTask(sources=[PathSource(path=str(tmp_path / "mine.txt"))]))
        worker.wait_for_idle()
        assert service.ended(job.job_id)["state"] == "succeeded"


@pytest.mark.slow
def test_a_service_can_be_told_to_lock_nobody_in(make_service: Make, tmp_path: Path) -> None:
    env = nosy_plugin(tmp_path / "plugin")
    service = make_service("--workers", "1", "--worker-sandbox", "off", "--verbose", env=env)
    service.start()
    assert what_came(service, "write", str(tmp_path / "written"))[0] is None
    assert (tmp_path / "written").read_text() == "x"
    assert "off (worker_sandbox)" in service.log.read_text()
