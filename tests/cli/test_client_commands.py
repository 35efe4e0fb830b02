"""The client commands with the real program: on a data folder, and through a server."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.ingested import ingested as ingested_here
from support.patience import WAIT_S
from support.running import Service, ask, stopped_workers, until
from support.selection import rest_slow

from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests

GOOD = {"wheel.md": "# Wheel\n\nThe wheel turns in the river.\n", "note.txt": "A dusty miller.\n"}


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """`gristmill` in a folder of its own, as a stranger would use it."""

    def __init__(self, here: Path) -> None:
        self.here = here
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("GRISTMILL_")}

    def __call__(self, *args: str, **env: str) -> Done:
        done = subprocess.run(
            self.argv(*args),
            cwd=self.here,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            stdin=subprocess.DEVNULL,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def ask(self, *args: str, **env: str) -> Done:
        """The same without a process, which is much cheaper."""
        with contextlib.chdir(self.here):
            return Done(*ask(*args, env=env))

    def start(self, *args: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.argv(*args),
            cwd=self.here,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @staticmethod
    def argv(*args: str) -> Sequence[str]:
        return [sys.executable, "-m", "gristmill", *args]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write_notes(tmp_path)


def write_notes(here: Path) -> Path:
    folder = here / "notes"
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, str]:
    """A program whose notes are in its library, to be read only; and the id of their job."""
    program = Program(tmp_path_factory.mktemp("ingested"))
    write_notes(program.here)
    job = ingested_here(program.here / "gristmill-data", program.here / "notes")
    return program, job.job_id


def break_one(notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n<< /Type /Cat")


def test_the_first_thing_a_newcomer_types_works_without_a_service(
    program: Program, notes: Path
) -> None:
    done = program("ingest", "notes", "--workers", "1", "--json")
    assert (done.code, done.err) == (ExitCode.OK, "")
    assert done.json["counts"]["succeeded"] == len(GOOD)
    assert done.json["chunks"] == len(GOOD)

    assert "wheel.md" in program.ask("documents").out
    assert "*wheel*" in program("search", "wheel").out
    page = program.ask("search", "wheel", "dusty", "--limit", "1")
    assert "hits in all; more with --cursor " in page.err
    cursor = page.err.split("--cursor ")[1].strip()
    following = program.ask("search", "wheel", "dusty", "--limit", "1", "--cursor", cursor)
    assert following.out not in ("", page.out)
    assert program.ask("search", "wheel", "--cursor", cursor).code == ExitCode.USAGE
    only = ("--filter", "uri ~ *.txt")
    assert "wheel.md" not in program.ask("documents", *only).out
    assert "nothing found" in program.ask("search", "wheel", *only).err
    assert len(program.ask("export", *only).out.splitlines()) == 1
    refused = program.ask("export", "--filter", "uri ~ *.txt or")
    assert (refused.code, refused.out) == (ExitCode.USAGE, "")
    assert "at character 15: a field is missing before the end" in refused.err
    jobs = program.ask("jobs", "--state", "succeeded", "--json").json["items"]
    assert [job["job_id"] for job in jobs] == [done.json["jobs"][0]["job_id"]]
    assert program.ask("stats", "--json").json["pending_jobs"] == 0
    exported = [json.loads(line) for line in program("export").out.splitlines()]
    texts = sorted(row["text"] for row in exported)
    assert texts == ["A dusty miller.", "Wheel\n\nThe wheel turns in the river."]

    again = program.ask("ingest", "notes", "--json", GRISTMILL_ENGINE="inline")
    assert again.json["counts"]["unchanged"] == len(GOOD)


def test_failures_are_shown_with_their_reasons_and_an_exit_code(
    program: Program, notes: Path
) -> None:
    break_one(notes)
    done = program.ask("ingest", "notes", GRISTMILL_ENGINE="inline")
    assert done.code == ExitCode.DOCUMENTS_FAILED
    assert "broken.pdf\tparse_error\t" in done.out
    job_id = program.ask("jobs", "--json").json["items"][0]["job_id"]
    assert "broken.pdf\tparse_error\t" in program.ask("job", job_id).out
    failed = program.ask("job", job_id, "--state", "failed", "--json").json["items"]
    assert [row["code"] for row in failed] == ["parse_error"]
    assert program.ask("job", job_id, "--wait").code == ExitCode.DOCUMENTS_FAILED


def test_what_must_be_decided_needs_a_supervisor(ingested: tuple[Program, str]) -> None:
    program, job_id = ingested
    for command in ("cancel", "retry"):
        done = program.ask(command, job_id)
        assert done.code == ExitCode.UNAVAILABLE
        assert done.err.startswith("error: no supervisor answers")


def test_a_job_that_is_unknown_is_not_found(ingested: tuple[Program, str]) -> None:
    program, _ = ingested
    for job_id in ("nonsense", "019ab0f2-8c1e-7f3a-9d55-1f2e3d4c5b6a", "../../etc"):
        assert program.ask("job", job_id).code == ExitCode.NOT_FOUND


def test_an_export_replaces_its_file_whole_or_not_at_all(ingested: tuple[Program, str]) -> None:
    program, _ = ingested
    out = program.here / "chunks.jsonl"
    out.write_text("old")
    assert program.ask("export", "--output", "gone/chunks.jsonl").code == ExitCode.NOT_FOUND
    done = program.ask("export", "--output", "chunks.jsonl")
    assert (done.code, done.out) == (ExitCode.OK, "")
    assert len(out.read_text().splitlines()) == len(GOOD)
    assert [path.name for path in program.here.glob(".*")] == []


def test_an_export_to_a_dash_goes_to_standard_output(ingested: tuple[Program, str]) -> None:
    program, _ = ingested
    done = program.ask("export", "--output", "-")
    assert (len(done.out.splitlines()), done.err) == (len(GOOD), "")
    assert not (program.here / "-").exists()


def test_an_export_is_written_as_its_file_is_called(ingested: tuple[Program, str]) -> None:
    program, _ = ingested
    for name, beginning in (("c.csv", b"chunk_id,"), ("c.parquet", b"PAR1"), ("c.jsonl", b"{")):
        assert program.ask("export", "--output", name).code == ExitCode.OK
        assert (program.here / name).read_bytes().startswith(beginning)
    flat = program.ask("export", "--output", "c.csv", "--format", "flat", "--ids", "uuid")
    assert f"wrote {len(GOOD)} chunks" in flat.err
    lines = (program.here / "c.csv").read_text().splitlines()
    assert len({json.loads(line)["chunk_id"] for line in lines}) == len(GOOD)


def test_an_export_since_a_moment_has_what_came_later(ingested: tuple[Program, str]) -> None:
    program, _ = ingested
    assert len(program.ask("export", "--since", "2020").out.splitlines()) == len(GOOD)
    assert (
        program.ask(
            "export", "--since", "2999-01-01T10:00", "--filter", "pages = 1 or bytes > 0"
        ).out
        == ""
    )
    wrong = program.ask("export", "--since", "yesterday")
    assert (wrong.code, "yesterday" in wrong.err) == (ExitCode.USAGE, True)


def test_a_reader_that_goes_away_ends_an_export_quietly(program: Program, notes: Path) -> None:
    (notes / "long.txt").write_text("The miller sleeps. " * 50_000)
    ingested_here(program.here / "gristmill-data", notes)
    process = program.start("export")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(WAIT_S) == ExitCode.OUTPUT_CLOSED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"),
    rest_slow((signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)),
)
def test_an_interrupted_ingest_goes_on_where_it_was(
    program: Program, notes: Path, number: int, code: ExitCode
) -> None:
    for index in range(60):
        (notes / f"{index:02}.txt").write_text(f"Number {index}. ")
    manifests, stuck = Manifests(DataFolder(program.here / "gristmill-data")), notes.parent / "once"
    program.env["GRISTMILL_FAULTS"] = f"document.parse:30.txt=hang#{stuck}"
    program.env["GRISTMILL_DRAIN_GRACE_S"] = "0.2"

    process = program.start("ingest", "notes", "--workers", "1")
    until(stuck.exists, "a document that hangs")
    pending = manifests.pending_ids()
    process.send_signal(number)
    _, said = process.communicate(timeout=WAIT_S)
    assert process.returncode == code
    assert pending[0] in said
    assert "goes on where it was" in said
    assert "Traceback" not in said

    assert manifests.pending_ids() == pending
    assert program.ask("job", pending[0], "--wait").code == ExitCode.UNAVAILABLE
    done = program("ingest", "notes", "--json", GRISTMILL_ENGINE="inline")
    assert done.code == ExitCode.OK
    assert program.ask("stats", "--json").json["library"]["documents"] == 62


@pytest.mark.slow
def test_the_same_ingest_while_it_is_pending_follows_the_pending_job(
    program: Program, notes: Path, make_service: Callable[..., Service]
) -> None:
    stuck = program.here / "once"
    service = make_service(
        *("--workers", "1"),
        command="supervise",
        env={"GRISTMILL_FAULTS": f"document.parse:note.txt=stop#{stuck}"},
    ).start()
    data = str(service.data)
    first = program("ingest", "notes", "--data", data, "--no-wait", "--json")
    assert first.code == ExitCode.OK
    until(stuck.exists, "a worker that stands still")
    second = program.start("ingest", "notes", "--data", data, "--json")
    assert second.stderr is not None
    assert "pending already" in second.stderr.readline()
    for worker in until(lambda: stopped_workers(service), "the worker that stands still"):
        worker.resume()
    out, _ = second.communicate(timeout=WAIT_S)
    assert second.returncode == ExitCode.OK
    assert json.loads(out)["jobs"][0]["job_id"] == first.json["jobs"][0]["job_id"]
    assert json.loads(out)["counts"]["succeeded"] == len(GOOD)


def test_every_client_command_speaks_to_a_server(
    program: Program, notes: Path, make_service: Callable[..., Service]
) -> None:
    break_one(notes)
    service = make_service("--engine", "inline").start()
    url = str(service.http.base_url)
    done = program("ingest", "notes", "-c", "mill", "--server", url, "--json")
    assert (done.code, done.err) == (ExitCode.DOCUMENTS_FAILED, "")
    assert done.json["counts"] == {
        "total": 3, "pending": 0, "succeeded": 2, "unchanged": 0, "duplicate": 0, "failed": 1,
        "cancelled": 0,
        "warnings": 0, "skipped": 0,
    }  # fmt: skip
    assert [each["uri"] for each in done.json["failures"]] == ["notes/broken.pdf"]
    job_id = done.json["jobs"][0]["job_id"]

    env = {"GRISTMILL_SERVER": url}
    assert [each["job_id"] for each in program.ask("jobs", "--json", **env).json["items"]] == [
        job_id
    ]
    assert program.ask("job", job_id, "--json", **env).json["state"] == "partial"
    assert program.ask("documents", "-c", "mill", **env).out.count("\n") == 3
    assert (
        program.ask("search", "dusty", "--json", **env).json["items"][0]["uri"] == "notes/note.txt"
    )
    assert len(program.ask("export", **env).out.splitlines()) == 2
    only = ("--filter", "chunks = 1 and uri ~ *.md")
    assert program.ask("search", "dusty", "--json", *only, **env).json["items"] == []
    assert len(program.ask("documents", "--json", *only, **env).json["items"]) == 1
    (mill,) = program.ask("collections", "--json", **env).json["items"]
    assert (mill["collection"], mill["documents"]) == ("mill", 2)
    assert "mill" in program.ask("collections", **env).out
    assert len(program.ask("export", *only, **env).out.splitlines()) == 1
    assert program.ask("export", "--filter", "chunks", **env).code == ExitCode.USAGE
    assert program.ask("stats", "--json", **env).json["status"] == "ready"
    assert program.ask("cancel", job_id, **env).code == ExitCode.FAILED
    assert program.ask("retry", job_id, "--json", **env).json["job_id"] == job_id
    assert program.ask("job", job_id, "--wait", **env).code == ExitCode.DOCUMENTS_FAILED
    pages = program.ask("documents", "--limit", "1", "--json", **env).json
    rest = program.ask("documents", "--limit", "1", "--after", pages["next"], "--json", **env).json
    assert {pages["items"][0]["uri"], rest["items"][0]["uri"]} == {
        "notes/note.txt",
        "notes/wheel.md",
    }
    # The folder says the same as the server, and takes part in its supervisor's work.
    on_folder = program.ask("jobs", "--data", str(service.data), "--json").json["items"]
    assert on_folder == program.ask("jobs", "--json", **env).json["items"]
    shown = program.ask("stats", "--data", str(service.data)).out.splitlines()
    queue = {
        line.split()[0] for line in program.ask("stats", **env).out.splitlines() if "queue" in line
    }
    assert queue == {line.split()[0] for line in shown if "queue" in line} >= {"queue.waiting"}
    assert program.ask("retry", job_id, "--data", str(service.data)).code == ExitCode.OK


def test_parse_shows_a_file_and_names_what_is_wrong_with_it(program: Program, notes: Path) -> None:
    done = program.ask("parse", "notes/wheel.md", "--step", "keywords", "--json")
    assert (done.code, done.json["media_type"]) == (ExitCode.OK, "text/markdown")
    assert done.json["chunks"][0]["headings"] == ["Wheel"]
    assert "wheel" in done.json["metadata"]["keywords"]
    shown = program.ask("parse", "notes/wheel.md")
    assert "[0] 0-" in shown.out
    assert "Wheel" in shown.out
    break_one(notes)
    broken = program.ask("parse", "notes/broken.pdf")
    assert broken.code == ExitCode.DOCUMENTS_FAILED
    assert broken.err.startswith("error: notes/broken.pdf: parse_error: ")
    wrong = program.ask("parse", "notes/wheel.md", "--chunk-max-chars", "1")
    assert wrong.code == ExitCode.USAGE


def test_parse_lists_what_is_in_an_archive_and_shows_one_file_of_it(
    program: Program, notes: Path
) -> None:
    with zipfile.ZipFile(notes / "notes.zip", "w") as archive:
        archive.writestr("deep/wheel.md", "# Wheel\n\nIt turns.")
        archive.writestr("bad.zip", b"PK\x03\x04")
    listed = program.ask("parse", "notes/notes.zip")
    assert listed.out.splitlines()[1].startswith("deep/wheel.md\t")
    assert listed.out.splitlines()[2].split("\t")[::2][:2] == ["bad.zip", "parse_error"]
    assert "It turns." in program.ask("parse", "notes/notes.zip!/deep/wheel.md").out
    missing = program.ask("parse", "notes/notes.zip!/no.md")
    assert missing.code != 0 and "there is no no.md" in missing.err
