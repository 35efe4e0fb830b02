"""The systemd unit and the Dockerfile: what can be known of them without systemd and a container
runtime."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import patient

from gristmill.cli.app import gristmill
from gristmill.schemas.configuration.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT = (DEPLOY / "gristmill.service").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
ANALYZE = shutil.which("systemd-analyze")


def _of_unit(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)


def test_the_unit_starts_a_service_and_gives_it_time_to_drain() -> None:
    (line,) = _of_unit("ExecStart")
    _, command, *rest = shlex.split(line)
    found = gristmill.get_command(None, command)  # type: ignore[arg-type]
    assert found is not None
    flags = {name for parameter in found.params for name in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= flags
    assert int(_of_unit("TimeoutStopSec")[0]) >= Settings().drain_grace_s + 10
    # A `gristmill.toml` in the current folder is read: let that be none that workers may write.
    assert not _of_unit("WorkingDirectory") and "WORKDIR" not in DOCKERFILE


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_knows_every_line_of_the_unit(tmp_path: Path) -> None:
    program = shutil.which("true")
    assert program is not None and ANALYZE is not None
    unit = tmp_path / "gristmill.service"
    unit.write_text(UNIT.replace("/opt/gristmill/bin/gristmill", program), encoding="utf-8")
    said = _run(ANALYZE, "verify", "--man=no", str(unit))
    # It ends with 0 though it ignores a line that it does not know.
    assert "gristmill.service" not in said, said
    exposure = re.search(
        r"exposure level.*: ([\d.]+)", _run(ANALYZE, "security", "--offline=yes", str(unit))
    )
    assert exposure is not None and float(exposure[1]) <= 2.0


def test_the_image_runs_as_nobody_in_particular_and_says_whether_it_is_well() -> None:
    stages = re.findall(r"^FROM (\S+)(?: AS \w+)?$", DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2 and len(set(stages)) == 1
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert "COPY . " not in last and "pip install" not in last
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    (check,) = re.findall(r"^HEALTHCHECK .*\\\n +CMD \[(.*)\]$", last, re.MULTILINE)
    code = re.findall(r'"([^"]*)"', check)[-1]
    # Nobody listens on this port: it fails, and in time.
    done = subprocess.run(
        [sys.executable, "-c", code.replace(":8000", ":1")],
        capture_output=True,
        timeout=patient(20),
    )
    assert done.returncode == 1 and b"refused" in done.stderr


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=patient(30))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
