"""The client is light: it needs no parser and no store, and is there at once."""

import subprocess
import sys

import pytest

IMPORT = "from gristmill import Client"
PLAIN = "import httpx"
TIMES, SHARE = 5, 1.25


def look(code: str) -> tuple[float, set[str]]:
    """The CPU seconds that something takes in a new process, and the modules that it brings."""
    timed = "import sys, time; began = time.process_time(); "
    done = subprocess.run(
        [sys.executable, "-c", f"{timed}{code}; print(time.process_time() - began, *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, *names = done.stdout.split()
    return float(seconds), set(names)


def test_a_program_with_a_client_has_neither_parsers_nor_stores_nor_a_server() -> None:
    _, names = look(IMPORT)
    assert "gristmill.client.service_client" in names
    ours = {name for name in names if name.startswith("gristmill.")}
    assert {name.split(".")[1] for name in ours} == {"client", "schemas", "pipeline"}
    below = {name for name in ours if name.startswith("gristmill.pipeline.")}
    assert below == {"gristmill.pipeline.importing"}
    heavy = {"lxml", "pypdfium2", "sqlite3", "falcon", "click", "rich", "asyncio", "dataclasses"}
    assert not names & heavy


@pytest.mark.slow
def test_a_client_is_imported_about_as_fast_as_what_it_speaks_http_with() -> None:
    """118 ms of CPU where httpx alone took 133, at a load of 20 on two cores. Compared
    by turns, since that is no finding."""
    turns = [(look(IMPORT)[0], look(PLAIN)[0]) for _ in range(TIMES)]
    assert min(ours for ours, _ in turns) < SHARE * min(plain for _, plain in turns)
