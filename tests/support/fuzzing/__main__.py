"""Try mutated documents for half of some minutes, then every reader of bytes, guided by coverage,
for the other half; exit with 1 if a property was violated.

--only NAME,..   documents and targets whose names contain one of these
--case NAME      one case, by the name that a finding gives
--file FILE      one saved document
"""

import argparse
import itertools
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from support.fuzzing.cases import case
from support.fuzzing.child import FILE
from support.fuzzing.guided import __main__ as guided
from support.fuzzing.lane import Lane
from support.fuzzing.report import Report
from support.fuzzing.seeds import seeds

FOUND = Path(__file__).parents[3] / ".fuzz-found"


def main(arguments: Sequence[str]) -> int:
    """Fuzz; returns an exit code."""
    args = _parser().parse_args(arguments)
    report = Report(args.found)
    if args.case or args.file:
        identities = iter([args.case or f"{FILE}{args.file}"])
        _work(identities, report, None, threading.Lock())
        sys.stdout.write(report.text())
        return 1 if report.findings else 0
    args.minutes /= 2
    _fuzz(args, report)
    sys.stdout.write(report.text())
    shared = ["--minutes", args.minutes, "--seed", args.seed, "--only", args.only]
    code = guided.main([*map(str, shared), "--found", str(args.found)])
    return 1 if report.findings else code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=2.0, metavar="M")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--lanes", type=int, default=2, metavar="N", help="processes at a time")
    parser.add_argument("--only", default="", metavar="NAME,..")
    parser.add_argument("--case", metavar="SEED/DOCUMENT/NUMBER")
    parser.add_argument("--file", type=Path, metavar="FILE")
    parser.add_argument("--found", type=Path, default=FOUND, metavar="DIR", help="for what fails")
    return parser


def _fuzz(args: argparse.Namespace, report: Report) -> None:
    identities, lock = _identities(args.seed, args.only), threading.Lock()
    ends = time.monotonic() + 60 * args.minutes
    lanes = [
        threading.Thread(target=_work, args=(identities, report, ends, lock))
        for _ in range(args.lanes)
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()


def _identities(seed: int, only: str) -> Iterator[str]:
    """Each document in turn, without an end."""
    parts = only.split(",")
    names = [each.name for each in seeds() if any(part in each.name for part in parts)]
    if not names:
        return iter(())
    return (f"{seed}/{name}/{number}" for number in itertools.count() for name in names)


def _work(
    identities: Iterator[str], report: Report, ends: float | None, lock: threading.Lock
) -> None:
    lane = Lane()
    try:
        while ends is None or time.monotonic() < ends:
            with lock:
                identity = next(identities, None)
            if identity is None:
                return
            outcomes = lane.run(identity)
            with lock:
                for line in report.add(identity, outcomes, lambda i=identity: case(i).data):  # type: ignore[misc]
                    sys.stdout.write(line)
                    sys.stdout.flush()
    finally:
        lane.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
