"""docs/metrics.md is what the code counts."""

from pathlib import Path

from gristmill.cli.metrics_page import page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_metrics_is_that_of_the_code() -> None:
    assert (DOCS / "metrics.md").read_text(encoding="utf-8") == page(), (
        "run: python -m gristmill.cli.metrics_page > docs/metrics.md"
    )
