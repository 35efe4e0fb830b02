"""What Markdown has beyond text: tables, footnotes, HTML, and the titles of READMEs."""

import pytest

from gristmill.pipeline.parsers.text.light import markdown
from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, BlockKind, Limits
from gristmill.schemas.jobs.options import Options

HEADING, TEXT, TABLE = BlockKind.HEADING, BlockKind.TEXT, BlockKind.TABLE
CODE, FOOTNOTE = BlockKind.CODE, BlockKind.FOOTNOTE


def shape(source: str) -> list[tuple[BlockKind, str]]:
    return [(e.kind, e.text) for e in markdown.parse(Blob(source.encode()), Limits()).blocks]


def test_tables_are_rows_of_cells_however_they_are_written() -> None:
    assert shape("a | b\n:-: | ---\n1 | `x \\| y`\n\nafter") == [
        (TABLE, "| a | b |\n| --- | --- |\n| 1 | `x \\| y` |"),
        (TEXT, "after"),
    ]


def test_footnotes_are_notes_even_of_one_word() -> None:
    source = (
        "It turns[^1] well[^b].\n\n[^1]: Slowly.\n[^b]: Well,\n  mostly.\n\n    And more.\n\nEnd.\n"
        "\n```\n[^1]: code\n```\n\n[^2]: last"
    )
    assert shape(source) == [
        (TEXT, "It turns[^1] well[^b]."),
        (FOOTNOTE, "[^1]: Slowly."),
        (FOOTNOTE, "[^b]: Well,\nmostly.\n\nAnd more."),
        (TEXT, "End."),
        (CODE, "[^1]: code\n"),
        (FOOTNOTE, "[^2]: last"),
    ]


def test_html_tables_and_headings_are_blocks_though_blank_lines_are_in_them() -> None:
    source = (
        '<h1 align="center">The Mill</h1>\n\n<table>\n<tr><th>a</th><th>b</th></tr>\n\n<tr><td>1'
        "</td>\n\n<td>2</td></tr>\n</table>\n\nText.\n"
    )
    assert shape(source) == [
        (HEADING, "The Mill"),
        (TABLE, "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        (TEXT, "Text."),
    ]


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ('<p align="center"><img src="x.png"></p>\n\n<h1>The Mill</h1>\n\n## Use\n', "The Mill"),
        ("# The Mill [![Build](http://a/b.svg)](http://a)\n\nx\n\n## Use\n", "The Mill"),
        ("The Mill\n========\n\nText\n\nUse\n---\n", "The Mill"),
        ("---\ntitle: 'The Mill'\n---\n# Other\n", "The Mill"),
        ("<!-- hidden -->\n# `mill` *the* wheel\n", "mill the wheel"),
        ("## Install\n\ntext\n\n## Use\n\ntext\n", "README"),
        ("# Install\n\ntext\n\n## Linux\n\ntext\n", "Install"),
        ("- Feature Name: `mill_stones`\n- Start: 1979\n\n## Summary\n\nx\n", "mill_stones"),
        ("- Feature Name: N/A\n- Start: 1979\n\n## Summary\n\nx\n\n## Why\n", "README"),
        ("**Title:** Mill stones\n\n# Summary\n\nx\n\n# Why\n", "Mill stones"),
        ("# The Mill\n\n- Title: of a list\n", "The Mill"),
        ('<p><img alt="Mill logo" src="m.png"></p>\n\n## Usage\n\nx\n\n## Links\n', "Mill"),
        ("![build](http://a/badge.svg) ![The Mill](m.png)\n\n## Usage\n\n## Links", "The Mill"),
        ("[![CI](http://a/badge.svg)](b)\n\n# The Mill\n\n# Usage\n", "The Mill"),
        (f"{'It grinds grain. ' * 9}\n\n# Wheels\n\nx\n\n# Stones\n", "README"),
        ('<p align="center"><strong>Mill</strong> grinds</p>\n\n## Why\n\n## How\n', "Mill"),
    ],
)
def test_a_readme_is_called_as_it_calls_itself(source: str, title: str) -> None:
    assert process(Blob(source.encode(), "README.md"), Options(), Limits()).title == title
