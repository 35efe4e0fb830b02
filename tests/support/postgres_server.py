"""A PostgreSQL of this machine, in a temporary folder, on a Unix socket alone; ended by its pid.

It refuses to run as root: then it runs as the user that its package brings.
"""

import functools
import getpass
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.patience import WAIT_S
from support.running import QUIET, until

_USER = "postgres"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "5s",
}


@functools.cache
def programs() -> Path | None:
    """The folder of `postgres` and `initdb`; None where there is none."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr/pgsql").glob("*/bin")]
    if found := shutil.which("initdb"):
        places.append(Path(found).resolve().parent)
    fit = [each for each in places if (each / "postgres").exists() and (each / "initdb").exists()]
    return max(fit, key=str, default=None)


def why_not() -> str | None:
    """Why there is no server here; None where there is."""
    if programs() is None:
        return "PostgreSQL is not installed"
    try:
        import asyncpg  # noqa: F401
    except ImportError:
        return "asyncpg is not installed"
    if os.geteuid() == 0 and not _has_user():
        return f"PostgreSQL refuses to run as root, and there is no user {_USER}"
    return None


def _has_user() -> bool:
    try:
        pwd.getpwnam(_USER)
    except KeyError:
        return False
    return True


class PostgresServer:
    """`address`: where its database is, for its owner."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self._folder, self._data, self._password = folder, folder / "data", password
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _USER if os.geteuid() == 0 else getpass.getuser()
        self.address = f"postgresql://{self._user}@/postgres?host={folder}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def create(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, _USER)
        command = ["initdb", "--no-sync", "-E", "UTF8", "--locale=C", "--auth=trust"]
        if self._password:
            secret = self._folder / "secret"
            secret.write_text(f"{self._password}\n")
            shutil.chown(secret, self._user)
            command[-1:] = ["--auth=scram-sha-256", f"--pwfile={secret}"]
        done = subprocess.run(
            self._run_as([*command, "-D", str(self._data)]),
            capture_output=True,
            env=self._env,
            cwd="/",
        )
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> None:
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        self._process = subprocess.Popen(
            self._run_as(["postgres", "-D", str(self._data), "-k", str(self._folder), *settings]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._env,
            cwd="/",
        )
        until(lambda: self._answers(), "PostgreSQL's answer")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT breaks off what is under way; SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(WAIT_S)
            self._process = None

    def new_library(self) -> str:
        """The address of an empty library: a schema of its own."""
        name = f"of_{secrets.token_hex(8)}"
        self.sql(f"CREATE SCHEMA {name}")
        return f"{self.address}&search_path={name}"

    def sql(self, text: str, address: str | None = None) -> str:
        """What `psql` says to a statement."""
        done = subprocess.run(
            [str(self._bin / "psql"), "-XqAt", "-d", self._plain(address), "-c", text],
            capture_output=True,
            env=self._env,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def dump(self, address: str) -> bytes:
        """What `pg_dump` makes of a library, for `restore`."""
        schema = address.partition("search_path=")[2]
        return self._piped("pg_dump", b"", "-Fc", "-n", schema)

    def restore(self, dump: bytes) -> None:
        self._piped("pg_restore", dump)

    def _piped(self, program: str, given: bytes, *flags: str) -> bytes:
        command = [str(self._bin / program), "-d", self.address, *flags]
        done = subprocess.run(command, input=given, capture_output=True, env=self._env, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    @property
    def _bin(self) -> Path:
        found = programs()
        assert found is not None
        return found

    @property
    def _env(self) -> dict[str, str]:
        return {"PATH": str(self._bin), "LC_ALL": "C", "PGPASSWORD": self._password, **QUIET}

    def _plain(self, address: str | None) -> str:
        """psql knows no parameter `search_path`."""
        if address is None:
            return self.address
        plain, _, schema = address.partition("&search_path=")
        return f"{plain}&options=-csearch_path%3D{schema}" if schema else plain

    def _answers(self) -> bool:
        asked = [str(self._bin / "pg_isready"), "-q", "-h", str(self._folder)]
        return subprocess.run(asked, env=self._env, check=False).returncode == 0

    def _run_as(self, command: list[str]) -> list[str]:
        program = [str(self._bin / command[0]), *command[1:]]
        if os.geteuid() != 0:
            return program
        return [
            "/usr/bin/setpriv",
            f"--reuid={_USER}",
            f"--regid={_USER}",
            "--clear-groups",
            *program,
        ]


@contextmanager
def postgres_server(password: str = "") -> Iterator[PostgresServer]:
    """A new one, which asks for a password where one is given; the test is skipped where there
    cannot be one."""
    if (reason := why_not()) is not None:
        pytest.skip(reason)
    # Short: the path of a Unix socket holds a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="grist-pg-"))
    server = PostgresServer(folder, password)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
