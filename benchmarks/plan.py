"""How much is measured, and where."""

from pathlib import Path
from typing import NamedTuple


class Plan(NamedTuple):
    """`accepts`, `jobs` and `documents` are the sizes of one run of `submit`, `drain` and `corpus`
    (`documents` 0: the whole folder). `work` has to lie on the disk that is to be measured: where
    temporary files are kept in memory, fsync costs nothing."""

    name: str
    rounds: int
    accepts: int
    jobs: int
    documents: int
    warm_up: bool = True
    workers: int = 2
    web_processes: int = 1
    clients: int = 8
    corpus: Path = Path()
    work: Path = Path()


SMALL = Plan("small", rounds=3, accepts=1_500, jobs=1_000, documents=250)
FULL = Plan("full", rounds=7, accepts=8_000, jobs=6_000, documents=0)
