"""docs/settings.md is made from the class Settings, and stays so."""

from pathlib import Path

from gristmill.cli.configured.settings_page import page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_of_settings_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m gristmill.cli.configured.settings_page > docs/settings.md"
    )
