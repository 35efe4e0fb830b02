"""`gristmill migrate`: what it refuses before anything is moved."""

from pathlib import Path

import pytest
from support.running import ask

from gristmill.storage.layout import DataFolder

SECRET = "r0ggen"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return DataFolder.open(tmp_path / "data").root


def test_a_password_in_the_address_is_refused_and_not_shown(data: Path) -> None:
    address = f"postgresql://mill:{SECRET}@127.0.0.1:1/grist"
    code, out, err = ask("migrate", "--to", address, data=data)
    assert code != 0 and "PGPASSWORD" in err and SECRET not in out + err


def test_a_library_that_is_a_file_is_not_moved_into_one(data: Path) -> None:
    code, _, err = ask("migrate", "--to", "file", data=data)
    assert code != 0 and "is a file there already" in err


def test_the_missing_package_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = "gristmill.storage.library.postgres.address.find_spec"
    monkeypatch.setattr(found, lambda _: None)
    for command in (["migrate", "--to"], ["serve", "--port", "0", "--library"]):
        code, _, err = ask(*command, "postgresql://mill@127.0.0.1:1/grist", data=data)
        assert code != 0 and "pip install 'gristmill[postgres]'" in err, command
