"""A library in PostgreSQL is made where there is none, brought up to date, or refused."""

import asyncpg

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.schemas.version import VERSION
from gristmill.storage.library.postgres import ddl
from gristmill.storage.library.postgres.address import checked, shown
from gristmill.storage.library.postgres.connections import connections
from gristmill.storage.library.postgres.line import line
from gristmill.storage.library.postgres.trouble import trouble
from gristmill.storage.library.sqlite.database.gate import USUAL

_OLDEST = 140_000
_MAKING = 0x6772_6973_746D_696C
"""The advisory lock of whoever makes the tables, or changes them."""
_IDENTITY = (
    "SELECT concat_ws('.', id, pg_database.oid, 'documents'::regclass::oid)"
    " FROM library_id, pg_database WHERE datname = current_database()"
)
"""What is restored from a dump has other tables: no copy of what was there before is one of it."""
_VERSION = "SELECT version FROM library_schema"
_REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
_known: dict[str, str] = {}


def library_id(address: str) -> str:
    """What tells the library at an address from any other, after it was made where there was
    none. Looked at once a process. Raises DataFolderUnusable, LibraryTrouble where the server is
    away."""
    if address not in _known:
        checked(address)
        try:
            _known[address] = line().ask(_opened(address), USUAL)
        except (
            asyncpg.InvalidAuthorizationSpecificationError,
            asyncpg.InvalidCatalogNameError,
        ) as error:
            raise _unusable(address, str(error)) from None
        except asyncpg.InsufficientPrivilegeError as error:
            raise _unusable(address, f"{error}; its user has to own its schema") from None
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            told = trouble(error)
            raise LibraryTrouble(
                f"{told.reason} ({shown(address)})", transient=told.transient, fault=told.fault
            ) from None
    return _known[address]


def forget() -> None:
    """Look at each library again: it may be another one now."""
    _known.clear()


async def _opened(address: str) -> str:
    pool = connections(address)
    connection = await pool.take()
    try:
        number = connection.get_server_version()
        if number.major * 10_000 < _OLDEST:
            raise _unusable(
                address, f"it is PostgreSQL {number.major}, 14 is the oldest that will do"
            )
        version = await _version(connection)
        if version not in (None, ddl.SCHEMA) and version not in ddl.MIGRATIONS:
            raise _unusable(
                address, f"it has schema {version}, Gristmill {VERSION} reads up to {ddl.SCHEMA}"
            )
        if version != ddl.SCHEMA:
            await _brought_up(connection)
        return str(await connection.fetchval(_IDENTITY))
    finally:
        await pool.give(connection)


async def _version(connection: asyncpg.Connection) -> int | None:
    if await connection.fetchval("SELECT to_regclass('library_schema')") is None:
        return None
    return int(await connection.fetchval(_VERSION))


async def _brought_up(connection: asyncpg.Connection) -> None:
    """Whoever comes second finds it done."""
    # Before the transaction: one that waited inside of it would not see what the other has made.
    await connection.execute("SELECT pg_advisory_lock($1)", _MAKING)
    try:
        async with connection.transaction():
            version = await _version(connection)
            if version is None:
                await connection.execute(ddl.script())
                return
            while version in ddl.MIGRATIONS:
                await connection.execute(ddl.MIGRATIONS[version])
                version += 1
            await connection.execute("UPDATE library_schema SET version = $1", version)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _MAKING)


def _unusable(address: str, reason: str) -> DataFolderUnusable:
    return DataFolderUnusable(f"cannot use the library {shown(address)}: {reason}")
