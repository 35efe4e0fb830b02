"""Parsers found through entry points."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

import pytest

from gristmill.pipeline import registry
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed


def parse(blob: Blob, limits: Limits) -> Parsed:
    return Parsed((Block(BlockKind.TEXT, "theirs"),))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """Entry points beside our own; a test adds to the list before its first look-up."""
    real = list(entry_points(group=registry.GROUP))
    added: list[EntryPoint] = []
    monkeypatch.setattr(registry, "entry_points", lambda group: added + real)
    registry._by_media_type.cache_clear()
    yield added
    registry._by_media_type.cache_clear()


def plugin(monkeypatch: pytest.MonkeyPatch, **attributes: object) -> EntryPoint:
    module = ModuleType("their_parser")
    vars(module).update(attributes)
    monkeypatch.setitem(sys.modules, "their_parser", module)
    return EntryPoint("aaa", "their_parser", registry.GROUP)


def test_our_parsers_are_registered_for_the_formats_of_the_contract() -> None:
    assert set(registry.media_types()) >= {
        "text/plain",
        "text/markdown",
        "text/x-rst",
        "text/html",
        "application/pdf",
        "text/csv",
        "application/json",
        "application/x-ndjson",
    }


def test_a_users_package_adds_and_replaces(
    installed: list[EntryPoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = ("text/plain", "text/x-grain")
    installed.append(plugin(monkeypatch, media_types=kinds, version="9", parse=parse))
    for kind in kinds:
        found = registry.parser_for(kind)
        assert found is not None
        assert found.parse is parse


def test_a_broken_package_costs_only_its_own_formats(
    installed: list[EntryPoint], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    installed.append(plugin(monkeypatch, version="9"))
    installed.append(EntryPoint("bbb", "no_such_module_anywhere", registry.GROUP))
    assert registry.parser_for("text/plain") is not None
    assert "'aaa'" in caplog.text
    assert "'bbb'" in caplog.text


def test_preloading_imports_what_parsers_need() -> None:
    registry.preload()
    assert {"lxml", "pypdfium2", "markdown_it"} <= sys.modules.keys()
