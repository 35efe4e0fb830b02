"""`parse_file`: a file, whole, without a service."""

import json
from pathlib import Path

import pytest

import gristmill
from gristmill.schemas.problems.errors import DocumentError, InvalidRequest, PathNotFound

_MARKDOWN = """\
# The *wheel*

It **turns**, see [the river](river.md), in `C:\\mill`.

> It creaks.

1. one
   - two

| a | b |
|:--|--:|
| *1* | 2 |

```
code
```
"""


def test_a_file_is_written_in_each_form(tmp_path: Path) -> None:
    path = tmp_path / "mill.csv"
    path.write_text("sack,flour\n1,rye\n2,oats & <wheat>\n")
    parsed = gristmill.parse_file(path)
    assert parsed.written() == (
        "| sack | flour |\n| --- | --- |\n| 1 | rye |\n| 2 | oats & \\<wheat> |\n"
    )
    assert "<td>oats &amp; &lt;wheat&gt;</td>" in parsed.written("html")
    assert json.loads(parsed.written("json"))["blocks"][0]["kind"] == "table"
    assert parsed.written("text").startswith("| sack | flour |")
    assert parsed.tables("csv") == "sack,flour\r\n1,rye\r\n2,oats & <wheat>\r\n"
    assert json.loads(parsed.tables())["items"][0]["rows"] == 3
    with pytest.raises(ValueError, match="pdf"):
        parsed.written("pdf")


def test_markdown_keeps_its_own_marks(tmp_path: Path) -> None:
    path = tmp_path / "wheel.md"
    path.write_text(_MARKDOWN)
    expected = _MARKDOWN.replace("*wheel*", "wheel").replace("|:--|--:|", "| --- | --- |")
    assert gristmill.parse_file(path).written() == expected


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    archive, empty = tmp_path / "a.zip", tmp_path / "empty.txt"
    archive.write_bytes(b"PK\x05\x06" + bytes(18))
    empty.touch()
    with pytest.raises(DocumentError):
        gristmill.parse_file(empty)
    with pytest.raises(InvalidRequest, match="archive"):
        gristmill.parse_file(archive)
    with pytest.raises(PathNotFound):
        gristmill.parse_file(tmp_path / "missing.txt")
