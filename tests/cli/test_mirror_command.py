"""`gristmill mirror`, and `gristmill ingest --mirror`."""

import json
from pathlib import Path

import pytest

from gristmill.cli.app import gristmill
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.storage.stores import Stores


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Number {number}.")
    Stores.open(tmp_path / "data").library().close()
    return tmp_path


def run(
    capsys: pytest.CaptureFixture[str], place: Path, *arguments: str
) -> tuple[int | str | None, str]:
    with pytest.raises(SystemExit) as ended:
        gristmill.main([*arguments, "--data", str(place / "data")])
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


def test_a_mirror_is_made_shown_paused_and_removed(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    folder = str(place / "folder")
    code, said = run(
        capsys, place, "mirror", "add", "m", folder, "-c", "c", "--every", "15m", "--exclude", "*.x"
    )
    assert code == ExitCode.OK and "15 min" in said and "*.x" in said
    assert run(capsys, place, "mirror", "add", "m", folder, "-c", "d")[0] == ExitCode.USAGE
    code, said = run(capsys, place, "mirror", "list", "--json")
    (item,) = json.loads(said)["items"]
    assert (item["name"], item["path"], item["every_s"]) == ("m", folder, 900.0)
    assert "paused" in run(capsys, place, "mirror", "pause", "m")[1]
    assert "paused" not in run(capsys, place, "mirror", "resume", "m")[1]
    assert run(capsys, place, "mirror", "run", "m", "--no-wait")[0] == ExitCode.OK
    code, said = run(capsys, place, "mirror", "remove", "m")
    assert code == ExitCode.OK and "documents stay" in said
    assert run(capsys, place, "mirror", "show", "m")[0] == ExitCode.NOT_FOUND


@pytest.mark.parametrize("every", ["soon", "15 m", "-1s", "0"])
def test_what_is_no_interval_is_refused(
    capsys: pytest.CaptureFixture[str], place: Path, every: str
) -> None:
    arguments = ("mirror", "add", "m", str(place / "folder"), "-c", "c", "--every", every)
    assert run(capsys, place, *arguments)[0] == ExitCode.USAGE


def test_deletion_goes_with_a_mirror_alone(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    folder = str(place / "folder")
    code, said = run(capsys, place, "ingest", folder, "--delete", "keep")
    assert code == ExitCode.USAGE and "--mirror" in said
    assert run(capsys, place, "ingest", folder, "--mirror", "--pdf", "text")[0] == ExitCode.USAGE


@pytest.mark.slow
def test_a_folder_is_ingested_and_kept_in_step_once(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    arguments = ("ingest", str(place / "folder"), "-c", "c", "--mirror", "--delete", "remove")
    code, said = run(capsys, place, *arguments, "--json")
    assert code == ExitCode.OK and json.loads(said)["run"]["counts"]["new"] == 6
    (place / "folder" / "0.txt").unlink()
    (place / "folder" / "1.txt").rename(place / "folder" / "one.txt")
    code, said = run(capsys, place, *arguments, "--json")
    counts = json.loads(said)["run"]["counts"]
    assert (counts["gone"], counts["moved"], counts["unchanged"]) == (1, 1, 4)
    with Stores.at(place / "data").library(readonly=True) as library:
        documents, _ = library.documents_page(collection="c", after=None, limit=99)
    assert {Path(each.uri) for each in documents} == set((place / "folder").iterdir())
    (place / "folder" / "broken.json").write_text('{"a": ')
    code, said = run(capsys, place, *arguments)
    assert code == ExitCode.DOCUMENTS_FAILED and "gristmill job" in said
    (place / "folder").rename(place / "away")
    (place / "folder").mkdir()
    code, said = run(capsys, place, *arguments)
    assert code == ExitCode.FAILED and "--confirm-gone" in said
