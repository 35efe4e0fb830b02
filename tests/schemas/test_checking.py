"""What a program gives a task is of its kind, or a sentence says what is not."""

from pathlib import Path
from typing import Any

import pytest

from gristmill import IngestionTask, Options, PathSource, Settings, TextSource
from gristmill.schemas.jobs.checking import checked_task
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.problems.errors import InvalidRequest, SettingsError

TEXT = TextSource("hello")


def test_mappings_and_paths_stand_for_what_they_say() -> None:
    source: Any = {"type": "text", "text": "hello"}
    options: Any = {"pdf": "text", "steps": ["keywords"]}
    path: Any = Path("docs")
    found = checked_task(
        IngestionTask(sources=[source, PathSource(path=path)], options=options, metadata={"a": 1})
    )
    assert found.sources == [TEXT, PathSource("docs")]
    assert found.options == GivenOptions(pdf="text", steps=("keywords",))
    assert checked_task({"sources": [source]}) == IngestionTask(sources=[TEXT])


def test_a_task_that_is_right_stays_as_it_is_and_whole_options_stay_whole() -> None:
    given: Any = Options(pdf="text")
    task = IngestionTask(sources=[TEXT], options=given, priority=5, collection="reports")
    assert checked_task(task) == task
    assert isinstance(checked_task(task).options, Options)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"sources": ["docs"]}, r"sources\[0\] is 'docs', which is no source.*PathSource"),
        ({"sources": "docs"}, "sources is a list.*not 'docs'"),
        ({"sources": [TextSource(5)]}, r"sources\[0\].*`str`, got `int`"),  # type: ignore[arg-type]
        ({"sources": [TEXT, {"type": "txt"}]}, r"sources\[1\]"),
        ({"sources": [TEXT], "options": {"pdff": "text"}}, "options.*pdff"),
        ({"sources": [TEXT], "options": "text"}, "options are Options or a mapping"),
        ({"sources": [TEXT], "priority": "high"}, "priority"),
        ({"sources": [TEXT], "collection": 5}, "collection"),
        ({"sources": [TEXT], "metadata": {"a": object()}}, "is no JSON"),
        ({"sources": [TEXT], "timeout_s": -1.0}, "timeout_s"),
    ],
)
def test_a_wrong_argument_is_named(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        checked_task(IngestionTask(**fields))
    with pytest.raises(InvalidRequest, match=told):
        checked_task(fields)


def test_what_is_no_task_at_all_and_what_a_task_does_not_have_is_said() -> None:
    with pytest.raises(InvalidRequest, match="a task is an IngestionTask"):
        checked_task("docs")
    with pytest.raises(InvalidRequest, match="source"):
        checked_task({"source": [TEXT]})


@pytest.mark.parametrize("name", ["chunk_max_chars", "chunk_overlap_tokens"])
def test_whole_options_of_another_kind_are_a_sentence(name: str) -> None:
    wrong: Any = {name: "many"}
    with pytest.raises(ValueError, match=f"{name} must be a whole number, not 'many'"):
        Options(**wrong)


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("workers", "two", "a whole number"),
        ("port", 70_000, "from 0 to 65535"),
        ("log_level", "loud", "one of 'debug', 'info', 'warning'"),
        ("allow_roots", "/srv", "a list of texts"),
    ],
)
def test_settings_from_a_program_are_looked_at(name: str, value: Any, takes: str) -> None:
    wrong: Any = {name: value}
    with pytest.raises(SettingsError, match=takes):
        Settings(**wrong)


def test_a_data_folder_may_be_a_path(tmp_path: Path) -> None:
    folder: Any = tmp_path
    assert Settings(data=folder).data == str(tmp_path)
