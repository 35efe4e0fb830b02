"""How libFuzzer's mutations reach what is packed in a zip archive."""

import io
import zipfile
from collections.abc import Callable
from random import Random

from support.fuzzing.packing import mutated_inside

Mutate = Callable[[bytes, int], bytes]
_INFLATED = 256 * 1024


def inside_zip(mutate: Mutate, data: bytes, most: int, seed: int) -> bytes:
    """One member after `mutate(content, longest)`, packed again; now and then harm of our own, or
    to the archive itself."""
    random = Random(seed)
    choice = random.random()
    try:
        if choice < 0.7:
            harmed = _one_member(random, mutate, data)
        elif choice < 0.9:
            harmed = mutated_inside(random, data, [data])
        else:
            harmed = mutate(data, most)
    except Exception:
        harmed = mutate(data, most)  # it is no archive that can be unpacked
    return harmed if len(harmed) <= most else data[:most]


def _one_member(random: Random, mutate: Mutate, data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    victim = random.randrange(len(members))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for index, (name, content) in enumerate(members):
            if index == victim:
                content = mutate(content, min(_INFLATED, 2 * len(content) + 256))
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
