"""What CI makes of pip-audit's answer."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "audit", Path(__file__).parents[1] / ".ci" / "audit.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _flawed(*fixed: str) -> dict[str, Any]:
    return {"name": "mill", "version": "1.0", "vulns": [{"id": "V-1", "fix_versions": [*fixed]}]}


SOUND = {"name": "wheel", "version": "2.0", "vulns": []}
UNKNOWN = {"name": "race", "skip_reason": "it was not found"}


@pytest.mark.parametrize(
    ("report", "said", "code"),
    [
        (None, "its database did not answer; 3 packages were not looked up", 0),
        ({"dependencies": [UNKNOWN, UNKNOWN]}, "its database did not answer", 0),
        ({"dependencies": [SOUND, UNKNOWN]}, "1 of 3 packages looked up, 0 vulnerabilities", 0),
        ({"dependencies": [SOUND, _flawed()]}, "mill 1.0: V-1; no version mends it", 0),
        ({"dependencies": [SOUND, _flawed("1.1", "2.0")]}, "V-1; mended in 1.1, 2.0", 1),
    ],
)
def test_only_what_could_be_mended_fails(
    audit: ModuleType, report: dict[str, Any] | None, said: str, code: int
) -> None:
    lines, found = audit.judged(report, 3)
    assert found == code and said in "\n".join(lines)


def test_what_users_install_is_looked_up_and_no_tool_of_ours(audit: ModuleType) -> None:
    found = audit.installed("gristmill", audit.EXTRAS)
    assert {"lxml", "waitress", "h11", "numpy"} <= set(found)
    assert not {"pytest", "ruff", "gristmill"} & set(found)


def test_a_program_that_is_missing_or_says_nothing_is_no_failure(
    audit: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    for program in ("/nowhere/pip-audit", sys.executable):
        assert audit.main([program]) == 0
        assert "did not answer" in capsys.readouterr().out
