"""Addresses of libraries: no secret is in one, and none is shown."""

from pathlib import Path

import msgspec
import pytest

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.storage.library.postgres.address import checked, password_files, shown

SECRET = "r0ggen"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://mill@db:5433/grist", "postgresql://mill@db:5433/grist"),
        (f"postgresql://mill:{SECRET}@db/grist", "postgresql://mill@db/grist"),
        (f"postgresql://mill@db/grist?password={SECRET}", "postgresql://mill@db/grist"),
        ("postgresql:///grist?host=/run/postgresql", "postgresql:///grist"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(address: str, told: str) -> None:
    assert shown(address) == told


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://mill:{SECRET}@db/grist",
        f"postgresql://mill@db/grist?password={SECRET}",
        f"postgresql://mill@db/grist?sslmode=require&passfile=/{SECRET}",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_told(address: str) -> None:
    with pytest.raises(DataFolderUnusable, match="PGPASSWORD") as refused:
        checked(address)
    assert SECRET not in refused.value.message


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("", True),
        ("postgresql://mill@db/grist", True),
        ("postgresql://db:5433/grist?sslmode=verify-full", True),
        ("postgresql://mill@/grist?host=/run/postgresql", True),
        (f"postgresql://mill:{SECRET}@db/grist", False),
        ("postgresql://mill@db", False),
        ("mysql://mill@db/grist", False),
    ],
)
def test_the_setting_takes_addresses_without_a_password(address: str, good: bool) -> None:
    try:
        msgspec.convert({"library": address}, Settings)
    except msgspec.ValidationError as error:
        assert not good and SECRET not in str(error)
    else:
        assert good


def test_the_password_is_looked_for_where_postgresqls_own_clients_look() -> None:
    assert password_files({"PGPASSFILE": "/run/secrets/pg"}) == [Path("/run/secrets/pg")]
    assert [each.name for each in password_files({})] == [".pgpass"]
