"""The layers: who may import whom. Read from the folders and from the map in AGENTS.md, so that
nothing has to be imported and nothing can be forgotten."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import house

ROOT = house.ROOT
MODULES = house.modules()
RULES = house.allowed((ROOT / "AGENTS.md").read_text(encoding="utf-8"))
SOURCES = sorted([*MODULES.values(), *(ROOT / "gristmill" / "cli").rglob("*.py")])


def test_every_import_is_allowed_by_the_map_in_agents_md() -> None:
    assert house.forbidden(house.imports(MODULES), RULES) == []


def test_no_two_rooms_import_each_other() -> None:
    assert house.cycles(house.imports(MODULES), MODULES) == []


def test_every_layer_and_every_room_of_the_pool_has_its_row_in_the_map() -> None:
    rooms = {f"pool/{path.parent.name}" for path in (ROOT / "pool").glob("*/__init__.py")}
    assert rooms | set(house.LAYERS) <= set(RULES)
    assert all((ROOT / folder).is_dir() for folder in RULES)


# A module that is None: whoever imports it is told that it is not there.
COLLECT = """
import sys, pytest
sys.modules.update(dict.fromkeys(sys.argv[1].split()))
sys.exit(pytest.main(["--collect-only", "-q", "-n0", "-m", ""]))
"""
OF_SOME_TARGETS = (
    "asyncpg axe_playwright_python bm25s celery dask distributed dramatiq haystack huey "
    "kubernetes_validate langchain_core lightgbm llama_index moto obstore playwright rapidfuzz "
    "resiliparse rq tantivy trustme"
)


@pytest.mark.slow
def test_every_test_is_found_where_only_make_setup_was_run() -> None:
    """What `make test-cluster` and others install beside it, a module may import late only: else
    the suite falls on a fresh machine, and passes on ours."""
    command = [sys.executable, "-c", COLLECT, OF_SOME_TARGETS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_no_two_modules_of_tests_have_one_name() -> None:
    """pytest knows them by their names alone, and leaves out the second one."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, number in names.items() if number > 1] == []


@pytest.mark.parametrize("side", ["pool/worker", "pool/intake", "pool/client", "pipeline"])
def test_the_map_keeps_the_supervisors_code_from_workers_and_web_processes(side: str) -> None:
    theirs = {f"pool/{folder}" for folder in house.SUPERVISOR_SIDE} | {"pool"}
    assert all((ROOT / folder).is_dir() for folder in theirs)
    assert not theirs & set(RULES[side])


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("schemas/ids.py", "import gristmill.storage.layout"),
        ("storage/records/keys.py", "from gristmill.pool.client import PoolClient"),
        ("storage/library/sqlite/searches/search.py", "from gristmill.pipeline import shapes"),
        ("pipeline/shapes.py", "from gristmill.storage.layout import DataFolder"),
        ("pipeline/parsers/text/plain.py", "from gristmill.pool.worker import board"),
        ("pool/worker/lives/pooled.py", "from gristmill.pool.supervisor import health"),
        ("pool/worker/lives/life.py", "def later():\n    import gristmill.pool.engines.local"),
        ("pool/intake/room.py", "from gristmill.pool.settling import next_manifest"),
        ("pool/client/connection.py", "from gristmill.pool import process_job"),
        ("pool/client/wire.py", "import_module('gristmill.pool.settling.settler')"),
        ("pool/client/a_new_module.py", "from gristmill.pool.watch.limits import LimitKeeper"),
        ("pool/dispatch/backlog.py", "from gristmill.storage.layout import DataFolder"),
        ("server/services.py", "from gristmill.pool.worker.board import Board"),
        ("server/calls/search.py", "from gristmill.pool import process_job"),
        ("server/calls/search.py", "from gristmill.cli import app"),
    ],
)
def test_a_forbidden_import_is_found_in_any_module(module: str, line: str, tmp_path: Path) -> None:
    modules = MODULES | _with_a_line(tmp_path, module, line)
    found = house.forbidden(house.imports(modules), RULES)
    assert [each.importer for each in found] == [module.removesuffix(".py")]


def test_rooms_that_import_each_other_are_found_even_where_the_map_allows_it(
    tmp_path: Path,
) -> None:
    lines = {
        "pipeline/detecting/detect.py": "from gristmill.pipeline.containers import walking",
        "pipeline/containers/walking.py": "from gristmill.pipeline.detecting import detect",
    }
    modules = MODULES.copy()
    for module, line in lines.items():
        modules |= _with_a_line(tmp_path, module, line)
    (knot,) = house.cycles(house.imports(modules), modules)
    assert {"pipeline/detecting", "pipeline/containers"} <= set(knot)


