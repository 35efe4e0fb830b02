"""Prints the lowest versions that pyproject.toml allows, as constraints for pip."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_FOR_USERS = frozenset(
    {"bench", "browser", "cluster", "dev", "docs", "frameworks", "fuzz", "test"}
)
_BOUND = re.compile(r"([\w.-]+)>=([\w.]+)(?:,<[\w.]+)?(;.*)?")


def constraints(project: dict[str, object]) -> list[str]:
    """One line for each direct dependency of users. Raises ValueError for one that has no lower
    bound, so that none goes untested."""
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    found = []
    chosen = [each for name in extras.keys() - NOT_FOR_USERS for each in extras[name]]
    for requirement in [*project["dependencies"], *sorted(set(chosen))]:  # type: ignore[misc]
        match = _BOUND.fullmatch(requirement.replace(" ", ""))
        if match is None:
            raise ValueError(f"{requirement!r} does not say its lowest version")
        found.append(f"{match[1]}=={match[2]}{match[3] or ''}")
    return found


if __name__ == "__main__":
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    sys.stdout.write("\n".join(constraints(read["project"])) + "\n")
