"""The process that one target is fuzzed in: `child TARGET FOUND ..`

FOUND is the folder for inputs that show a flaw, each flaw once; the rest are libFuzzer's arguments.
A line of standard output tells of each: `FOUND flaw<TAB>file`.
"""

import hashlib
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import atheris

ADDRESS_SPACE = 3 * 1024**3
WORSE = 4
"""How much slower Python is that is looked at."""


def main(arguments: Sequence[str]) -> None:
    """Never returns: libFuzzer ends the process."""
    name, found, *options = arguments
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # It names each module that it looks into.
    sys.stderr, told = open(os.devnull, "w"), sys.stderr  # noqa: SIM115
    with atheris.instrument_imports(include=["gristmill"]):
        from support.fuzzing.guided.catalogue import target_called

        from gristmill.pipeline import registry

        target = target_called(name)
        registry.media_types()
        registry.preload()
    sys.stderr = told
    from support.fuzzing.guided.harm import inside_zip
    from support.fuzzing.guided.trying import SLOW_S, flaw_of

    seen: set[str] = set()

    def one(data: bytes) -> None:
        flaw = flaw_of(target, data, SLOW_S * WORSE)
        if flaw is not None and flaw not in seen:
            seen.add(flaw)
            _save(Path(found), name, flaw, data)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return inside_zip(atheris.Mutate, data, most, seed)

    arguments = ["fuzz", *options]
    if target.packed:
        atheris.Setup(arguments, one, custom_mutator=mutate)
    else:
        atheris.Setup(arguments, one)
    atheris.Fuzz()


def _save(folder: Path, name: str, flaw: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}--{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    os.write(1, f"FOUND {flaw}\t{path}\n".encode("utf-8", "replace"))


if __name__ == "__main__":
    main(sys.argv[1:])
