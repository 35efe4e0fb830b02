"""A soak: thousands of small documents, some of them hostile, and what the service weighs.

    python -m benchmarks.soak --documents 10000 --hostile 0.01 [--json FILE]

Half of the documents are jobs of their own, half come in folders. A hostile one kills its worker,
hangs inside C code past its timeout, eats memory, raises, or holds bytes that are no text. The
supervisor and the web process are weighed after the first tenth and at the end, each time when
they are idle. Exit code 1 when one has grown by more than `--allowed`, has more descriptors open,
or when not every document came to the end that it should.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx
import msgspec
import psutil

from benchmarks.harness.machine import machine
from benchmarks.harness.programs import role_of
from benchmarks.harness.texts import texts
from gristmill.pool.client import PoolClient
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores

_HOSTILE = {
    "kill": "crashed",
    "hang": "timeout",
    "eat": "out_of_memory",
    "raise": "parse_error",
    "bytes": "encoding",
}
_FAULTS = ";".join(f"document.parse:{name}.txt={name}" for name in _HOSTILE if name != "bytes")
_FOLDER_FILES, _FIRST = 50, 0.1
_TIMEOUT_S, _WORKER_MIB, _LONGEST_S = 4.0, 250, 1800.0
_CALM_S = 3.0
_MOST_WAITING = 200
_MIB = 1024 * 1024


class Weight(msgspec.Struct, frozen=True):
    """What one process takes: resident and proportional MiB, open descriptors, threads."""

    rss: float
    pss: float
    descriptors: int
    threads: int


class SoakRound(msgspec.Struct, frozen=True):
    """Names and bytes of documents, and whether they are a folder or a job each."""

    files: dict[str, bytes]
    folder: bool


def main(arguments: Sequence[str]) -> int:
    """Soak and print; returns an exit code."""
    args = _parser().parse_args(arguments)
    _say(str(machine()))
    with tempfile.TemporaryDirectory(prefix="gristmill-soak-", dir=args.work) as name:
        soak = _Soak(Path(name), args.workers)
        try:
            before, after = soak.run(_batches(args.documents, args.hostile, args.seed))
            wrong = soak.wrong()
        finally:
            soak.end()
    grown = [line for role in before for line in _growth(role, before[role], after[role])]
    wrong += _too_much(before, after, args.allowed)
    _say("\n".join([*grown, soak.told(), *(f"! {what}" for what in wrong)]))
    _say("BAD" if wrong else "GOOD")
    if args.json:
        about = {"machine": machine(), "before": before, "after": after, "wrong": wrong}
        args.json.write_bytes(msgspec.json.format(msgspec.json.encode(about), indent=2) + b"\n")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000, metavar="N")
    parser.add_argument("--hostile", type=float, default=0.01, metavar="SHARE")
    parser.add_argument("--allowed", type=float, default=0.05, metavar="SHARE")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where to make the data folder")
    return parser


def _batches(documents: int, hostile: float, seed: int) -> list[SoakRound]:
    """All documents; the hostile ones are spread evenly, all kinds of them from the start."""
    chance = random.Random(seed)
    contents = texts(documents, seed)
    kinds = list(_HOSTILE)
    every = round(1 / hostile) if hostile else documents + 1
    files: list[tuple[str, bytes]] = []
    for number, content in enumerate(contents):
        if number % every == every // 2:
            kind = kinds[number // every % len(kinds)]
            data = bytes(chance.randbytes(600)) + b"\x00" if kind == "bytes" else content.encode()
            files.append((f"{number}-{kind}.txt", data))
        else:
            files.append((f"{number}.txt", content.encode()))
    pieces = [files[at : at + _FOLDER_FILES] for at in range(0, documents, _FOLDER_FILES)]
    return [SoakRound(dict(piece), number % 2 == 0) for number, piece in enumerate(pieces)]


class _Soak:
    def __init__(self, root: Path, workers: int) -> None:
        self._root = root
        self._folder = DataFolder.open(root / "data")
        self._client = PoolClient(Stores(self._folder))
        self._jobs: list[str] = []
        self._expected: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        flags = ["--data", str(root / "data"), "--port", "0", "--workers", str(workers)]
        flags += ["--allow-root", str(root), "--worker-memory-mb", str(_WORKER_MIB)]
        with open(root / "log", "w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gristmill", "serve", *flags],
                env={**os.environ, "GRISTMILL_FAULTS": _FAULTS},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        url = self._process.stdout.readline().strip().removeprefix("listening on ")
        self._http = httpx.Client(base_url=url, timeout=60.0)

    def run(self, batches: Sequence[SoakRound]) -> tuple[dict[str, Weight], dict[str, Weight]]:
        """Ingest everything; the weights after the first tenth and at the end. Those between
        are printed: a leak grows to the end, what is only kept at hand stops growing."""
        tenth = max(1, round(_FIRST * len(batches)))
        weights: list[dict[str, Weight]] = []
        for number, batch in enumerate(batches, 1):
            self._ingest(number, batch)
            if number % tenth == 0 or number == len(batches):
                weights.append(self._weights())
                sizes = "   ".join(f"{role} {w.rss:5.1f} MiB" for role, w in weights[-1].items())
                _say(f"{number / len(batches):4.0%}   {sizes}")
        return weights[0], weights[-1]

    def end(self) -> None:
        self._http.close()
        self._client.close()
        self._process.terminate()
        self._process.communicate()

    def wrong(self) -> list[str]:
        """Where documents did not end as they should have."""
        for job_id in self._jobs:
            rows = self._http.get(f"/ingest/{job_id}/documents", params={"limit": "1000"}).json()
            for row in rows["items"]:
                self._found[row.get("code") or row["state"]] += 1
        return [
            f"{kind}: {self._found[kind]} documents, {self._expected[kind]} expected"
            for kind in sorted({*self._found, *self._expected})
            if self._found[kind] != self._expected[kind]
        ]

    def told(self) -> str:
        found = ", ".join(f"{kind} {n}" for kind, n in self._found.most_common())
        return f"{len(self._jobs)} jobs; {found}"

    def _ingest(self, number: int, batch: SoakRound) -> None:
        for name in batch.files:
            kind = name.removesuffix(".txt").partition("-")[2]
            self._expected[_HOSTILE.get(kind, "succeeded")] += 1
        if batch.folder:
            folder = self._root / "files" / str(number)
            folder.mkdir(parents=True)
            for name, data in batch.files.items():
                (folder / name).write_bytes(data)
            body = {"sources": [{"type": "path", "path": str(folder)}], "timeout_s": _TIMEOUT_S}
            self._accepted(self._http.post("/ingest", json=body))
        else:
            for name, data in batch.files.items():
                query = {"name": name, "timeout_s": str(_TIMEOUT_S)}
                typed = {"Content-Type": "text/plain"}
                self._accepted(
                    self._http.post("/ingest", params=query, content=data, headers=typed)
                )

    def _accepted(self, answer: httpx.Response) -> None:
        # Waiting jobs take memory, which Python keeps: both weighings are after the same backlog.
        while self._client.stats().waiting > _MOST_WAITING:
            time.sleep(0.05)
        answer.raise_for_status()
        self._jobs.append(answer.json()["job_id"])

    def _weights(self) -> dict[str, Weight]:
        """Once everything has ended and nothing is going on."""
        if not self._client.wait_for_idle(_LONGEST_S):
            raise TimeoutError("the service did not get done")
        time.sleep(_CALM_S)
        supervisor = psutil.Process(self._process.pid)
        web = next(child for child in supervisor.children() if role_of(child) == "web")
        return {"supervisor": _weight(supervisor), "web process": _weight(web)}


def _weight(process: psutil.Process) -> Weight:
    memory = process.memory_full_info()
    return Weight(memory.rss / _MIB, memory.pss / _MIB, process.num_fds(), process.num_threads())


def _growth(role: str, before: Weight, after: Weight) -> list[str]:
    return [
        f"{role:12} {name:12} {then:8.1f} -> {now:8.1f}   {now / then - 1:+.1%}"
        for name in Weight.__struct_fields__
        for then, now in [(getattr(before, name), getattr(after, name))]
    ]


def _too_much(before: dict[str, Weight], after: dict[str, Weight], allowed: float) -> list[str]:
    wrong = []
    for role, then in before.items():
        now = after[role]
        if now.rss > then.rss * (1 + allowed):
            wrong.append(f"the {role} has grown by {now.rss / then.rss - 1:.1%}")
        if now.descriptors > then.descriptors:
            wrong.append(f"the {role} has {now.descriptors - then.descriptors} more descriptors")
    return wrong


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
