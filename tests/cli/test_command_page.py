"""docs/command-line.md is made from the commands, and what it says of JSON is so."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.ingested import with_a_note

from gristmill.cli.app import gristmill
from gristmill.cli.command_page import commands, page
from gristmill.cli.json_shapes import SHAPES, Shape

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
ONE_DOCUMENT = "--if-documents=1"


def test_the_page_of_commands_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make cli-doc"


def test_every_command_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"## gristmill {path}\n" in text for path, _ in commands())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_a_note(tmp_path_factory.mktemp("shapes"))


def printed(data: Path, *words: str) -> Any:
    at = ["--data", str(data)] if words[0] not in ("formats", "steps") else []
    result = CliRunner().invoke(gristmill, [*words, "--json", *at])
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


def expect(told: dict[str, Any], shape: Shape) -> None:
    """What is printed has the members that are promised, and no other."""
    assert set(told) == set(shape.members)
    for member, names in shape.inner.items():
        assert all(set(each) == set(names) for each in told[member]), member


# In this order: what deletes comes last.
WALK = [
    ("jobs", ["jobs"]),
    ("job", ["job", "last"]),
    ("job --documents", ["job", "last", "--documents"]),
    ("job --wait", ["job", "last", "--wait"]),
    ("top", ["top"]),
    ("collections", ["collections"]),
    ("documents", ["documents"]),
    ("search", ["search", "miller"]),
    ("stats", ["stats"]),
    ("formats", ["formats", ".pdf"]),
    ("steps", ["steps"]),
    ("doctor", ["doctor"]),
    ("check", ["check"]),
    ("purge", ["purge", "--older-than", "9d"]),
    ("key list", ["key", "list"]),
    ("key add", ["key", "add", "reader", "--scope", "read"]),
    ("key revoke", ["key", "revoke", "reader"]),
    ("collections set", ["collections", "set", "default", "--pdf", "text"]),
    ("collections show", ["collections", "show", "default"]),
    ("collections rename", ["collections", "rename", "default", "notes"]),
    ("delete", ["delete", "--filter", "uri ~ *.none", "--yes"]),
    ("collections delete", ["collections", "delete", "notes", ONE_DOCUMENT]),
]


def test_what_commands_print_is_what_the_page_promises(data: Path) -> None:
    for called, words in WALK:
        expect(printed(data, *words), SHAPES[called])


def test_a_chunk_is_what_the_page_promises(tmp_path: Path) -> None:
    data = with_a_note(tmp_path)
    (hit,) = printed(data, "search", "miller")["items"]
    expect(printed(data, "show", hit["chunk_id"]), SHAPES["show CHUNK"])
