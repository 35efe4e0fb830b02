"""How a node is started: a Dask worker with the flags that a foreman needs."""

import sys
from importlib.util import find_spec

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import ServiceFailed


def node_command(settings: Settings, host: str) -> list[str]:
    """The command of a node at `host` of this machine. Raises ServiceFailed where Dask is missing.

    Without a nanny, whose workers may have no children; with one thread, which is the foreman's;
    and Dask does not judge memory, for the foreman does.
    """
    if find_spec("distributed") is None:
        raise ServiceFailed("a node needs Dask, which is missing: pip install 'gristmill[dask]'")
    argv = [sys.executable, "-m", "distributed.cli.dask_worker", settings.scheduler]
    argv += ["--host", host, "--nthreads", "1", "--no-nanny", "--memory-limit", "0"]
    argv += ["--no-dashboard", "--death-timeout", "60"]
    if settings.scheduler.startswith("tls://"):
        argv += ["--tls-ca-file", settings.tls_ca_file]
        argv += ["--tls-cert", settings.tls_cert_file, "--tls-key", settings.tls_key_file]
    return argv
