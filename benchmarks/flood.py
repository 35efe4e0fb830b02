"""What others feel while a service is attacked in all ways at once.

    python -m benchmarks.flood [--seconds 30] [--json FILE] [KIND ...]

Hostile searches, slow readers of an export, half-open connections and a flood of bodies, from
another process, while one client looks at `/healthz` and another submits texts, each on a new
connection for each request. `python -m benchmarks.flood attack HOST PORT KIND ...` is that other
process.
"""

import argparse
import contextlib
import http.client
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec
import psutil

from benchmarks.harness.machine import machine
from benchmarks.harness.percentiles import percentile
from benchmarks.harness.plan import SMALL
from benchmarks.harness.programs import role_of, service

SEARCHES, READERS, HALF_OPEN, BODIES = 14, 12, 1000, 6
KINDS = ("searches", "readers", "half-open", "bodies")
CHUNKS, WORDS = 8000, 220
MIB = 1024 * 1024
_LINES = 2 * HALF_OPEN
_RENEW_S, _SIP_S, _SIP_BYTES = 2.0, 1.0, 4096
_PAUSE_S = 0.02
_LONGEST_S = 60.0
HOST = b"Host: localhost\r\n"
_SEARCH = "/search?limit=1000&q=" + "+".join(f"{letter}*" for letter in "abcdefgh")


class Felt(NamedTuple):
    """Seconds of each answer, how many were none or a refusal, and the most bytes of memory that
    the web process had."""

    probes: list[float]
    posts: list[float]
    failed: list[str]
    web_bytes: int


# -- the attackers: a process of their own ------------------------------------------------------


