"""The layers: who may import whom. Read from the source, so that nothing has to be imported."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "schemas": {"schemas"},
    "storage": {"schemas", "storage"},
    "pool": {"schemas", "storage", "pool"},
    "server": {"schemas", "storage", "server", "pool.client"},
}
SUPERVISOR_SIDE = {
    "batch_keeper",
    "chore",
    "companions",
    "control",
    "delays",
    "engines",
    "entries",
    "fairness",
    "indexer",
    "job",
    "job_queue",
    "ladder",
    "leases",
    "limits",
    "losses",
    "ownership",
    "recovery",
    "roster",
    "serving",
    "settler",
    "stopping",
    "supervisor",
}
SOURCES = sorted(
    path for layer in (*MAY_IMPORT, "gristmill/cli") for path in (ROOT / layer).rglob("*.py")
)


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _ours(path: Path) -> list[str]:
    return [
        name.removeprefix("gristmill.") for name in _imports(path) if name.startswith("gristmill.")
    ]


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_imports_run_one_way(layer: str) -> None:
    for path in (ROOT / layer).rglob("*.py"):
        for name in _ours(path):
            allowed = any(name == a or name.startswith(f"{a}.") for a in MAY_IMPORT[layer])
            assert allowed or name == "__version__", f"{path.relative_to(ROOT)} imports {name}"


def test_schemas_know_only_the_standard_library_and_msgspec() -> None:
    for path in (ROOT / "schemas").rglob("*.py"):
        for name in _imports(path):
            top = name.partition(".")[0]
            assert top in {"gristmill", "msgspec"} or top in sys.stdlib_module_names


@pytest.mark.parametrize("side", ["worker", "pipeline", "client"])
def test_what_runs_in_a_worker_or_a_web_process_never_imports_the_supervisors_code(
    side: str,
) -> None:
    for path in (ROOT / "pool" / side).rglob("*.py"):
        for name in _ours(path):
            parts = name.split(".")
            assert parts[0] != "pool" or parts[1] not in SUPERVISOR_SIDE, f"{path} imports {name}"


def test_the_supervisor_is_light_it_imports_nothing_that_only_workers_need() -> None:
    look = "import sys, gristmill.pool.supervisor; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    pipeline = ("gristmill.pool.pipeline", "gristmill.pool.worker.life", "semantic_text_splitter")
    assert not [name for name in done.stdout.split() if name.startswith(pipeline)]


def test_only_the_pool_starts_or_signals_processes() -> None:
    for path in SOURCES:
        if path.is_relative_to(ROOT / "pool") or path.name == "faults.py":
            continue
        names = {name.partition(".")[0] for name in _imports(path)}
        assert not names & {"subprocess", "multiprocessing"}, path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_has_a_generic_name_or_that_of_a_stdlib_module(path: Path) -> None:
    assert path.stem not in {"utils", "util", "common", "base", "helpers", "misc"}
    assert path.stem.startswith("__") or path.stem not in sys.stdlib_module_names
