"""One mutated document, made anew from its name whenever it is asked for."""

from random import Random
from typing import NamedTuple

from support.fuzzing.mutations import grown, mutated
from support.fuzzing.packing import mutated_inside
from support.fuzzing.seeds import Seed, seeds

from gristmill.schemas.jobs.options import Options


class Case(NamedTuple):
    """`kind` is what the seed was: its parser reads the bytes whatever they look like now."""

    name: str
    data: bytes
    kind: str
    options: Options


def case(identity: str) -> Case:
    """The case called `SEED/DOCUMENT/NUMBER`: the same bytes at any time, on any machine."""
    document = identity.split("/")[1]
    seed = next(each for each in seeds() if each.name == document)
    random = Random(identity)
    data = _harmed(random, seed)
    largest = random.choice((50, 200, 1600, 1600, 1600))
    overlap = random.choice((0, 0, largest // 4, largest // 2))
    steps = ("keywords", "near_duplicates") if random.random() < 0.1 else ()
    return Case(seed.name, data, seed.kind, Options(largest, overlap, steps))


def _harmed(random: Random, seed: Seed) -> bytes:
    others = [each.data for each in seeds()]
    data = seed.data
    if random.random() < 0.08:
        return grown(random, data, others)
    for _ in range(random.choice((1, 1, 2))):
        try:
            data = mutated_inside(random, data, others)
        except Exception:
            data = mutated(random, data, others)  # what an earlier round broke cannot be unpacked
    return data if random.random() < 0.8 else mutated(random, data, others)
