"""`postgresql://user@host:port/database?...`: where a library is, and never who may open it.

The password comes from the environment or a file, as with every client of PostgreSQL: PGPASSWORD,
PGPASSFILE, `~/.pgpass`. So an address may be written down and shown.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from gristmill.schemas.problems.errors import DataFolderUnusable

_SECRET = ("password", "passfile")


def checked(address: str) -> str:
    """The address, which holds no secret. Raises DataFolderUnusable, also for the package that is
    missing."""
    parts = urlsplit(address)
    if parts.password is not None or any(name in _SECRET for name, _ in parse_qsl(parts.query)):
        raise DataFolderUnusable(
            f"the library's address {shown(address)} has a password in it, which would be written "
            "down and shown; put it into PGPASSWORD, or into the file that PGPASSFILE names"
        )
    if find_spec("asyncpg") is None:
        raise DataFolderUnusable(
            f"a library at {shown(address)} needs a package that is missing (asyncpg): "
            "pip install 'gristmill[postgres]'"
        )
    return address


def shown(address: str) -> str:
    """The address as it may be told: without what may be a secret."""
    parts = urlsplit(address)
    user, at, place = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{place}{parts.path}"


def password_files(env: Mapping[str, str]) -> list[Path]:
    """The files in which a password is looked for."""
    named = env.get("PGPASSFILE")
    return [Path(named)] if named else [Path("~/.pgpass").expanduser()]
