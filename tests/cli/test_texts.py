"""What the program says names nothing that whoever installed it with pip does not have."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from support import house

from gristmill.cli.app import COMMANDS, gristmill
from gristmill.schemas.configuration.knobs import knobs
from gristmill.schemas.configuration.settings import Settings

OF_THE_CHECKOUT = re.compile(
    r"\b(?:docs|tests|examples|benchmarks|schemas|storage|pipeline|pool|server)/"
    r"|\b(?:README|CHANGELOG|CONTRIBUTING|AGENTS|SECURITY|Makefile)\b"
    r"|`make [a-z-]+|\bmake (?:setup|demo|test|check|bench|settings-doc)\b"
    r"|pip install -e|\.venv\b"
)
FOR_THE_REPOSITORY = {
    "gristmill/cli/command_page.py",
    "gristmill/cli/client_calls.py",
    "gristmill/cli/http_page.py",
    "gristmill/cli/metrics_page.py",
    "gristmill/cli/problems_page.py",
    "gristmill/cli/configured/settings_page.py",
}
"""They write files of the repository; no user meets what those say of it."""
PROGRAM = [*(house.ROOT / "gristmill").glob("*.py"), *(house.ROOT / "gristmill/cli").rglob("*.py")]
SOURCES = sorted([*house.modules().values(), *PROGRAM])


def texts(path: Path) -> Iterator[str]:
    """The texts that a module holds, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_what_is_looked_for_is_found() -> None:
    for text in ("docs/settings.md lists them", "see the README", "run `make settings-doc`"):
        assert OF_THE_CHECKOUT.search(text)
    for text in ("they make it", "gristmill ingest notes/", "`gristmill settings` lists them"):
        assert not OF_THE_CHECKOUT.search(text)


def test_no_text_of_a_module_names_a_file_of_the_repository() -> None:
    shown = {str(path.relative_to(house.ROOT)): path for path in SOURCES}
    named = {
        name: [text for text in texts(path) if OF_THE_CHECKOUT.search(text)]
        for name, path in shown.items()
        if name not in FOR_THE_REPOSITORY
    }
    assert named and {name: found for name, found in named.items() if found} == {}


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_no_help_names_a_file_of_the_repository(command: str) -> None:
    result = CliRunner().invoke(gristmill, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert OF_THE_CHECKOUT.findall(result.output) == []


def listed(*args: str) -> "click.testing.Result":
    return CliRunner().invoke(gristmill, ["settings", *args])


def test_every_setting_is_listed_by_a_command_that_needs_no_checkout() -> None:
    result = listed()
    assert result.exit_code == 0
    assert OF_THE_CHECKOUT.findall(result.output) == []
    for knob in knobs(Settings).values():
        assert f"\n{knob.name}   ({knob.flag}" in result.output
        assert knob.variable in result.output
    assert "gristmill.toml" in result.output


def test_a_default_is_never_broken_in_two_lines() -> None:
    assert "'./gristmill-data'" in listed().output
