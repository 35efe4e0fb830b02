"""The promised face for packages that add parsers and steps: it is there, and it suffices."""

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from support import house

from gristmill.pipeline import plugins
from gristmill.pipeline.plugins import Blob, BlockKind, ChunkDraft, DocumentContent, DocumentError
from gristmill.schemas.configuration.settings import Settings

EXAMPLE = house.ROOT / "examples" / "plugin" / "mill_plugin"
FACE = "gristmill.pipeline.plugins"


def code_of(document: str) -> str:
    """The Python code that a document shows as whole."""
    text = (house.ROOT / "docs" / document).read_text(encoding="utf-8")
    codes: list[str] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (code,) = codes
    return code


def module_of(document: str) -> Any:
    module = ModuleType(document.removesuffix(".md").replace("-", "_"))
    exec(compile(code_of(document), document, "exec"), module.__dict__)
    return module


def test_all_that_is_promised_is_there() -> None:
    assert sorted(plugins.__all__, key=str.casefold) == sorted(
        set(plugins.__all__), key=str.casefold
    )
    assert all(hasattr(plugins, name) for name in plugins.__all__)


@pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*.py")), ids=lambda path: path.name)
def test_the_example_package_imports_nothing_of_gristmill_but_the_face(path: Path) -> None:
    ours = [name for name in house.names_imported(path) if name.startswith("gristmill")]
    assert {name.rpartition(".")[0] for name in ours} <= {FACE}
    assert {name.rpartition(".")[2] for name in ours} <= set(plugins.__all__)


@pytest.mark.parametrize("document", ["writing-a-parser.md", "writing-a-step.md"])
def test_a_document_for_plugin_authors_names_nothing_of_gristmill_but_the_face(
    document: str,
) -> None:
    text = (house.ROOT / "docs" / document).read_text(encoding="utf-8")
    named = set(re.findall(r"gristmill\.(?:pipeline|schemas|pool|storage|server)[\w.]*", text))
    assert {name.rstrip(".") for name in named} == {FACE}


def test_the_parser_that_the_document_shows_parses() -> None:
    parser = module_of("writing-a-parser.md")
    data = b"MILLNOTES\nSPRING\nThe sluice was mended.\n"
    assert parser.recognise(data, "notes") == parser.media_types[0]
    parsed = parser.parse(Blob(data), plugins.Limits())
    kinds = [(block.kind, block.text) for block in parsed.blocks]
    assert kinds == [
        (BlockKind.HEADING, "SPRING"),
        (BlockKind.TEXT, "The sluice was mended."),
    ]
    with pytest.raises(DocumentError, match="no notes"):
        parser.parse(Blob(b"MILLNOTES\n"), plugins.Limits())


def test_the_step_that_the_document_shows_counts() -> None:
    step = module_of("writing-a-step.md")
    chunk = ChunkDraft("a long day", (), None, 0, 10)
    document = DocumentContent("text/plain", None, {}, None, (chunk,))
    options = msgspec.convert({"at_least": 3}, step.options_type)
    changes = step.apply(document, options, Settings())
    assert changes.metadata == {"words": 2}
    assert changes.annotations == [{"words": 2}]


def test_one_thread_is_asked_for_in_the_environment() -> None:
    look = (
        f"import os; from {FACE} import use_one_thread; before = os.environ.get('OMP_NUM_THREADS');"
        "use_one_thread(); print(before, os.environ['OMP_NUM_THREADS'])"
    )
    environ = {"PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, env=environ
    )
    assert done.stdout.split() == ["None", "1"]


@pytest.mark.parametrize("module", ["steps.embedding.onnx_model", "recognition.rapid"])
def test_nothing_is_sent_to_the_maker_of_a_numeric_library(module: str) -> None:
    look = f"import os, gristmill.pipeline.{module}; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    environ = {"PATH": "/usr/bin", "ORT_DISABLE_TELEMETRY": ""}
    done = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, env=environ
    )
    assert done.stdout.split() == ["1"]
