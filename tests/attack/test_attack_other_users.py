"""What another user of this machine can read, hold or connect to: nothing of a data folder."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running import Service, running, text

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
SECRET = "the secret of the mill"
NOTHING = "nothing"


@pytest.fixture(scope="module")
def seen() -> Iterator[Service]:
    """A service of its own under an open umask, below a folder that everybody may enter."""
    place = Path("/tmp") / f"gristmill-seen-{os.getpid()}"  # pytest's own is closed to others
    place.mkdir(mode=0o755)
    before = os.umask(0o000)
    try:
        with running(place / "data", "--workers", "1", "--web-processes", "2") as service:
            answer = service.http.post(
                "/ingest?name=secret.txt",
                content=SECRET.encode() * 2000,
                headers={"Content-Type": "text/plain", "Idempotency-Key": "held"},
            )
            service.ended(answer.json()["job_id"])
            for number in range(3):
                service.ended(service.accepted(text(f"{SECRET} {number}", "inline.txt")))
            yield service
    finally:
        os.umask(before)
        shutil.rmtree(place)


def as_nobody(script: str, *arguments: str) -> str:
    """What a shell of another user says."""
    nobody = pwd.getpwnam("nobody")
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *arguments],
        capture_output=True,
        text=True,
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        timeout=60,
    )
    return done.stdout


def test_the_other_user_can_look_at_all(seen: Service) -> None:
    # Else everything below would say nothing.
    assert as_nobody('ls -d "$1"', str(seen.data)).strip() == str(seen.data)


@pytest.mark.parametrize(
    "script",
    [
        'ls "$1"',
        'cd "$1" && pwd',
        'find "$1" -type f 2>/dev/null',
        'cat "$1"/library.db "$1"/library.db-wal 2>/dev/null',
        'cat "$1"/run/authkey "$1"/audit.ndjson 2>/dev/null',
        'cat "$1"/jobs/*/* 2>/dev/null',
        'cat "$1"/spool/*/* 2>/dev/null',
        'echo planted > "$1"/jobs/pending/planted.json && echo written',
        'mv "$1" "$1".moved && echo moved',
        'rm -rf "$1"/jobs && test ! -e "$1"/jobs && rm -d "$1" && echo removed',
        'flock -n "$1"/library.db.lock true 2>/dev/null && echo held',
        'flock -n "$1"/supervisor.lock true 2>/dev/null && echo held',
        'test -S "$1"/run/socket && echo there',
    ],
)
def test_another_user_reads_writes_holds_and_reaches_nothing(seen: Service, script: str) -> None:
    said = as_nobody(script, str(seen.data))
    assert said.strip() in ("", str(seen.data)), said
    assert SECRET not in said
    assert seen.ended(seen.accepted(text(f"after {script}")))["state"] == "succeeded"


def test_no_process_tells_a_secret_in_what_everybody_can_see(seen: Service) -> None:
    key = (seen.data / "run" / "authkey").read_text().strip()
    assert key
    for process in [*seen.family()]:
        shown = as_nobody('cat /proc/"$1"/cmdline /proc/"$1"/environ 2>/dev/null', str(process.pid))
        assert key not in shown and SECRET not in shown


def test_what_others_can_see_of_temporary_folders_is_closed(seen: Service) -> None:
    ours = [each for each in Path("/tmp").glob("pymp-*") if each.stat().st_mode & 0o077]
    assert ours == []
    assert SECRET not in seen.log.read_text()
