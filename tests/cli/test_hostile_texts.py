"""No command prints what steers a terminal: names, titles, texts and messages of others."""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.ingested import ingested
from support.patience import WAIT_S

from gristmill.cli.app import COMMANDS, gristmill
from gristmill.schemas.jobs.sources import TextSource

EVIL = "\x1b]0;owned\x07\x9b31m\x7f\u202egpj\u2066\u200b\ufeff"
SLY = "\u202egpj\u2066\u200bx\u00adx"
"""With control characters in it a document is no text."""
_NAMED = {"Cc", "Cf", "Zl", "Zp"}
_OURS = {"\n", "\t"}
NOT_WALKED = {"serve", "supervise", "web", "drain", "node", "nodes", "mcp"}
"""They serve, or end what serves: what they print is their own."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with jobs whose every text is hostile, some of them failed."""
    place = tmp_path_factory.mktemp("hostile")
    text = f"# A title {SLY}\n\nwheel {SLY} words\n\n| {SLY} |\n|---|\n| {SLY} |\n\n" * 9
    sources = [
        TextSource(name=f"good{EVIL}.md", text=text),
        TextSource(name=f"bad{EVIL}.json", text="{" + EVIL),
    ]
    done = ingested(place / "data", *sources, metadata={f"k{EVIL}": EVIL})
    assert done.counts.failed == 1, done
    (place / "job").write_text(done.job_id)
    (document,) = printed_as_json(place, "documents")["items"]
    (place / "document").write_text(document["document_id"])
    (place / f"file{EVIL}.md").write_text(text)
    return place


def printed_as_json(place: Path, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "gristmill", *arguments, "--json", "--data", str(place / "data")],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert unsafe(done.stdout) == unsafe(done.stderr) == set()
    return json.loads(done.stdout)


def unsafe(printed: str) -> set[str]:
    return {each for each in printed if unicodedata.category(each) in _NAMED} - _OURS


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit):
        gristmill.main(arguments)
    said = capsys.readouterr()
    return said.out + said.err


