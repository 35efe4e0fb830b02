"""Fuzz by turns for some minutes; exit with 1 if a property was violated.

--only NAME,..   targets whose names contain one of these
--file FILE      try one saved input; the name of its target stands before the `--` in its name
--merge          keep the fewest inputs that cover what has been covered, in `corpora/`
"""

import argparse
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from support.fuzzing.guided import corpora
from support.fuzzing.guided.catalogue import targets
from support.fuzzing.guided.merging import merged
from support.fuzzing.guided.summary import Summary
from support.fuzzing.guided.target import Target
from support.fuzzing.guided.trying import flaw_of
from support.fuzzing.guided.turns import take_turn

FOUND = Path(__file__).parents[4] / ".fuzz-found"
SHORTEST_S = 10
"""A turn: to start a process and to read the corpus takes a few seconds of it."""


def main(arguments: Sequence[str]) -> int:
    """Fuzz; returns an exit code."""
    args = _parser().parse_args(arguments)
    if args.file:
        return _try(args.file)
    if find_spec("atheris") is None:
        sys.stdout.write(
            "atheris is not installed (it has wheels for Linux and some Pythons): nothing is "
            "fuzzed by coverage\n"
        )
        return 0
    chosen = [each for each in targets().values() if any(part in each.name for part in args.only)]
    if args.merge:
        for target in chosen:
            number = corpora.keep(target.name, merged(target, args.found))
            sys.stdout.write(f"{target.name}: {number} inputs\n")
        return 0
    return _fuzz(chosen, args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="support.fuzzing.guided",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=2.0, metavar="M")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=[""], metavar="NAME,.."
    )
    parser.add_argument("--nice", type=int, default=0, metavar="N")
    parser.add_argument("--merge", action="store_true")
    parser.add_argument("--file", type=Path, metavar="FILE")
    parser.add_argument("--found", type=Path, default=FOUND, metavar="DIR", help="for what fails")
    return parser


def _fuzz(chosen: Sequence[Target], args: argparse.Namespace) -> int:
    """The time that is left is shared by the targets that are left; where it is too short for all,
    some have to wait for another seed, which begins with others."""
    summary, ends = Summary(), time.monotonic() + 60 * args.minutes
    first = args.seed * 7 % max(1, len(chosen))
    args.found.mkdir(parents=True, exist_ok=True)
    for number, target in enumerate([*chosen[first:], *chosen[:first]]):
        left = ends - time.monotonic()
        if left < SHORTEST_S / 2 and number:
            break
        seconds = max(SHORTEST_S, int(left / (len(chosen) - number)))
        turn = take_turn(target, seconds, args.seed, args.found, args.nice)
        for line in summary.add(turn):
            sys.stdout.write(line)
            sys.stdout.flush()
    sys.stdout.write(summary.text(len(chosen)))
    return 1 if summary.findings else 0


def _try(path: Path) -> int:
    target = targets()[path.name.partition("--")[0]]
    flaw = flaw_of(target, path.read_bytes())
    sys.stdout.write(f"{target.name}: {flaw or 'nothing is wrong'}\n")
    return 1 if flaw else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
