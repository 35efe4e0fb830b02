"""`gristmill ingest --stdin`: a job a line, on a data folder and through a server."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.patience import WAIT_S
from support.running import Service, ask

from gristmill.cli.ingesting import line_ingestion
from gristmill.server.messages.lines import Line, Result

MakeService = Callable[..., Service]


def _line(text: str, **more: Any) -> str:
    return json.dumps({"sources": [{"type": "text", "text": text, "name": text}], **more}) + "\n"


def _ingest(lines: str, *flags: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "gristmill", "ingest", "--stdin", *flags]
    done = subprocess.run(
        command,
        input=lines,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        # Who works is nothing to those who hand in lines.
        env={**os.environ, "GRISTMILL_ENGINE": "inline"},
    )
    return done.returncode, done.stdout, done.stderr


def _results(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


@pytest.mark.slow
def test_lines_on_a_data_folder_are_watched_to_their_end(tmp_path: Path) -> None:
    lines = _line("one") + "{\n" + _line("two", idempotency_key="k")
    code, printed, _ = _ingest(lines, "--json", "--data", str(tmp_path / "data"))
    found = _results(printed)
    assert [(each["line"], each["status"]) for each in found] == [(1, 200), (2, 400), (3, 200)]
    assert [each.get("state") for each in found] == ["succeeded", None, "succeeded"]
    assert code == 3
    code, printed, _ = _ingest(_line("two", idempotency_key="k"), "--data", str(tmp_path / "data"))
    assert code == 0 and "1 document, 1 chunk" in printed and found[2]["job_id"] in printed


@pytest.mark.slow
def test_lines_through_a_server_are_numbered_as_they_were_given(make_service: MakeService) -> None:
    server = str(make_service("--engine", "inline").start().http.base_url)
    lines = "".join(_line(f"text {n}") for n in range(300)) + "\n" + '{"sources": []}\n'
    code, printed, _ = _ingest(lines, "--json", "--no-wait", "--server", server)
    found = _results(printed)
    assert [each["line"] for each in found] == [*range(1, 301), 302]
    assert [each["status"] for each in found] == [202] * 300 + [400]
    assert code == 3
    code, printed, _ = _ingest(_line("the last"), "--server", server)
    assert code == 0 and "1 document, 1 chunk" in printed


@pytest.mark.slow
def test_a_server_whose_batches_are_shorter_gets_several(make_service: MakeService) -> None:
    server = str(make_service("--max-batch-lines", "100").start().http.base_url)
    lines = "".join(_line(f"text {n}") for n in range(250))
    code, printed, _ = _ingest(lines, "--json", "--no-wait", "--server", server)
    found = _results(printed)
    assert [(each["line"], each["status"]) for each in found] == [(n, 202) for n in range(1, 251)]
    assert code == 0


@pytest.mark.slow
def test_what_is_no_list_of_tasks_is_given_up_with_a_reason(tmp_path: Path) -> None:
    code, printed, _ = _ingest("x\n" * 5_000, "--json", "--no-wait", "--data", str(tmp_path / "d"))
    found = _results(printed)
    assert (code, found[-1]["code"]) == (3, "too_many_bad_lines")
    assert len(found) < 1_500


@pytest.mark.slow
def test_without_a_server_it_says_so(tmp_path: Path) -> None:
    code, printed, said = _ingest(_line("one"), "--server", "http://127.0.0.1:9")
    assert (code, printed) == (4, "") and "no server answers" in said


@pytest.mark.parametrize("flags", [("a.txt",), ("--key", "k"), ("--collection", "c")])
def test_what_the_lines_say_is_not_said_by_flags(flags: Sequence[str]) -> None:
    code, _, said = ask("ingest", "--stdin", *flags)
    assert code == 2 and "--stdin" in said


def test_a_full_queue_is_asked_by_a_single_line_until_it_has_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_ingestion, "_PAUSE_S", 0)
    room, asked = iter([2, 0, 0, 1, 2, 4, 8]), []

    def submit(lines: Sequence[Line]) -> list[Result]:
        asked.append(len(lines))
        free = next(room)
        return [
            Result(line.number, 202, "j", b"{}")
            if number < free
            else Result(line.number, 503, "j", b'{"code":"queue_full"}')
            for number, line in enumerate(lines)
        ]

    found = line_ingestion._patiently(submit, [Line(n, b"{}") for n in range(1, 9)])
    assert [each.status for each in found] == [202] * 8
    assert [each.line for each in found] == list(range(1, 9))
    assert asked == [8, 1, 1, 1, 2, 3]
