"""docs/problems.md is made from the classes of errors, and stays so."""

from pathlib import Path

from gristmill.cli.problems_page import page
from gristmill.cli.terminal.exit_codes import OF_ERROR
from gristmill.server.problems import STATUS

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"


def test_the_page_of_problem_codes_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m gristmill.cli.problems_page > docs/problems.md"
    )


def test_every_error_with_a_status_or_an_exit_code_stands_on_it() -> None:
    told = page()
    for kind in {*STATUS, *OF_ERROR}:
        assert f"| `{kind.code}` |" in told, kind
    rows = [line for line in told.splitlines() if line.startswith("| `")]
    assert len(rows) == len(set(rows))
