"""`gristmill ingest -` on a data folder, with bytes that are no text in UTF-8."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import WAIT_S
from support.running import ask


@pytest.mark.slow
def test_standard_input_of_any_encoding_is_ingested_on_the_data_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gristmill", "ingest", "-", "--name", "mill.txt"]
    done = subprocess.run(
        [*command, "--data", str(tmp_path / "data")],
        input="A dusty miller.".encode("utf-16"),
        capture_output=True,
        timeout=WAIT_S,
        env={**os.environ, "GRISTMILL_ENGINE": "inline"},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(ask("search", "miller", "--json", data=tmp_path / "data")[1])
    assert [hit["uri"] for hit in found["items"]] == ["mill.txt"]
