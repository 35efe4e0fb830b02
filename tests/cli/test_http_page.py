"""docs/http.md is made from the table of calls, and stays so."""

from pathlib import Path

from gristmill.cli.http_page import page

PAGE = Path(__file__).parents[2] / "docs" / "http.md"


def test_the_page_of_calls_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m gristmill.cli.http_page > docs/http.md"
    )
