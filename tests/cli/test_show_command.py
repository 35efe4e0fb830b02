"""Whole documents on the command line, from a file, a data folder and a server."""

import json
from collections.abc import Callable
from pathlib import Path

from support.running import Service, ask, run

from gristmill.cli.terminal.exit_codes import ExitCode

MakeService = Callable[..., Service]
_PAGE = "# Wheel\n\nIt *turns*.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"


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


def test_a_file_is_parsed_into_any_form_without_a_service(tmp_path: Path) -> None:
    page = tmp_path / "wheel.md"
    page.write_text(_PAGE)
    assert ask("parse", str(page), "--format", "markdown") == (ExitCode.OK, _PAGE, "")
    code, out, _ = ask("parse", str(page), "--format", "html")
    assert (code, "<h1>Wheel</h1>" in out) == (ExitCode.OK, True)
    code, out, _ = ask("parse", str(page), "--json")
    assert (code, "structure" in json.loads(out)) == (ExitCode.OK, False)
