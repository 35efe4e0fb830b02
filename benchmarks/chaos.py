"""A storm: the real service under load, its processes killed and stopped at random.

    python -m benchmarks.chaos --minutes 2 --seed 1 [--workers N] [--web-processes P] [--plan]

The blows are planned from the seed before anything starts (`--plan` prints them and ends), so a
seed that fails can be tried again; how they meet the service depends on the machine. Exit code 1
if anything was lost, done twice or left behind.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness.machine import machine
from benchmarks.storm.audit import audit
from benchmarks.storm.books import Books
from benchmarks.storm.command import ended, say, storm_parser
from benchmarks.storm.files import make_folders
from benchmarks.storm.load import Load
from benchmarks.storm.plan import Strike, plan_of
from benchmarks.storm.recoveries import Recoveries
from benchmarks.storm.remains import findings, remains, subside
from benchmarks.storm.report import StormReport
from benchmarks.storm.striker import Striker
from benchmarks.storm.target import Target


def main(arguments: Sequence[str]) -> int:
    """Run a storm; returns an exit code."""
    args = _parser().parse_args(arguments)
    plan = plan_of(args.seed, 60 * args.minutes)
    if args.plan:
        say("\n".join(map(str, plan)))
        return 0
    root = Path(tempfile.mkdtemp(prefix="gristmill-storm-", dir=args.work))
    say(f"{machine()}\nseed {args.seed}: {len(plan)} blows in {args.minutes:g} min, in {root}")
    report = storm(root, plan, args)
    return ended(report, root, args)


def _parser() -> argparse.ArgumentParser:
    parser = storm_parser("benchmarks.chaos", __doc__, 2.0)
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--web-processes", type=int, default=2, metavar="P")
    return parser


def storm(root: Path, plan: Sequence[Strike], args: argparse.Namespace) -> StormReport:
    """The whole storm, from the first start to the last look."""
    began, before = time.monotonic(), machine()
    folders = make_folders(root / "files", args.seed)
    target, books = Target(root, _flags(root, args)), Books()
    recoveries = Recoveries(target)
    striker = Striker(target, recoveries)
    try:
        target.start()
        _rage(target, striker, plan, Load(target, args.seed, books, folders))
        recoveries.wait()
        undrained = subside(target)
        return StormReport(
            seed=args.seed,
            minutes=args.minutes,
            seconds=time.monotonic() - began,
            machine=before,
            submitted=books.submitted,
            accepted=len(books.jobs),
            refused=dict(books.refused),
            answers=dict(books.answers),
            broken=books.broken,
            strange=books.strange,
            blows=dict(striker.done),
            missed=dict(striker.missed),
            kills=dict(striker.kills),
            exits=dict(target.exits),
            recoveries=recoveries.figures(),
            overtaken=dict(recoveries.overtaken),
            never=dict(recoveries.never),
            undrained=undrained,
            audit=audit(target.folder, books),
            remains=remains(target),
            findings=findings(target.folder),
        )
    finally:
        target.wipe()


def _rage(target: Target, striker: Striker, plan: Sequence[Strike], load: Load) -> None:
    load.start()
    try:
        striker.run(plan)
    finally:
        load.stop()


def _flags(root: Path, args: argparse.Namespace) -> list[str]:
    return [
        *("--workers", str(args.workers), "--web-processes", str(args.web_processes)),
        *("--allow-root", str(root / "files"), "--timeout-s", "20", "--drain-grace-s", "3"),
        # Documents of three pages are long ones.
        *("--split-pages", "1"),
        *("--boot-deadline-s", "5"),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
