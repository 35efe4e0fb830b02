"""The workflows of .github/: what can be known of them offline. GitHub alone runs them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.patience import patient

yaml: Any = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture(scope="module")
def jobs() -> dict[str, dict[str, Any]]:
    """Every job by its name. That names differ over both files is a help to readers."""
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in WORKFLOWS]
    assert all(each["permissions"] == {"contents": "read"} for each in read)
    return {name: job for each in read for name, job in each["jobs"].items()}


def test_workflows_make_targets_that_exist(jobs: dict[str, dict[str, Any]]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    named = set(re.findall(r"run: make ([a-z-]+)", text))
    further = set(jobs["further"]["strategy"]["matrix"]["target"])
    assert len(named) >= 4 and named | further <= targets
    # What has to pass before a change lands is what they run.
    landing = re.findall(r"^make ([a-z-]+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert set(landing) <= named | further


def test_the_suite_runs_on_the_pythons_that_are_supported(
    jobs: dict[str, dict[str, Any]],
) -> None:
    script = (ROOT / ".ci" / "each-python").read_text(encoding="utf-8")
    (supported,) = re.findall(r"for version in ([\d. ]+);", script)
    assert jobs["suite"]["strategy"]["matrix"]["python"] == supported.split()


def test_every_job_ends_and_no_script_is_written_by_who_opens_an_issue(
    jobs: dict[str, dict[str, Any]],
) -> None:
    for name, job in jobs.items():
        assert job["timeout-minutes"] <= 90, name
        for step in job["steps"]:
            # An expression in a script is text of others that a shell runs.
            assert "${{" not in step.get("run", ""), name
            checkout = step.get("uses", "").startswith("actions/checkout@")
            assert not checkout or step["with"]["persist-credentials"] is False, name


@pytest.mark.slow
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_valid_by_the_schema_of_workflows(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="make docs installs it")
    text = path.read_text(encoding="utf-8")
    assert _checked(path) == 0
    (tmp_path / "wrong.yml").write_text(text.replace("runs-on:", "run-on:"), encoding="utf-8")
    assert _checked(tmp_path / "wrong.yml") == 1


def _checked(path: Path) -> int:
    """The exit code of check-jsonschema, whose schemas are in its package."""
    words = [sys.executable, "-m", "check_jsonschema"]
    words += ["--builtin-schema", "vendor.github-workflows", str(path)]
    return subprocess.run(words, capture_output=True, timeout=patient(60)).returncode
