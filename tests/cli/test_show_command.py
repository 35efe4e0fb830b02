"""Whole documents on the command line, from a file, a data folder and a server."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.ingested import ingested
from support.running import Service, ask, run

from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.schemas.ids import document_id

MakeService = Callable[..., Service]
_PAGE = "# Wheel\n\nIt *turns*.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"


@pytest.mark.slow
def test_a_document_is_shown_from_a_folder_and_from_a_server_alike(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    job_id = service.accepted({"type": "text", "text": _PAGE, "name": "wheel.md"})
    assert service.ended(job_id)["counts"]["warnings"] == 0
    (document,) = service.http.get("/documents").json()["items"]
    shown = document["document_id"]
    url = str(service.http.base_url)
    for flags in (("--data", str(service.data)), ("--server", url)):
        assert run("show", shown, *flags) == (ExitCode.OK, _PAGE, "")
        code, out, _ = ask("show", shown, "--format", "json", *flags)
        assert code == ExitCode.OK
        kinds = [block["kind"] for block in json.loads(out)["blocks"]]
        assert kinds == ["heading", "text", "table"]
        assert ask("show", shown, "--tables", "csv", *flags)[1].split() == ["a,b", "1,2"]
        assert json.loads(ask("show", shown, "--table", "1", *flags)[1])["items"][0]["rows"] == 2
        for wrong in (("show", shown, "--table", "2"), ("show", "0" * 32), ("show", "x")):
            assert ask(*wrong, *flags)[0] == ExitCode.NOT_FOUND


def test_what_has_changed_since_the_last_version_is_shown(tmp_path: Path) -> None:
    data, page = tmp_path / "data", tmp_path / "wheel.md"
    for written in (_PAGE, _PAGE.replace("turns", "stops")):
        page.write_text(written)
        ended = ingested(data, page)
        assert ended.counts.succeeded == 1
    shown = document_id("default", str(page))
    where = ("--data", str(data))
    code, out, _ = ask("show", shown, "--changes", "--context", "1", *where)
    assert code == ExitCode.OK
    lines = out.splitlines()
    assert lines[0].startswith("--- ") and lines[1].startswith("+++ ")
    assert f"job {ended.job_id}" in lines[1]
    assert lines[2:] == [
        *("@@ -1 +1 @@", "  Wheel", "- It *turns*.", "+ It *stops*.", "  | a | b |"),
        "1 line added, 1 line removed",
    ]
    told = json.loads(ask("show", shown, "--changes", "--json", *where)[1])
    assert (told["added"], told["removed"], told["after"]["job_id"]) == (1, 1, ended.job_id)
    page.write_text(_PAGE + "\n")
    again = ingested(data, page, collection="fresh")
    assert again.counts.succeeded == 1
    fresh = document_id("fresh", str(page))
    assert "nothing is kept" in ask("show", fresh, "--changes", *where)[1]
    assert json.loads(ask("show", fresh, "--changes", "--json", *where)[1])["before"] is None


def test_a_file_is_parsed_into_any_form_without_a_service(tmp_path: Path) -> None:
    page = tmp_path / "wheel.md"
    page.write_text(_PAGE)
    assert ask("parse", str(page), "--format", "markdown") == (ExitCode.OK, _PAGE, "")
    code, out, _ = ask("parse", str(page), "--format", "html")
    assert (code, "<h1>Wheel</h1>" in out) == (ExitCode.OK, True)
    code, out, _ = ask("parse", str(page), "--json")
    assert (code, "structure" in json.loads(out)) == (ExitCode.OK, False)
