"""The runner: `python -m benchmarks.search [--chunks N] [--questions N] [NAME ...]`.

Each engine gets its index once, below the folder of `--work`, and answers all questions in turn.
Times are those of the processor. The first answers, which read what is not in memory yet, do not
count.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.harness.contest import Skipped
from benchmarks.harness.percentiles import milliseconds
from benchmarks.search.building import TEAMS
from benchmarks.search.engines import ENGINES, Ask, Engine
from benchmarks.search.made_up_texts import CHUNKS_EACH, Texts
from benchmarks.search.questions import Question, common_words, two_words

_WARMING = 10


def main(arguments: Sequence[str]) -> int:
    """Prints a line for each engine and kind of question; returns an exit code."""
    args = _parser().parse_args(arguments)
    texts = Texts()
    documents = -(-args.chunks // CHUNKS_EACH)
    kinds = {
        "two words": two_words(texts, documents, args.questions),
        "common words": common_words(texts, documents, args.questions),
    }
    for engine in ENGINES:
        if args.engines and engine.name not in args.engines:
            continue
        for line in _measured(engine, args.work, texts, args.chunks, kinds):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    names = ", ".join(each.name for each in ENGINES)
    parser.add_argument("engines", nargs="*", metavar="NAME", help=f"{names} (all)")
    parser.add_argument("--chunks", type=int, default=20_000, metavar="N")
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="of each kind")
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    return parser


def _measured(
    engine: Engine, work: Path, texts: Texts, chunks: int, kinds: dict[str, list[Question]]
) -> Iterator[str]:
    folder = work / f"{engine.name.replace(' ', '-')}-{chunks}"
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    started = time.process_time()
    try:
        ask = engine.opened(folder, texts, chunks)
    except Skipped as reason:
        yield f"{engine.name:10} left out: {reason}"
        return
    size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    built = f", built in {time.process_time() - started:.0f} s of CPU" if new else ""
    yield f"{engine.name:10} {chunks:,} chunks, {size / 1e6:,.0f} MB{built}"
    for name, questions in kinds.items():
        for filtered in (False, True):
            kind = f"{name}, one of {TEAMS} teams" if filtered else name
            try:
                yield f"{engine.name:10} {kind:34} {_line(ask, questions, filtered)}"
            except Skipped as reason:
                yield f"{engine.name:10} {kind:34} left out: {reason}"


def _line(ask: Ask, questions: list[Question], filtered: bool) -> str:
    times, ranks = [], 0.0
    warming = questions[:_WARMING]
    for number, question in enumerate([*warming, *questions]):
        team = question.document % TEAMS if filtered else None
        started = time.process_time()
        found = ask(question.text, team)
        took = time.process_time() - started
        if number >= len(warming):
            times.append(took)
            ranks += 1 / (1 + found.index(question.document)) if question.document in found else 0
    figures = [f"{name} {value:7.1f}" for name, value in milliseconds(times).items()]
    return f"{'  '.join(figures)}  reciprocal rank {ranks / len(questions):.3f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
