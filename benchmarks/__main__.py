"""The runner: `python -m benchmarks [--small | --full] [NAME ...]`, or `report FILE ...`, or `model
FILE ...`: what 16 to 1,000 cores would ask for, by a model of what `cores` and `nodes` measured."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.harness.contest import ContestOutcome, hold
from benchmarks.harness.machine import machine, versions
from benchmarks.harness.plan import FULL, SMALL, Plan
from benchmarks.harness.workplace import workplace
from benchmarks.reporting.catalogue import CONTESTS
from benchmarks.reporting.cluster_model import measured, told
from benchmarks.reporting.goals import verdicts
from benchmarks.reporting.page import write_page
from benchmarks.reporting.report import text_of, text_of_goals
from benchmarks.reporting.results import Results, merged, read, sizes, write
from benchmarks.reporting.targets import GOALS

_ROOT = Path(__file__).parents[1]
_CORPORA = (_ROOT.parent / "shared" / "corpus", _ROOT / "examples" / "documents")
_SIZES = (
    *("rounds", "accepts", "jobs", "documents", "pending", "finished", "crowd"),
    *("small_documents", "workers", "web_processes", "clients"),
)


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; returns an exit code."""
    if arguments[:1] == ["report"]:
        return _report(arguments[1:])
    if arguments[:1] == ["model"]:
        return _model(arguments[1:])
    args = _parser().parse_args(arguments)
    names, folder = _split(args.names)
    unknown = [name for name in names if name not in CONTESTS]
    if unknown:
        sys.stderr.write(f"there is no benchmark {unknown[0]!r}; there are {_listed()}\n")
        return 2
    outcomes: list[ContestOutcome] = []
    about = machine()
    with workplace(args.work) as (work, folders):
        plan = _plan(args, folder, work)
        _say(str(about))
        _say(f"{plan.name}: {sizes(plan)}")
        for name in names or CONTESTS:
            outcomes.append(hold(CONTESTS[name], plan, folders))
            _say(text_of(outcomes[-1]))
            if args.json:
                # After each, so that a run which is cut short has not been for nothing.
                write(args.json, Results(about, versions(), sizes(plan), outcomes))
    held = {outcome.name for outcome in outcomes}
    if goals := [goal for goal in GOALS if goal.part.contest in held]:
        _say(text_of_goals(verdicts(goals, outcomes)))
    return 0


def _report(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks report")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="results of runs")
    parser.add_argument("--docs", type=Path, default=_ROOT / "docs", metavar="DIR")
    args = parser.parse_args(arguments)
    try:
        results = merged([read(file) for file in args.files])
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _say(str(write_page(args.docs, results)))
    return 0


def _model(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks model")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="results of runs")
    args = parser.parse_args(arguments)
    try:
        outcomes = merged([read(file) for file in args.files]).benchmarks
        _say(told(*measured(outcomes)))
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{_listed()} (all); corpus may name its folder"
    )
    scale = parser.add_mutually_exclusive_group()
    scale.add_argument("--small", action="store_const", const=SMALL, dest="scale", default=SMALL)
    scale.add_argument("--full", action="store_const", const=FULL, dest="scale")
    for field in _SIZES:
        flag = f"--{field.replace('_', '-')}"
        parser.add_argument(flag, type=int, metavar="N", help="instead of what the scale says")
    parser.add_argument("--seconds", type=float, metavar="S", help="of requests at a fixed rate")
    parser.add_argument("--warm-up", action=argparse.BooleanOptionalAction)
    parser.add_argument(
        "--peers", action=argparse.BooleanOptionalAction, help="the job queues of others (yes)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all rounds to a file")
    parser.add_argument("--work", type=Path, default=_ROOT, help="folder on the disk to measure")
    return parser


def _listed() -> str:
    return ", ".join(CONTESTS)


def _split(words: Sequence[str]) -> tuple[list[str], Path | None]:
    """Names of benchmarks, and the folder that follows `corpus`."""
    folder = None
    names: list[str] = []
    for word in words:
        if names[-1:] == ["corpus"] and word not in CONTESTS and Path(word).is_dir():
            folder = Path(word)
        else:
            names.append(word)
    return names, folder


def _plan(args: argparse.Namespace, folder: Path | None, work: Path) -> Plan:
    corpus = folder or next(path for path in _CORPORA if path.is_dir())
    given = dict(_given(args))
    scale: Plan = args.scale
    return scale._replace(**given, corpus=corpus, work=work)


def _given(args: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    # Of the types that the parser gave them, which are those of the plan's fields.
    for name in (*_SIZES, "seconds", "warm_up", "peers"):
        value = getattr(args, name)
        if value is not None:
            yield name, value


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
