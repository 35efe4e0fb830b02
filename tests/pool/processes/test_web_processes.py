"""Web processes are kept alive, whatever happens to them."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.running import until

from gristmill.pool.processes import web_life, web_processes
from gristmill.pool.processes.web_life import WebProcess
from gristmill.pool.processes.web_processes import WebProcesses, backoff_s
from gristmill.schemas.problems.errors import ServiceFailed

LIVES = """
import os, select, sys
ready = int(sys.argv[sys.argv.index("--ready-fd") + 1])
with open(sys.argv[1], "a") as file:
    print(os.getpid(), file=file, flush=True)
os.write(ready, b"ready\\n")
while not select.select([0], [], [], 0.1)[0]:
    os.write(ready, b".")
"""


class Site:
    """One web process, which writes its pid to a file at each start."""

    def __init__(self, tmp_path: Path, program: str) -> None:
        self.file, self.deaths = tmp_path / "pids", 0
        argv = (sys.executable, "-c", program, str(self.file))
        self.kept = WebProcesses([WebProcess("web-1", argv)], self._count)

    def _count(self) -> None:
        self.deaths += 1

    def pids(self) -> list[int]:
        self.kept.tick()
        return [int(line) for line in self.file.read_text().splitlines()]

    def comes_back(self) -> Callable[[], bool]:
        count = len(self.pids())
        return lambda: len(self.pids()) > count


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path, LIVES)
    site.kept.start()
    try:
        site.kept.wait()
        yield site
    finally:
        site.kept.stop()


@pytest.mark.parametrize(
    ("deaths", "seconds"),
    [(0, 0), (1, 0), (2, 0.5), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 30), (10_000, 30)],
)
def test_each_death_in_a_row_doubles_the_wait_up_to_a_bound(deaths: int, seconds: float) -> None:
    assert backoff_s(deaths) == seconds


def test_one_that_dies_again_and_again_comes_back_and_that_is_said(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_processes, "backoff_s", lambda deaths: 0.0)
    for deaths in range(1, 8):
        back = site.comes_back()
        os.kill(site.pids()[-1], signal.SIGKILL)
        until(back, "another web process")
        assert site.deaths == deaths
    trouble = site.kept.trouble()
    assert trouble is not None and "web-1 died 7 times" in trouble


def test_one_that_was_stopped_is_ended_and_replaced(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_life, "STILL_S", 1.0)
    back, stopped = site.comes_back(), site.pids()[-1]
    os.kill(stopped, signal.SIGSTOP)
    until(back, "another web process")
    assert site.pids()[-1] != stopped and site.kept.trouble() is None
    with pytest.raises(ProcessLookupError):
        os.kill(stopped, 0)


def test_one_that_ends_by_itself_before_it_is_ready_cannot_start(tmp_path: Path) -> None:
    site = Site(tmp_path, "raise SystemExit(3)")
    site.kept.start()
    with pytest.raises(ServiceFailed, match="web-1 process did not start"):
        site.kept.wait()
    site.kept.stop()
    assert site.deaths == 1


def test_one_that_is_killed_before_it_is_ready_is_started_again(tmp_path: Path) -> None:
    once = tmp_path / "once"
    dies = f"""
import os
if not os.path.exists({str(once)!r}):
    open({str(once)!r}, "w").close()
    os.kill(os.getpid(), 9)
"""
    site = Site(tmp_path, dies + LIVES)
    site.kept.start()
    site.kept.wait()
    assert len(site.pids()) == 1 and site.deaths == 1
    site.kept.stop()