class _Attack:
    """Everything at once until `over` is set; what the service closes is begun anew."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._url = f"http://{host}:{port}"
        self.over = threading.Event()

    def start(self, kinds: Sequence[str]) -> None:
        half, export = b"GET / HT", b"GET /export HTTP/1.1\r\n" + HOST + b"\r\n"
        body = wide_body()
        calls: dict[str, list[Callable[[], object]]] = {
            "half-open": [lambda: self._hold(HALF_OPEN, half, _RENEW_S)],
            "readers": [lambda: self._hold(READERS, export, _SIP_S)],
            "searches": [lambda: self._repeat("GET", _SEARCH)] * SEARCHES,
            "bodies": [lambda: self._repeat("POST", "/ingest", body)] * BODIES,
        }
        chosen = [call for kind in kinds for call in calls[kind]]
        self.begun = threading.Barrier(len(chosen) + 1)
        for call in chosen:
            threading.Thread(target=call, daemon=True).start()

    def _hold(self, count: int, data: bytes, every_s: float) -> None:
        """So many lines that sent `data` and read next to nothing."""
        lines = [self._line(data) for _ in range(count)]
        self.begun.wait()
        while not self.over.wait(every_s):
            for number, line in enumerate(lines):
                try:
                    ended = line is None or line.recv(_SIP_BYTES) == b""
                except BlockingIOError:
                    continue
                except OSError:
                    ended = True
                if ended:
                    if line is not None:
                        line.close()
                    lines[number] = self._line(data)

    def _line(self, data: bytes) -> socket.socket | None:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SIP_BYTES)
        line.settimeout(_LONGEST_S)
        try:
            line.connect(self._address)
            line.sendall(data)
        except OSError:
            line.close()
            return None
        line.setblocking(False)
        return line

    def _repeat(self, method: str, path: str, body: bytes | None = None) -> None:
        fields = {"Content-Type": "application/json"} if body else {}
        self.begun.wait()
        while not self.over.is_set():
            with contextlib.suppress(httpx.HTTPError):
                httpx.request(
                    method, self._url + path, content=body, headers=fields, timeout=_LONGEST_S
                )


def wide_body() -> bytes:
    """JSON nearly as large as one that is decoded may be by default, with a character that makes
    its text four times as wide."""
    text = b'{"type":"text","text":"\xf0\x9f\x92\xa9%s"}' % (b"x" * 6 * MIB)
    return b'{"sources":[' + b",".join([text] * 4) + b"]}"


def _attack(host: str, port: int, kinds: Sequence[str]) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = _LINES if hard == resource.RLIM_INFINITY else min(_LINES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    attack = _Attack(host, port)
    attack.start(kinds)
    attack.begun.wait(_LONGEST_S)
    _say("attacking")
    sys.stdin.read()
    attack.over.set()


@contextmanager
def attacked(host: str, port: int, kinds: Sequence[str] = KINDS) -> Iterator[None]:
    """Meanwhile the service is attacked by a process that ends with ours."""
    command = [sys.executable, "-m", "benchmarks.flood", "attack", host, str(port), *kinds]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        if process.stdout.readline().strip() != b"attacking":
            raise RuntimeError("the attack did not begin")
        yield
    finally:
        process.stdin.close()
        # Its requests are under way; nobody waits for their answers.
        process.kill()
        process.wait()
        process.stdout.close()


# -- the others ---------------------------------------------------------------------------------


def feel(url: str, web: psutil.Process, seconds: float) -> Felt:
    """What two clients feel for so long."""
    until, failed = time.monotonic() + seconds, list[str]()
    probes, posts = list[float](), list[float]()

    address = httpx.URL(url)

    def go(times: list[float], method: str, path: str) -> None:
        while time.monotonic() < until:
            body = b'{"sources":[{"type":"text","text":"word %d"}]}' % time.monotonic_ns()
            begun = time.monotonic()
            # To make an httpx client takes longer than the answer does.
            line = http.client.HTTPConnection(address.host, address.port, timeout=_LONGEST_S)
            try:
                fields = {"Content-Type": "application/json"} if method == "POST" else {}
                line.request(method, path, body if method == "POST" else None, fields)
                answer = line.getresponse()
                content = answer.read()
                if answer.status >= 300:
                    failed.append(content.decode())
            except (OSError, http.client.HTTPException) as error:
                failed.append(repr(error))
            finally:
                line.close()
            times.append(time.monotonic() - begun)
            time.sleep(_PAUSE_S)

    threads = [
        threading.Thread(target=go, args=(probes, "GET", "/healthz")),
        threading.Thread(target=go, args=(posts, "POST", "/ingest")),
    ]
    for thread in threads:
        thread.start()
    most = 0
    while time.monotonic() < until:
        most = max(most, web.memory_info().rss)
        time.sleep(_PAUSE_S)
    for thread in threads:
        thread.join()
    return Felt(sorted(probes), sorted(posts), failed, most)


def fill(client: httpx.Client, chunks: int = CHUNKS) -> list[str]:
    """Submit texts of many words that begin alike; returns the jobs."""
    dice = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(50_000)]
    jobs = []
    for number in range(4):
        paragraphs = (" ".join(dice.choices(words, k=WORDS)) for _ in range(chunks // 4))
        answer = client.post(
            f"/ingest?name=words-{number}.txt",
            content="\n\n".join(paragraphs).encode(),
            headers={"Content-Type": "text/plain"},
        )
        answer.raise_for_status()
        jobs.append(answer.json()["job_id"])
    return jobs


def told(felt: Felt) -> dict[str, float]:
    """The figures, in milliseconds and MiB."""
    figures: dict[str, float] = {}
    for name, times in (("healthz", felt.probes), ("ingest", felt.posts)):
        for percent in (50.0, 99.0, 100.0):
            figures[f"{name} p{percent:g} ms"] = round(1000 * percentile(times, percent), 1)
        figures[f"{name} requests"] = len(times)
    return {**figures, "web MiB": felt.web_bytes // MIB, "failed": len(felt.failed)}


def main(arguments: Sequence[str]) -> int:
    """Attack a service of our own and print; returns an exit code."""
    if arguments[:1] == ["attack"]:
        _attack(arguments[1], int(arguments[2]), arguments[3:])
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flood", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)} (all)")
    parser.add_argument("--seconds", type=float, default=30.0, metavar="S")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args(arguments)
    _say(str(machine()))
    with (
        tempfile.TemporaryDirectory(prefix="gristmill-flood-") as name,
        service(SMALL._replace(workers=2, web_processes=1), Path(name) / "data") as running,
    ):
        for job_id in fill(running.http):
            running.ended(job_id)
        children = psutil.Process(running.pid).children()
        web = next(child for child in children if role_of(child) == "web")
        quiet = told(feel(running.url, web, args.seconds / 3))
        with attacked(running.address.host, running.address.port, args.kinds or KINDS):
            felt = feel(running.url, web, args.seconds)
        load = f"{os.getloadavg()[0]:.1f}"
    _say(f"load average {load}, ours included")
    loud = told(felt)
    for failure in sorted(set(felt.failed)):
        _say(f"! {failure}")
    for name, value in loud.items():
        _say(f"{name:20} {value:10g}   (quiet {quiet[name]:g})")
    if args.json:
        about = {"machine": machine(), "load": load, "quiet": quiet, "attacked": loud}
        args.json.write_bytes(msgspec.json.format(msgspec.json.encode(about), indent=2) + b"\n")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
