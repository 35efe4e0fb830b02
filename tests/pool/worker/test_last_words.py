"""What a worker said last is heard once, and becomes a part of how it ended."""

from pathlib import Path

from gristmill.pool.worker import last_words
from gristmill.schemas.jobs.workers import Death
from gristmill.schemas.problems.errors import ServiceFailed
from gristmill.storage.layout import DataFolder


def test_what_was_said_is_heard_once_in_one_line_and_not_for_ever(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path / "data")
    last_words.say(folder, 7, ValueError("no\n  flour " + "x" * 999))
    told = last_words.heard(folder, 7)
    assert told.startswith("ValueError: no flour x") and len(told) == 300
    assert last_words.heard(folder, 7) == last_words.heard(folder, 8) == ""
    last_words.say(folder, 7, ServiceFailed("the mill is shut"))
    assert last_words.heard(folder, 7) == "the mill is shut"


def test_a_death_with_words_says_them(tmp_path: Path) -> None:
    assert str(Death.of_exit_code(0, words="no flour")) == "ended with exit code 0 (no flour)"
    assert str(Death.of_exit_code(0)) == "ended with exit code 0"
    assert Death.of_exit_code(-9, words="of another life").words == ""
