"""How much is measured, and where."""

from pathlib import Path
from typing import NamedTuple


class Plan(NamedTuple):
    """The sizes of one run of each contest. `documents` 0 is the whole corpus; `seconds` is how
    long requests come in at a fixed rate; `pending` and `finished` are the backlogs, `crowd` the
    documents of the big job, `small_documents` those that the footprint is taken after. `work`
    has to lie on the disk that is to be measured: in memory, fsync costs nothing."""

    name: str
    rounds: int
    accepts: int
    jobs: int
    documents: int
    seconds: float
    pending: int
    finished: int
    crowd: int
    small_documents: int
    warm_up: bool = True
    peers: bool = True
    workers: int = 2
    web_processes: int = 1
    clients: int = 8
    corpus: Path = Path()
    work: Path = Path()


SMALL = Plan(
    "small",
    rounds=1,
    accepts=1_000,
    jobs=800,
    documents=150,
    seconds=5.0,
    pending=5_000,
    finished=20_000,
    crowd=3_000,
    small_documents=1_000,
    warm_up=False,
)
FULL = Plan(
    "full",
    rounds=5,
    accepts=8_000,
    jobs=6_000,
    documents=0,
    seconds=20.0,
    pending=100_000,
    finished=1_000_000,
    crowd=100_000,
    small_documents=10_000,
)
