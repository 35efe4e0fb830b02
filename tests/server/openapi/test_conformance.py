"""The running service answers as its OpenAPI document says, whatever it is asked: Schemathesis
makes requests that the document allows, and such that it forbids."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import conformance
from support.running import Service, end

from gristmill.schemas.access import ApiKey
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores

HERE = Path(conformance.__file__).parent
EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "10"))
"""For each call, beside the cases that are tried of every parameter."""


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_answer_is_undocumented_and_none_is_a_500(tmp_path: Path) -> None:
    # Here, and not for the module: it takes long to import, and most runs leave this test out.
    pytest.importorskip("schemathesis")
    service = Service(tmp_path / "data", "--workers", "1").start()
    try:
        _ask_everything(service, tmp_path)
    finally:
        end(service)


def _ask_everything(service: Service, tmp_path: Path) -> None:
    stores = Stores(DataFolder.open(service.data))
    token = stores.tokens.add(ApiKey("all", "", ("admin",), datetime.now(UTC)))
    report = tmp_path / "report.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", str(service.http.base_url.join("/openapi.json"))),
            *("-H", f"Authorization: Bearer {token}"),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)),
            *("--seed", os.environ.get("CONFORMANCE_SEED", "1"), "--no-shrink"),
            *("--continue-on-failure", "--suppress-health-check", "all"),
            *("--report", "json", "--report-json-path", str(report)),
        ],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert report.exists(), done.stdout + done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    cases = found["test_cases"]
    sys.stdout.write(f"{cases['generated']} cases, {cases['unique_failures']} findings\n")
    assert (found["failures"], found["errors"]) == ([], []), done.stdout
    assert done.returncode == 0, done.stdout
    assert cases["generated"] > 1000
