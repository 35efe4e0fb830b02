"""The runner: `python -m benchmarks [--small | --full] [NAME ...]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.catalogue import CONTESTS
from benchmarks.contest import hold
from benchmarks.machine import machine
from benchmarks.plan import FULL, SMALL, Plan
from benchmarks.report import text_of, write_json
from benchmarks.workplace import workplace

_ROOT = Path(__file__).parents[1]
_CORPORA = (_ROOT.parent / "shared" / "corpus", _ROOT / "examples" / "documents")


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; returns an exit code."""
    args = _parser().parse_args(arguments)
    names, folder = _split(args.names)
    unknown = [name for name in names if name not in CONTESTS]
    if unknown:
        sys.stderr.write(f"there is no benchmark {unknown[0]!r}; there are {_listed()}\n")
        return 2
    with workplace(args.work) as (work, folders):
        plan = _plan(args, folder, work)
        about = machine()
        _say(str(about))
        used = f"{plan.workers} workers, {plan.web_processes} web processes"
        _say(f"{plan.name}: {plan.rounds} rounds, {used}, {plan.clients} clients")
        outcomes = []
        for name in names or CONTESTS:
            outcomes.append(hold(CONTESTS[name], plan, folders))
            _say(text_of(outcomes[-1]))
    if args.json:
        write_json(args.json, about, plan, outcomes)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{_listed()} (all); corpus may name its folder"
    )
    scale = parser.add_mutually_exclusive_group()
    scale.add_argument("--small", action="store_const", const=SMALL, dest="scale", default=SMALL)
    scale.add_argument("--full", action="store_const", const=FULL, dest="scale")
    for field in ("rounds", "accepts", "jobs", "documents", "workers", "web_processes", "clients"):
        flag = f"--{field.replace('_', '-')}"
        parser.add_argument(flag, type=int, metavar="N", help="instead of what the scale says")
    parser.add_argument("--warm-up", action=argparse.BooleanOptionalAction)
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
    given = {
        name: value
        for name, value in vars(args).items()
        if name in Plan._fields and name not in ("work", "corpus") and value is not None
    }
    scale: Plan = args.scale
    return scale._replace(**given, corpus=corpus, work=work)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
