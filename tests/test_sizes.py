"""No module and no function outgrows what one reads at a time. What is over it is divided, not
squeezed."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = (
    "schemas",
    "storage",
    "pipeline",
    "pool",
    "server",
    "client",
    "integrations",
    "gristmill/cli",
    "benchmarks",
)
MADE = ROOT / "client" / "calls"
"""Made from the table of calls, which is what one reads."""
MODULES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if not path.is_relative_to(MADE)
)
MODULE_LINES, FUNCTION_LINES = 300, 40


def test_modules_and_functions_are_short_enough_to_be_read() -> None:
    too_long = []
    for module in MODULES:
        name, source = module.relative_to(ROOT).as_posix(), module.read_text(encoding="utf-8")
        if len(source.splitlines()) > MODULE_LINES:
            too_long.append(name)
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES:
                too_long.append(f"{name}::{node.name}")
    assert too_long == []
