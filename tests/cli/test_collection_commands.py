"""Collections, deletions and single chunks from the command line, on a data folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.library_samples import succeeded

from gristmill.cli.app import gristmill
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.schemas.ids import document_id
from gristmill.storage.stores import Stores

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    stores = Stores.open(tmp_path / "data")
    with stores.library() as library:
        library.commit(
            [
                succeeded(
                    "job", n, uri=f"{n}.txt", texts=(f"apple {n} ", "pear"), collection="handbook"
                )
                for n in range(3)
            ]
        )

    def run(*arguments: str, code: ExitCode = ExitCode.OK) -> Any:
        done = CliRunner().invoke(gristmill, [*arguments, "--data", str(tmp_path / "data")])
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.mark.parametrize(
    "command", [("search", "apple"), ("documents",), ("export",), ("collections", "show")]
)
def test_a_misspelled_collection_is_not_found_and_the_near_one_is_named(
    run: Run, command: tuple[str, ...]
) -> None:
    name = ("handbok",) if command[0] == "collections" else ("--collection", "handbok")
    done = run(*command, *name, code=ExitCode.NOT_FOUND)
    assert "did you mean 'handbook'?" in done.output


def test_a_collection_is_set_shown_renamed_and_deleted(run: Run) -> None:
    options = {"chunk_max_chars": 300, "steps": [{"name": "keywords", "options": {"count": 2}}]}
    step = json.dumps(options["steps"][0])  # type: ignore[index]
    run("collections", "set", "handbook", "--chunk-max-chars", "300", "--step", step)
    shown = json.loads(run("collections", "show", "handbook", "--json").stdout)
    assert (shown["options"], shown["documents"]) == (options, 3)
    assert "options.chunk_max_chars" in run("collections", "show", "handbook").stdout
    assert "3 documents" in run("collections", "rename", "handbook", "manual").stdout
    assert "manual\t3" in run("collections").stdout
    refused = run("collections", "delete", "manual", code=ExitCode.USAGE)
    assert "--if-documents 3" in refused.output
    run("collections", "delete", "manual", "--if-documents", "2", code=ExitCode.USAGE)
    assert "3 documents" in run("collections", "delete", "manual", "--if-documents", "3").stdout
    assert json.loads(run("collections", "--json").stdout)["items"] == []


def test_documents_are_deleted_by_a_filter(run: Run) -> None:
    refused = run("delete", "--filter", "uri != 0.txt", code=ExitCode.USAGE)
    assert "2 documents" in refused.output
    assert "2 documents" in run("delete", "--filter", "uri != 0.txt", "--yes").stdout
    (left,) = json.loads(run("documents", "--json").stdout)["items"]
    assert left["uri"] == "0.txt"
    done = run("delete", "--filter", "uri != 0.txt", "--if-documents", "2", "--json")
    assert json.loads(done.stdout) == {"documents": 0}


def test_a_chunk_is_shown_with_its_neighbours(run: Run) -> None:
    document = document_id("handbook", "1.txt")
    chunk = f"{document}-1"
    assert run("show", chunk).stdout.splitlines()[:2] == ["[1]", "pear"]
    both = run("show", chunk, "--context", "1").stdout
    assert both.index("apple 1") < both.index("pear")
    told = json.loads(run("show", chunk, "--context", "1", "--json").stdout)
    assert [each["ordinal"] for each in (*told["before"], told["chunk"])] == [0, 1]
    run("show", f"{document}-7", code=ExitCode.NOT_FOUND)
    run("show", f"{'0' * 32}-0", code=ExitCode.NOT_FOUND)
    assert "chunk" in run("show", document, "--context", "1", code=ExitCode.USAGE).output


def test_a_search_counts_facets(run: Run) -> None:
    told = json.loads(run("search", "apple", "--facets", "collection", "--json").stdout)
    assert told["facets"]["collection"]["values"] == [{"value": "handbook", "count": 3}]
    assert "handbook\t3" in run("search", "apple", "--facets", "collection").stdout
