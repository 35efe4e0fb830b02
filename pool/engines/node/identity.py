"""What this machine would make of documents, told without importing the pipeline, which neither a
supervisor nor a foreman should have in memory."""

import re
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution, entry_points
from importlib.util import find_spec
from pathlib import Path

from gristmill.schemas.cluster import Identity

_GROUPS = ("gristmill.parsers", "gristmill.steps")
_NOT_OURS = frozenset(
    {"bench", "browser", "cluster", "dask", "dev", "fuzz", "otel", "semantic", "test"}
)
"""Extras that no document needs."""
_BESIDE = frozenset(
    {
        *("click", "falcon", "filelock", "httpx", "jinja2", "prometheus-client"),
        *("psutil", "rich", "standardwebhooks", "waitress"),
    }
)
"""What the service itself is made of: another version of it makes no other documents."""
_REQUIREMENT = re.compile(r"([\w.-]+)[^;]*(?:;.*extra == ['\"]([\w-]+)['\"])?")


def identity_of_this_machine() -> Identity:
    """The versions of all packages that documents go through, the digest of our own pipeline's
    source, and the steps and parsers that are installed."""
    packages = {_version(name) for name in _required(distribution("gristmill"))}
    packages |= {f"gristmill.pipeline {_source_digest()}"}
    points = [point for group in _GROUPS for point in entry_points(group=group)]
    steps = {f"{each.name} of {_told(each.dist)}" for each in points}
    return Identity(pipeline=tuple(sorted(packages - {""})), steps=tuple(sorted(steps)))


def difference(ours: Identity, theirs: Identity) -> str | None:
    """What a node has that we have not, or the other way round, in a sentence; None where the same
    documents come out of both."""
    if ours.version != theirs.version:
        return f"it has Gristmill {theirs.version}, the service {ours.version}"
    for what, mine, its in (
        ("packages", ours.pipeline, theirs.pipeline),
        ("parsers and steps", ours.steps, theirs.steps),
    ):
        more, less = sorted({*its} - {*mine}), sorted({*mine} - {*its})
        if more or less:
            told = [f"it has {', '.join(more)}"] if more else []
            told += [f"the service has {', '.join(less)}"] if less else []
            return f"its {what} are others: {'; '.join(told)}"
    return None


def _required(ours: Distribution) -> set[str]:
    found = set()
    for requirement in ours.requires or ():
        match = _REQUIREMENT.match(requirement)
        if match is not None and match[2] not in _NOT_OURS:
            found.add(match[1])
    return found - _BESIDE


def _version(name: str) -> str:
    """ "" where it is not installed: an extra that is missing here."""
    try:
        return f"{name} {distribution(name).version}"
    except PackageNotFoundError:
        return ""


def _told(package: Distribution | None) -> str:
    return "an unknown package" if package is None else f"{package.name} {package.version}"


def _source_digest() -> str:
    """Of a pipeline that was changed in place, its version says nothing."""
    spec = find_spec("gristmill.pipeline")
    digest = sha256()
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(place).rglob("*.py")):
            digest.update(path.relative_to(place).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
