"""Which scheduler may be used: whoever reaches one runs programs on all nodes."""

import subprocess
import sys
from pathlib import Path

import pytest

from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.pool.engines.choice import scheduler_flaw

FILES = {"tls_ca_file": "ca", "tls_cert_file": "cert", "tls_key_file": "key"}


@pytest.mark.parametrize(
    ("scheduler", "insecure", "files", "told"),
    [
        ("tcp://127.0.0.1:8786", False, {}, None),
        ("tcp://[::1]:8786", False, {}, None),
        ("tcp://localhost:8786", False, {}, None),
        ("tcp://10.0.0.1:8786", False, {}, "is not encrypted"),
        ("tcp://mill.example:8786", False, {}, "is not encrypted"),
        ("tcp://10.0.0.1:8786", True, {}, None),
        ("tls://10.0.0.1:8786", False, FILES, None),
        ("tls://10.0.0.1:8786", False, {**FILES, "tls_key_file": ""}, "set tls_key_file"),
        ("tls://127.0.0.1:1", False, {**FILES, "tls_ca_file": "x"}, "no file for tls_ca_file (x)"),
        ("", False, {}, "needs a scheduler"),
    ],
)
def test_a_scheduler_that_others_could_reach_or_read_is_refused(
    scheduler: str, insecure: bool, files: dict[str, str], told: str | None
) -> None:
    flaw = scheduler_flaw(
        scheduler, insecure=insecure, files=files, exists=lambda path: path in FILES.values()
    )
    assert (flaw is None) if told is None else (flaw is not None and told in flaw)


def test_a_service_says_which_scheduler_it_cannot_use(tmp_path: Path) -> None:
    flags = ("--engine", "dask", "--scheduler", "tcp://10.0.0.1:8786")
    command = [sys.executable, "-m", "gristmill", "serve", "--data", str(tmp_path), "--port", "0"]
    done = subprocess.run([*command, *flags], capture_output=True, text=True, timeout=60)
    assert done.returncode == ExitCode.SETTINGS
    assert "tcp://10.0.0.1:8786 is not encrypted" in done.stderr
