"""Which engine the settings name."""

import ipaddress
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.local.engine import LocalEngine
from gristmill.pool.engines.protocol import Engine
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import ServiceFailed, SettingsError
from gristmill.storage.stores import Stores


def seats(settings: Settings, size: int) -> int | None:
    """How many workers may have leases at once, where one machine has them all; None where each
    node sees to that."""
    return None if settings.engine == "dask" else size


def make_engine(stores: Stores, settings: Settings, size: int, queue: JobQueue) -> Engine:
    """The engine that `settings.engine` names, for `size` workers at `queue`. Raises SettingsError
    where they do not suffice, and ServiceFailed where a package is missing."""
    if settings.engine == "inline":
        # Not for all: it brings the whole pipeline into the supervisor.
        from gristmill.pool.engines.inline import InlineEngine

        return InlineEngine(stores, settings, queue)
    if settings.engine == "dask":
        check_scheduler(settings)
        try:
            with _hidden("numpy"), _hidden("jinja2"):
                from gristmill.pool.engines.dask.engine import DaskEngine
        except ImportError as error:
            raise ServiceFailed(
                f"the engine dask needs a package that is missing ({error.name}): "
                "pip install 'gristmill[dask]'"
            ) from None
        return DaskEngine(stores, settings, queue)
    return LocalEngine(stores.folder, settings, size, queue.enrol)


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """Have what is imported do without a package that it can do without. Dask takes NumPy for large
    messages and Jinja for notebooks; a supervisor would hold 10 MB of them."""
    if package in sys.modules:
        yield
        return
    try:
        # By Python's own rule: to import it is an ImportError.
        sys.modules[package] = None  # type: ignore[assignment]
        yield
    finally:
        del sys.modules[package]


def scheduler_flaw(
    scheduler: str, *, insecure: bool, files: dict[str, str], exists: Callable[[str], bool]
) -> str | None:
    """What is wrong with the settings of a scheduler, with what to do; None where nothing is."""
    if not scheduler:
        return "the engine dask needs a scheduler: --scheduler tls://HOST:8786"
    protocol, _, place = scheduler.partition("://")
    if protocol == "tcp":
        if insecure or _is_loopback(place.rpartition(":")[0]):
            return None
        return (
            f"{scheduler} is not encrypted, and whoever reaches it runs programs on all nodes: use "
            "tls://, or --insecure-scheduler yes on a network that is yours alone"
        )
    missing = [name for name, path in files.items() if not path]
    if missing:
        return f"tls:// needs certificates: set {', '.join(missing)}"
    absent = [f"{name} ({path})" for name, path in files.items() if not exists(path)]
    return f"there is no file for {', '.join(absent)}" if absent else None


def check_scheduler(settings: Settings) -> None:
    """Raises SettingsError where the scheduler that the settings name cannot be used."""
    names = ("tls_ca_file", "tls_cert_file", "tls_key_file")
    flaw = scheduler_flaw(
        settings.scheduler,
        insecure=settings.insecure_scheduler == "yes",
        files={name: getattr(settings, name) for name in names},
        exists=lambda path: Path(path).is_file(),
    )
    if flaw is not None:
        raise SettingsError(flaw)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
