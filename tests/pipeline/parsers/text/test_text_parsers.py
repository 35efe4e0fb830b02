"""Plain text, Markdown and reStructuredText."""

from gristmill.pipeline.parsers.text import plain
from gristmill.pipeline.parsers.text.light import markdown, restructured
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

LIMITS = Limits()

MARKDOWN = """---
title: "The Wheel"
author: Mabel
tags: [water, oak]
draft:
---

# The *Wheel* of [Alder](http://mill.example) { #wheel }

Some text.

Gears
-----

- pit wheel
- wallower

```python
# not a heading
turn(8)
```

| Gear | Teeth |
| ---- | ----- |
| pit  | 80    |

<div align="center">Water &amp; oak</div>

> # quoted
"""

RST = """PEP: 9999
Title: Grinding in
  Public
Author: Edwin Pell

Abstract
========

Some text, and then::

    literal = 1

    # still literal

Back to text.

Stones
------

* burr
* grit

===== =====
Kind  Age
===== =====
burr  1742

grit  1861
===== =====

Water
=====

.. code-block:: python

    flow()

End.
"""


def of_kind(parsed: Parsed, kind: BlockKind) -> list[str]:
    return [block.text for block in parsed.blocks if block.kind is kind]


def test_plain_text_is_kept_and_a_lone_first_line_is_its_title() -> None:
    parsed = plain.parse(Blob(b"The Mill\n\nIt turns.\n"), LIMITS)
    assert parsed.blocks == (Block(BlockKind.TEXT, "The Mill\n\nIt turns.\n"),)
    assert parsed.title == "The Mill"
    assert parsed.metadata == {"encoding": "ascii"}


def test_a_first_sentence_is_no_title() -> None:
    assert plain.parse(Blob(b"It turns.\n\nAgain.\n"), LIMITS).title is None
    assert plain.parse(Blob(b"One line only"), LIMITS).title is None
    assert plain.parse(Blob(b"Two lines\nwithout a gap\n\nMore."), LIMITS).title is None


def test_markdown_headings_of_both_kinds_lose_their_marks() -> None:
    parsed = markdown.parse(Blob(MARKDOWN.encode()), LIMITS)
    headings = [(b.level, b.text) for b in parsed.blocks if b.kind is BlockKind.HEADING]
    assert headings == [(1, "The Wheel of Alder"), (2, "Gears")]


def test_markdown_keeps_lists_tables_and_code_as_such() -> None:
    parsed = markdown.parse(Blob(MARKDOWN.encode()), LIMITS)
    assert of_kind(parsed, BlockKind.CODE) == ["# not a heading\nturn(8)\n"]
    assert of_kind(parsed, BlockKind.LIST)[0].split("\n")[:2] == ["- pit wheel", "- wallower"]
    assert of_kind(parsed, BlockKind.TABLE)[0].startswith("| Gear | Teeth |\n")
    assert "Water & oak" in "".join(of_kind(parsed, BlockKind.TEXT))


def test_markdown_front_matter_is_metadata() -> None:
    parsed = markdown.parse(Blob(MARKDOWN.encode()), LIMITS)
    assert parsed.title == "The Wheel"
    assert parsed.metadata == {"author": "Mabel", "tags": ["water", "oak"], "encoding": "ascii"}


def test_toml_front_matter_and_yaml_lists_are_read() -> None:
    toml = markdown.parse(Blob(b'+++\ntitle = "T"\ndate = 2020-01-02\n+++\nx\n'), LIMITS)
    assert (toml.title, toml.metadata["date"]) == ("T", "2020-01-02")
    listed = markdown.parse(Blob(b"---\ntags:\n  - a\n  - b\n---\nx\n"), LIMITS)
    assert listed.metadata["tags"] == ["a", "b"]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    parsed = markdown.parse(Blob(b"---\n\nText between rules.\n\n---\n"), LIMITS)
    assert any("Text between rules." in block.text for block in parsed.blocks)


def test_a_monstrous_heading_is_read_in_no_time() -> None:
    parsed = markdown.parse(Blob(b"# " + b"[*`" * 100_000), LIMITS)
    assert parsed.blocks[0].kind is BlockKind.HEADING


def test_rst_levels_follow_the_order_of_the_adornments() -> None:
    parsed = restructured.parse(Blob(RST.encode()), LIMITS)
    headings = [(b.level, b.text) for b in parsed.blocks if b.kind is BlockKind.HEADING]
    assert headings == [(1, "Abstract"), (2, "Stones"), (1, "Water")]


def test_rst_header_fields_are_metadata() -> None:
    parsed = restructured.parse(Blob(RST.encode()), LIMITS)
    assert parsed.title == "Grinding in Public"
    assert parsed.metadata["author"] == "Edwin Pell"
    below_title = restructured.parse(Blob(b"====\nMill\n====\n\n:Author: Ed\n\nText.\n"), LIMITS)
    assert below_title.metadata["author"] == "Ed"


def test_rst_literal_blocks_lists_and_tables_keep_their_lines() -> None:
    parsed = restructured.parse(Blob(RST.encode()), LIMITS)
    assert of_kind(parsed, BlockKind.CODE)[0] == "    literal = 1\n\n    # still literal\n"
    assert any("flow()" in text for text in of_kind(parsed, BlockKind.CODE))
    (table,) = of_kind(parsed, BlockKind.TABLE)
    assert "| burr | 1742 |" in table.split("\n")
    assert "| grit | 1861 |" in table.split("\n")
    assert of_kind(parsed, BlockKind.TEXT)[-1] == "End."
    assert "* burr\n* grit" in of_kind(parsed, BlockKind.LIST)


def test_rst_overlined_and_underlined_titles_are_different_styles() -> None:
    source = "====\nMill\n====\n\nWater\n=====\n\nText.\n"
    parsed = restructured.parse(Blob(source.encode()), LIMITS)
    assert [(b.level, b.text) for b in parsed.blocks[:2]] == [(1, "Mill"), (2, "Water")]
