"""The limit does the same documents as the service: those inside of others, too."""

import zipfile
from pathlib import Path

from benchmarks.limits.bare_pipeline import BarePipeline, Item
from gristmill.schemas.jobs.states import DocumentState

MAIL = b"From: a@example.org\r\nSubject: Flour\r\n\r\nTwelve sacks of flour are on their way.\r\n"


def test_a_document_is_one_result() -> None:
    (result,) = BarePipeline().results(Item("note.txt", "The mill stands by the river."))
    assert (result.state, result.ordinal, result.uri) == (DocumentState.SUCCEEDED, 0, "note.txt")


def test_an_archive_is_its_members(tmp_path: Path) -> None:
    archive = tmp_path / "papers.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("note.txt", "The mill stands by the river.")
        file.writestr("letter.eml", MAIL)
        file.writestr("nothing.txt", b"")
    results = list(BarePipeline().results(Item(str(archive))))
    assert {result.uri.removeprefix(str(archive)): result.code for result in results} == {
        "!/note.txt": None,
        "!/letter.eml": None,
        "!/nothing.txt": "empty",
    }
    assert sorted(result.ordinal for result in results) == [0, 1, 2]


def test_an_archive_without_a_file_has_failed(tmp_path: Path) -> None:
    archive = tmp_path / "empty.zip"
    zipfile.ZipFile(archive, "w").close()
    (result,) = BarePipeline().results(Item(str(archive)))
    assert (result.state, result.code) == (DocumentState.FAILED, "empty")