def _with_a_line(folder: Path, module: str, line: str) -> dict[str, Path]:
    """A module with a line more, in a folder that stands for the house."""
    before = (ROOT / module).read_text(encoding="utf-8") if (ROOT / module).exists() else ""
    (folder / module).parent.mkdir(parents=True)
    (folder / module).write_text(f"{before}\n{line}\n", encoding="utf-8")
    return {module.removesuffix(".py"): folder / module}


def test_schemas_know_only_the_standard_library_and_msgspec() -> None:
    for path in (ROOT / "schemas").rglob("*.py"):
        for name in house.names_imported(path):
            top = name.partition(".")[0]
            assert top in {"gristmill", "msgspec"} or top in sys.stdlib_module_names


def test_the_supervisor_is_light_it_imports_nothing_that_only_workers_need() -> None:
    look = "import sys, gristmill.pool.supervisor.supervisor; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    heavy = ("gristmill.pipeline", "gristmill.pool.worker.lives.life", "semantic_text_splitter")
    recognition = "gristmill.pipeline.recognition"
    light = ("gristmill.pipeline", "gristmill.pipeline.tesseract", recognition)
    loaded = [name for name in done.stdout.split() if name.startswith(heavy)]
    below = ("gristmill.pipeline.tesseract.", f"{recognition}.engines")
    assert not [name for name in loaded if name not in light and not name.startswith(below)]
    assert not {"PIL", "numpy", "rapidocr"} & set(done.stdout.split())


def test_a_command_that_only_reads_loads_nothing_that_submits_or_supervises() -> None:
    look = (
        "import sys, gristmill.cli.backends.folder, gristmill.cli.commands.reading.search; "
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    dear = {"asyncio", "email", "falcon", "httpx", "importlib.metadata", "multiprocessing.managers"}
    assert "gristmill.storage.library" in loaded
    assert not loaded & {*dear, "psutil", "gristmill.pool.intake", "gristmill.pool.supervisor"}


def test_nobody_but_the_librarys_own_folder_knows_which_database_it_uses() -> None:
    knowing = [
        path
        for path in SOURCES
        if "sqlite3" in {name.partition(".")[0] for name in house.names_imported(path)}
    ]
    assert knowing
    assert [p for p in knowing if not p.is_relative_to(ROOT / "storage/library/sqlite")] == []


def test_the_driver_of_postgresql_is_known_to_its_folder_alone() -> None:
    knowing = [path for path in SOURCES if "asyncpg" in house.names_imported(path)]
    assert knowing
    assert [p for p in knowing if not p.is_relative_to(ROOT / "storage/library/postgres")] == []


def test_the_contract_of_the_stores_knows_none_of_them() -> None:
    contract = sorted((ROOT / "tests" / "storage" / "contract").glob("test_*.py"))
    assert contract
    kept = (
        *("sqlite3", "os", "pathlib", "gristmill.storage.layout", "gristmill.storage.disk"),
        *("gristmill.storage.library.Library", "gristmill.storage.library.sqlite"),
    )
    for path in contract:
        assert not [
            name
            for name in house.names_imported(path)
            if f"{name}.".startswith(tuple(f"{each}." for each in kept))
        ], path


def test_only_the_pool_and_the_leash_of_tesseract_start_or_signal_processes() -> None:
    for path in SOURCES:
        if path.is_relative_to(ROOT / "pool") or path.name == "faults.py":
            continue
        if path.is_relative_to(ROOT / "pipeline" / "tesseract"):
            continue
        names = {name.partition(".")[0] for name in house.names_imported(path)}
        assert not names & {"subprocess", "multiprocessing"}, path


def test_stores_are_made_by_storage_and_handed_on_to_everybody_else() -> None:
    outside = [path for path in SOURCES if not path.is_relative_to(ROOT / "storage")]
    assert {path: made for path in outside if (made := house.stores_made(path))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "manifests = Manifests(folder)",
        "def later(folder):\n    return keys.Keys(folder).read('a')",
        "with Library.open(folder.library, readonly=True) as library: pass",
        "rows = library.Library.open(path).job_rows()",
        "path = Spool(\n    folder,\n).path(spooled)",
        "from gristmill.storage.library import Library as Book\nBook.open(path)",
    ],
)
def test_a_store_that_is_made_elsewhere_is_found(line: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(f"stores = Stores.open(path)\nstores.library()\n{line}\n")
    assert len(house.stores_made(module)) == 1


def test_no_file_has_a_generic_name_or_that_of_a_stdlib_module() -> None:
    generic = {"utils", "util", "common", "base", "helpers", "misc"}
    taken = generic | {name for name in sys.stdlib_module_names if not name.startswith("__")}
    assert SOURCES
    assert [path for path in SOURCES if path.stem in taken] == []
