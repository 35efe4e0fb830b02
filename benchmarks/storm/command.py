"""What the commands of all storms take and say."""

import argparse
import shutil
import sys
from pathlib import Path

import msgspec

from benchmarks.storm.report import StormReport, text_of


def storm_parser(module: str, description: str | None, minutes: float) -> argparse.ArgumentParser:
    """The flags that every storm has."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--minutes", type=float, default=minutes, metavar="M")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--plan", action="store_true", help="print the blows and end")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report to a file")
    parser.add_argument("--keep", action="store_true", help="keep the data folder and the logs")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where to make the data folder")
    return parser


def ended(report: StormReport, root: Path, args: argparse.Namespace) -> int:
    """Tell a report; the folder of a good storm goes. Returns an exit code."""
    say(text_of(report))
    if args.json:
        args.json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    if report.good and not args.keep:
        shutil.rmtree(root)
    else:
        say(f"kept: {root}")
    return 0 if report.good else 1


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
