"""The house as its folders show it: rooms, what each imports, and what AGENTS.md allows it.

A room is a folder; where a folder has rooms of its own, each file beside them is a room, too. So
nothing here names a module, and a new one is seen by standing where it stands.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LAYERS = ("schemas", "storage", "pipeline", "pool", "server", "client", "integrations")
SUPERVISOR_SIDE = ("dispatch", "settling", "recovery", "watch", "engines", "supervisor")
"""Folders of `pool/` that run in the supervisor alone."""
_MAKES_A_STORE = re.compile(r"(^|\.)(Manifests|Keys|Spool|Tokens|Library|Library\.open)$")
_NAMES_A_STORE = re.compile(r"\b(Manifests|Keys|Spool|Tokens|Library)\b")
_IMPORTS_BY_NAME = ("import_module", "__import__")
_ROW = re.compile(r"^\| `([\w/]+)/` \| [^|]* \| ([^|]*) \| [^|]* \|$", re.MULTILINE)


class Import(NamedTuple):
    """`importer` and `imported` are modules as paths without suffix, `pool/dispatch/leases`."""

    importer: str
    imported: str


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Every module of the layers, a package under its folder's name."""
    found = {}
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*.py")):
            name = path.parent if path.name == "__init__.py" else path.with_suffix("")
            found[str(name.relative_to(root))] = path
    return found


@cache
def names_imported(path: Path) -> tuple[str, ...]:
    """Dotted names, absolute: `package.module.name` for `from package.module import name`."""
    return tuple(_names(path))


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node.func).endswith(_IMPORTS_BY_NAME):
            yield from filter(None, map(_text, node.args))


def _called(function: ast.expr) -> str:
    """The last part of its name. `ast.unparse` would tell all of it, for ten times as long."""
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _text(node: ast.expr) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return ast.literal_eval(node) if is_text else None


def imports(all_modules: Mapping[str, Path]) -> list[Import]:
    """Who imports whom among the layers."""
    found = []
    for importer, path in all_modules.items():
        for name in names_imported(path):
            if name == "gristmill" or name.startswith("gristmill."):
                imported = name.removeprefix("gristmill").removeprefix(".").replace(".", "/")
                while imported and imported not in all_modules:
                    imported = imported.rpartition("/")[0]
                found.append(Import(importer, imported or "gristmill"))
    return found


def room(module: str, all_modules: Mapping[str, Path]) -> str:
    """The room that a module stands in."""
    if all_modules[module].name == "__init__.py":
        return module
    folder = module.rpartition("/")[0]
    inner = any(
        other.startswith(f"{folder}/") and path.name == "__init__.py"
        for other, path in all_modules.items()
    )
    return module if inner else folder


def allowed(agents: str) -> dict[str, tuple[str, ...]]:
    """The column "may import" of the map in AGENTS.md, by folder."""
    return {folder: tuple(re.findall(r"`([\w/]+)`", may)) for folder, may in _ROW.findall(agents)}


def forbidden(found: list[Import], rules: Mapping[str, tuple[str, ...]]) -> list[Import]:
    """Imports that no rule allows. The row of the innermost folder counts; what stands in one
    folder of a row may import the rest of it."""

    def row(module: str) -> str:
        return max((folder for folder in rules if _within(module, folder)), key=len, default="")

    return [
        each
        for each in found
        if row(each.importer) not in (each.imported, row(each.imported))
        and not any(_within(each.imported, folder) for folder in rules[row(each.importer)])
    ]


def cycles(found: list[Import], all_modules: Mapping[str, Path]) -> list[list[str]]:
    """Rooms that import each other, directly or by way of others."""
    leads: dict[str, set[str]] = {}
    rooms = {module: room(module, all_modules) for module in all_modules}
    for each in found:
        if each.imported in all_modules:
            a, b = rooms[each.importer], rooms[each.imported]
            leads.setdefault(a, set()).add(b)
            leads.setdefault(b, set())
    reach = {start: _reachable(start, leads) for start in leads}
    knots = {tuple(sorted(b for b in reach[a] if a in reach[b])) for a in leads if a in reach[a]}
    return [list(knot) for knot in sorted(knots)]


def _reachable(start: str, leads: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [other for other in leads[start] if other != start]
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead.extend(other for other in leads[here] if other != here)
    return seen


def stores_made(path: Path) -> list[str]:
    """What a module makes of the stores that `storage.stores` hands on, as it is written there."""
    text = path.read_text("utf-8")
    if not _NAMES_A_STORE.search(text):
        return []
    nodes = list(ast.walk(ast.parse(text)))
    renamed = {
        alias.asname: alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
        if alias.asname
    }
    found = []
    for node in nodes:
        if isinstance(node, ast.Call):
            first, dot, rest = ast.unparse(node.func).partition(".")
            found.append(renamed.get(first, first) + dot + rest)
    return [name for name in found if _MAKES_A_STORE.search(name)]


def _within(module: str, folder: str) -> bool:
    return module == folder or module.startswith(f"{folder}/")
