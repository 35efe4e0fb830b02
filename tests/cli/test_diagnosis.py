"""`doctor`, `formats` and `steps`: what is here, what is missing, what to do."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import house

from gristmill.cli.app import gristmill
from gristmill.cli.diagnosis import packages
from gristmill.cli.diagnosis.packages import EXTRAS, look_at_packages
from gristmill.cli.diagnosis.verdicts import Verdict
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.storage.damage import note_damage

FOR_DEVELOPERS = {"bench", "browser", "cluster", "dev", "docs", "frameworks", "fuzz", "test"}


def doctor(*args: str) -> tuple[int, dict[str, dict[str, str]]]:
    result = CliRunner().invoke(gristmill, ["doctor", "--json", *args])
    looks = json.loads(result.stdout)["looks"]
    return result.exit_code, {each["what"]: each for each in looks}


def test_every_extra_for_users_is_looked_at() -> None:
    project = tomllib.loads((house.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) - FOR_DEVELOPERS == set(EXTRAS)


def test_an_installation_is_told_with_its_machine_and_its_folder(tmp_path: Path) -> None:
    code, looks = doctor("--data", str(tmp_path / "data"))
    assert code == ExitCode.OK
    assert looks["python"]["verdict"] == looks["gristmill"]["verdict"] == "ok"
    assert {"tesseract", "landlock", "memory", "disk", "file system"} <= set(looks)
    assert looks["data folder"]["verdict"] == "missing"
    assert not (tmp_path / "data").exists()


def test_what_an_extra_brings_and_how_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = packages._version_of
    monkeypatch.setattr(
        packages, "_version_of", lambda name: None if name == "rensa" else real(name)
    )
    found = {look.what: look for look in look_at_packages()}["[near-duplicates]"]
    assert found.verdict is Verdict.MISSING and "rensa" in found.found
    assert found.advice == "pip install 'gristmill[near-duplicates]'"


def test_without_a_package_of_the_core_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    real = packages._version_of
    monkeypatch.setattr(
        packages, "_version_of", lambda name: None if name == "lxml" else real(name)
    )
    found = {look.what: look for look in look_at_packages()}["gristmill"]
    assert found.verdict is Verdict.WRONG and "lxml" in found.found


def test_a_damaged_library_is_wrong_and_says_what_to_run(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "jobs").mkdir(parents=True)
    (data / "library.db").write_bytes(b"noise")
    note_damage(data / "library.db", "page 7 is gone")
    code, looks = doctor("--data", str(data))
    assert code == ExitCode.FAILED
    assert looks["library"]["verdict"] == "wrong"
    assert looks["library"]["advice"] == "gristmill check --repair"
    assert looks["service"]["verdict"] == "missing"


def formats(*args: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(gristmill, ["formats", "--json", *args])
    items: list[dict[str, object]] = json.loads(result.stdout)["items"]
    return items


def test_formats_are_told_with_their_names_and_parser() -> None:
    (docx,) = formats(".docx")
    assert docx["parser"] == "docx" and ".docx" in docx["names"]  # type: ignore[operator]
    (seven,) = formats(".7z")
    assert (seven["parser"], seven["extra"]) == ("archive", "archives")
    assert len(formats()) > 50


def test_a_format_that_is_not_read_is_not_listed() -> None:
    assert formats(".mp4") == []


def test_steps_are_told_with_their_options_and_what_they_need() -> None:
    result = CliRunner().invoke(gristmill, ["steps", "--json"])
    steps = {each["step"]: each for each in json.loads(result.stdout)["items"]}
    assert steps["keywords"]["options"] == {"count": 10, "max_words": 3}
    assert steps["embed"]["state"] == "missing" and "embed_models" in steps["embed"]["advice"]
