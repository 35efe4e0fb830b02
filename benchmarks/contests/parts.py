"""`parts`: the floor under the other numbers, each step that makes a job durable by itself."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.harness.contest import Contender, Contest, Figures
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import service
from benchmarks.harness.seeding import queued, succeeded
from benchmarks.harness.texts import texts
from benchmarks.limits.bare_workers import results
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests

ACCEPTED, ACCEPTED_TOGETHER = "manifests, one at a time", "manifests, 8 in a round"
SETTLED = "ends, 8 in a round"
ROUND_TRIP = "round trips to the queue"
COMMITTED, COMMITTED_TOGETHER = "documents, 8 in a commit", "documents, 64 in a commit"
_SETTLERS, _ROUND = 2, 8
_ACCEPTS = 2


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    yield [
        Contender(ACCEPTED, partial(_accept, plan, 1)),
        Contender(ACCEPTED_TOGETHER, partial(_accept, plan, _ROUND)),
        Contender(SETTLED, partial(_settle, plan)),
        Contender(ROUND_TRIP, partial(_call, plan)),
        Contender(COMMITTED, partial(_commit, plan, 8)),
        Contender(COMMITTED_TOGETHER, partial(_commit, plan, 64)),
    ]


def _accept(plan: Plan, together: int, data: Path) -> Figures:
    manifests = Manifests(DataFolder.open(data))
    contents = enumerate(texts(plan.jobs, 0))
    made = [queued(time.time_ns(), text, number) for number, text in contents]
    return _in_rounds(min(together, _ACCEPTS), manifests.create_all, made, together)


def _settle(plan: Plan, data: Path) -> Figures:
    manifests = Manifests(DataFolder.open(data))
    made = [succeeded(time.time_ns(), first=False) for _ in range(plan.jobs)]
    return _in_rounds(_SETTLERS, manifests.write_terminal, made, _ROUND)


def _in_rounds(
    threads: int, act: Callable[[Any], object], made: Sequence[Any], together: int
) -> Figures:
    rounds = [made[first : first + together] for first in range(0, len(made), together)]
    rate = _rate(threads, act, rounds)["a second"]
    return {"a second": rate * len(made) / len(rounds)}


def _call(plan: Plan, data: Path) -> Figures:
    with service(plan, data) as running:
        return _rate(1, lambda _: running.client.stats(), range(plan.jobs))


def _commit(plan: Plan, together: int, data: Path) -> Figures:
    data.mkdir()
    made = iter(results(texts(max(plan.jobs, together), 0)))
    groups = list(iter(lambda: list(itertools.islice(made, together)), []))
    with Library.open(data / "library.db") as library:
        rate = _rate(1, library.commit, groups)["a second"]
    return {"a second": rate * sum(map(len, groups)) / len(groups)}


def _rate(threads: int, act: Callable[[Any], object], things: Sequence[Any]) -> Figures:
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        for done in [pool.submit(act, thing) for thing in things]:
            done.result()
        return {"a second": len(things) / (time.perf_counter() - started)}


CONTEST = Contest(
    "parts",
    "the floor of the other numbers: the steps that make jobs durable, each by itself",
    "a second",
    _opened,
)