def walked(place: Path) -> dict[str, list[list[str]]]:
    """Every command, as it is used and as it fails."""
    job, document = ((place / each).read_text() for each in ("job", "document"))
    (file,) = place.glob("file*.md")
    data = ["--data", str(place / "data")]
    return {
        "ingest": [["ingest", EVIL, *data], ["ingest", EVIL, "--delete", "keep", *data]],
        "jobs": [["jobs", *data], ["jobs", "--after", EVIL, *data]],
        "job": [
            ["job", job, *data],
            ["job", job, "--documents", *data],
            ["job", job, "--state", "failed", *data],
            ["job", job, "--wait", *data],
            ["job", EVIL, *data],
        ],
        "top": [["top", *data], ["top", "--data", EVIL]],
        "documents": [["documents", *data], ["documents", "-c", EVIL, *data]],
        "collections": [
            ["collections", *data],
            ["collections", "--after", EVIL, *data],
            ["collections", "show", EVIL, *data],
            ["collections", "set", f"set{EVIL}", *data],
            ["collections", "set", "set", "--step", EVIL, *data],
            ["collections", "rename", EVIL, "new", *data],
            ["collections", "delete", EVIL, *data],
        ],
        "refresh": [["refresh", "-c", EVIL, *data], ["refresh", "-c", "default", *data]],
        "delete": [
            ["delete", "--filter", EVIL, *data],
            ["delete", "--filter", "pages > 9", "-c", EVIL, *data],
            ["delete", "--filter", "uri exists", *data],
        ],
        "trash": [
            ["trash", "--collection", EVIL, *data],
            ["trash", "--filter", EVIL, *data],
            ["trash", "--mirror", EVIL, "--after", EVIL, *data],
        ],
        "restore-documents": [
            ["restore-documents", EVIL, *data],
            ["restore-documents", "--filter", EVIL, *data],
            ["restore-documents", "--mirror", EVIL, "--run", EVIL, *data],
        ],
        "search": [
            ["search", "wheel", *data],
            ["search", EVIL, *data],
            ["search", "wheel", "--filter", EVIL, *data],
            ["search", "wheel", "--facets", "uri,title", *data],
            ["search", "wheel", "--collection", EVIL, *data],
            ["search", "wheel", "--cursor", EVIL, *data],
            ["search", "wheel", "--mode", "vector", "--collection", EVIL, *data],
        ],
        "embed": [["embed", "--collection", EVIL, "--model", EVIL, *data], ["embed", *data]],
        "show": [
            ["show", document, *data],
            *(["show", document, *data, "--format", form] for form in ("html", "json", "text")),
            ["show", document, *data, "--tables", "csv"],
            ["show", document, *data, "--table", "2"],
            ["show", f"{document}-0", *data, "--context", "1"],
            ["show", f"{document}-99", *data],
            ["show", EVIL, *data],
        ],
        "export": [["export", *data]],
        "cancel": [["cancel", job, *data], ["cancel", EVIL, *data]],
        "bulk": [
            ["bulk", "retry", *data],
            ["bulk", "delete", "--filter", EVIL, *data],
            ["bulk", "delete", "-q", EVIL, "--dry-run", *data],
            ["bulk", "delete", "--dry-run", *data],
            ["bulk", "cancel", "-c", EVIL, *data],
            ["bulk", "list", *data],
            ["bulk", "list", "--after", EVIL, *data],
            ["bulk", "show", EVIL, *data],
            ["bulk", "show", "last", *data],
            ["bulk", "stop", EVIL, *data],
        ],
        "webhooks": [
            ["webhooks", *data],
            ["webhooks", "--after", EVIL, "-c", EVIL, *data],
            ["webhooks", "show", job, *data],
            ["webhooks", "replay", EVIL, *data],
        ],
        "mirror": [
            ["mirror", "add", EVIL, str(place), "-c", "m", *data],
            ["mirror", "add", "m", EVIL, "-c", "m", *data],
            ["mirror", "add", "m", str(place), "-c", EVIL, "--every", "1d", *data],
            ["mirror", "add", "m", str(place), "-c", "m", "--every", EVIL, *data],
            ["mirror", "add", "m", str(place), "-c", "m", "--exclude", EVIL, *data],
            ["mirror", "list", "--after", EVIL, *data],
            ["mirror", "list", *data],
            ["mirror", "show", EVIL, *data],
            ["mirror", "run", EVIL, *data],
            ["mirror", "pause", EVIL, *data],
            ["mirror", "resume", EVIL, *data],
            ["mirror", "remove", EVIL, *data],
        ],
        "retry": [["retry", EVIL, *data]],
        "stats": [["stats", *data], ["stats", "--data", str(place / EVIL)]],
        "parse": [["parse", str(file)], ["parse", EVIL], ["parse", str(file), "--step", EVIL]],
        "check": [["check", *data]],
        "purge": [["purge", "--older-than", EVIL, *data]],
        "doctor": [["doctor", *data], ["doctor", "--data", str(place / EVIL)]],
        "formats": [["formats", "pdf"], ["formats", EVIL]],
        "steps": [["steps"]],
        "completion": [["completion", "bash"], ["completion", EVIL]],
        "settings": [["settings"], ["settings", "--config", EVIL]],
    }


def test_every_command_is_walked(place: Path) -> None:
    assert set(walked(place)) == set(COMMANDS) - NOT_WALKED - set(LATER)


LATER: Sequence[str] = [
    each for each in COMMANDS if each in ("key", "backup", "restore", "migrate")
]
"""Commands of other files, which have nothing of documents to print."""


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - NOT_WALKED - set(LATER)))
@pytest.mark.parametrize("as_json", [False, True])
def test_no_command_prints_what_steers_a_terminal(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    as_json: bool,
) -> None:
    if command in ("export", "show"):
        # For programs it is what it is, and whole in each character.
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    # What a command starts has nothing to do with what it prints.
    monkeypatch.setenv("GRISTMILL_ENGINE", "inline")
    for arguments in walked(place)[command]:
        printed = run(capsys, *arguments, *(["--json"] if as_json else []))
        assert printed
        assert unsafe(printed) == set(), arguments
        if "error: " in printed:
            trace = run(capsys, "--traceback", *arguments)
            assert unsafe(trace) == set(), arguments


def test_what_is_shown_is_what_was_there(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(place / "data")]
    printed = run(capsys, "documents", "--json", *data)
    uris = [item["uri"] for item in json.loads(printed)["items"]]
    assert any("\u202e" in uri and "\x9b" in uri for uri in uris)
    assert re.search(r"\\u202e", printed)


class _Liar(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        problem = {"code": EVIL, "detail": EVIL, "title": EVIL, "status": 404}
        body = json.dumps(problem, ensure_ascii=False).encode()
        self.send_response(404)
        self.send_header("Content-Type", "application/problem+json")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def liar() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Liar)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "arguments", [("jobs",), ("job", "x"), ("search", "x"), ("stats",), ("documents",)]
)
def test_a_servers_words_steer_nothing(
    liar: str, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    printed = run(capsys, *arguments, "--server", liar)
    assert "error: " in printed
    assert unsafe(printed) == set()
