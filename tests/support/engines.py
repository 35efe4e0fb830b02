"""The engines that the contract of tests/pool/engines runs over: a new one is a line here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from support.dask_cluster import dask_cluster


class EngineUnderTest(NamedTuple):
    """`name` is what the setting `engine` takes, `env` what the program needs for it besides.
    `has_processes`: its workers are children of the supervisor; `nodes`: so many machines run
    them."""

    name: str
    has_processes: bool
    nodes: int = 0
    env: tuple[tuple[str, str], ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        return {"GRISTMILL_ENGINE": self.name, **dict(self.env)}


ENGINES = (
    EngineUnderTest("local", has_processes=True),
    EngineUnderTest("inline", has_processes=False),
    EngineUnderTest("dask", has_processes=False, nodes=2),
)


@contextmanager
def at_hand(engine: EngineUnderTest, place: Path) -> Iterator[EngineUnderTest]:
    """The engine with all that it needs, while the context lasts."""
    if not engine.nodes:
        yield engine
        return
    with dask_cluster(place, engine.nodes) as cluster:
        yield engine._replace(env=(("GRISTMILL_SCHEDULER", cluster.address),))
