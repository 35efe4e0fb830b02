"""A line of the log says what it is about, to people or to programs, and stays one line."""

import json
import logging
import sys
from typing import Any

import pytest

from gristmill.pool.processes.log_lines import JsonLine, OneLine


def record(message: str, *args: object, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("gristmill.x", logging.INFO, "x.py", 1, message, args, None)
    made.fields = fields
    return made


def test_fields_stand_behind_the_message_and_what_is_unknown_is_left_out() -> None:
    line = OneLine("%(levelname)s %(message)s").format(
        record("job %s", "failed", job="019a", took_s=0.25, key=None, collection="my files", run=2)
    )
    assert line == 'INFO job failed job=019a took_s=0.25 collection="my files" run=2'


def test_no_field_starts_another_line_or_passes_for_two() -> None:
    line = OneLine("%(message)s").format(record("job", collection="a\nb job=x\x1b[2J", key='"'))
    assert "\n" not in line and "\x1b" not in line
    assert line.startswith('job collection="a') and line.endswith(' key="\\""')


def test_programs_read_an_object_with_its_fields() -> None:
    line = JsonLine().format(record("job %s", "failed", job="019a", key=None, level="fake"))
    told = json.loads(line)
    assert told.pop("at").endswith("Z") and told.pop("pid") > 0
    assert told == {
        "level": "info",
        "logger": "gristmill.x",
        "message": "job failed",
        "job": "019a",
    }


@pytest.mark.parametrize("formatter", [JsonLine(), OneLine("%(message)s")])
def test_a_record_without_fields_is_a_line_too(formatter: logging.Formatter) -> None:
    plain = logging.LogRecord("other", logging.WARNING, "x.py", 1, "a\nword", (), None)
    assert "\n" not in formatter.format(plain) and "word" in formatter.format(plain)


def test_a_traceback_is_a_member() -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        made = record("broken")
        made.exc_info = sys.exc_info()
    line = JsonLine().format(made)
    assert "\n" not in line and "ValueError" in json.loads(line)["traceback"]
