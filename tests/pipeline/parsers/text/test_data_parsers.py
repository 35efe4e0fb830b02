"""CSV, JSON and NDJSON."""

import json

import pytest

from gristmill.pipeline.parsers.text.data import delimited, jsondoc
from gristmill.pipeline.shapes import Blob, BlockKind, Limits
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()


def test_csv_rows_become_markdown_rows() -> None:
    source = b'Gear,Teeth,Note\npit,80,"iron, ""cast"""\nnut,20,\n'
    parsed = delimited.parse(Blob(source), LIMITS)
    (block,) = parsed.blocks
    assert block.kind is BlockKind.TABLE
    assert block.text == (
        '| Gear | Teeth | Note |\n| --- | --- | --- |\n| pit | 80 | iron, "cast" |\n| nut | 20 |  |'
    )
    assert parsed.metadata["columns"] == ["Gear", "Teeth", "Note"]
    assert parsed.metadata["rows"] == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["name", "flour, white", "kg"], ["a", "b; c", "1"], ["d", "e", "2"]]
    text = "\n".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows
    )
    assert delimited.sniff(text) == delimiter


def test_a_cell_with_line_ends_or_bars_stays_one_row() -> None:
    parsed = delimited.parse(Blob(b'a,b\n"two\nlines","x|y"\n'), LIMITS)
    assert parsed.blocks[0].text.split("\n")[2] == "| two lines | x\\|y |"


def test_short_rows_are_filled_and_blank_ones_left_out() -> None:
    parsed = delimited.parse(Blob(b"a,b,c\n1\n\n,,\n1,2,3\n"), LIMITS)
    assert parsed.blocks[0].text.split("\n")[2:] == ["| 1 |  |  |", "| 1 | 2 | 3 |"]


def test_json_becomes_an_outline() -> None:
    value = {"title": "Mill", "open": True, "gears": [{"name": "pit", "teeth": 80}], "maker": None}
    parsed = jsondoc.parse(Blob(json.dumps(value).encode()), LIMITS)
    assert [block.text for block in parsed.blocks] == [
        "title: Mill\nopen: true\nmaker: null",
        "gears:\n  - name: pit\n    teeth: 80",
    ]
    assert parsed.title == "Mill"


def test_a_list_and_ndjson_give_each_record_its_block() -> None:
    listed = jsondoc.parse(Blob(b'[{"a": 1}, {"a": 2}]'), LIMITS)
    assert [block.text for block in listed.blocks] == ["a: 1", "a: 2"]
    lines = jsondoc.parse(Blob(b'{"a": 1}\n\n{"a": "x"}\n'), LIMITS)
    assert [block.text for block in lines.blocks] == ["a: 1", "a: x"]
    assert lines.metadata["records"] == 2


def test_broken_ndjson_lines_are_named_and_the_others_kept() -> None:
    parsed = jsondoc.parse(Blob(b'{"a": 1}\n{"a": \n{"a": 3}\n{"a": 4}\n'), LIMITS)
    assert len(parsed.blocks) == 3
    assert parsed.metadata["broken_lines"] == [2]
    assert [(each.code, each.count) for each in parsed.warnings] == [("part_unreadable", 1)]


@pytest.mark.parametrize("source", [b'{"a": 1', b"[1, 2,,]", b"{broken\n{too\n{bad\n"])
def test_broken_json_says_where(source: bytes) -> None:
    with pytest.raises(DocumentError, match="line 1 column") as caught:
        jsondoc.parse(Blob(source), LIMITS)
    assert caught.value.document_code == "parse_error"


@pytest.mark.parametrize("depth", [101, 5_000, 200_000])
def test_deep_json_is_a_parse_error_and_no_crash(depth: int) -> None:
    with pytest.raises(DocumentError, match="too deeply") as caught:
        jsondoc.parse(Blob(b"[" * depth + b"]" * depth), LIMITS)
    assert caught.value.document_code == "parse_error"


def test_json_just_as_deep_as_allowed_is_read() -> None:
    parsed = jsondoc.parse(Blob(b"[" * 100 + b"7" + b"]" * 100), LIMITS)
    assert parsed.blocks[0].text.endswith("7")


def test_json_whose_outline_outgrows_the_limit_is_too_large() -> None:
    source = json.dumps({"k" * 100: list(range(10_000))}).encode()
    with pytest.raises(DocumentError) as caught:
        jsondoc.parse(Blob(source), Limits(max_text_chars=50_000))
    assert caught.value.document_code == "too_large"


def test_numbers_that_json_does_not_know_are_still_read() -> None:
    assert jsondoc.parse(Blob(b'{"a": NaN}'), LIMITS).blocks[0].text == "a: NaN"


def test_a_number_of_any_length_is_read() -> None:
    digits = "9" * 5_000
    parsed = jsondoc.parse(Blob(f'{{"a": {digits}, "b": -{digits}, "c": 1}}'.encode()), LIMITS)
    assert parsed.blocks[0].text == f"a: {digits}\nb: -{digits}\nc: 1"


@pytest.mark.parametrize("letter", ["k", "\U0001f600"])
def test_long_keys_are_said_once(letter: str) -> None:
    opened = f'{{"{letter * 100}":' * 98
    source = f"{opened}[{'1,' * 20_000}1]{'}' * 98}".encode()
    (block,) = jsondoc.parse(Blob(source), LIMITS).blocks
    assert block.text.count(letter * 100) == 98
    assert len(block.text) < 12 * len(source)


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ('{"a": [[1, 2], [[3, {"b": 4}]]]}', ["a:\n  - 1, 2\n  - - - 3\n      - b: 4"]),
        ('[1, "x", [2, 3], {"a": {"b": []}}]', ["1\nx\n2, 3", "a:\n  b:"]),
        ('{"a": 1}{"b": 2}\n{\n"c": 3}', ["a: 1", "b: 2", "c: 3"]),
        ('\x1e{"a": 1}\n\x1e{"b": 2}\n', ["a: 1", "b: 2"]),
        (
            '// top\n{/* here\n * too */ a: \'it\', "b": "x//y,}",}',
            ["top\nhere\ntoo", "a: it\nb: x//y,}"],
        ),
        ('{"a": [1, 2,], // why\n}', ["why", "a: 1, 2"]),
    ],
)
def test_json_is_read_as_people_and_programs_write_it(source: str, blocks: list[str]) -> None:
    parsed = jsondoc.parse(Blob(source.encode()), LIMITS)
    assert [block.text for block in parsed.blocks] == blocks
    assert parsed.warnings == ()


def test_values_after_which_json_is_broken_are_kept_and_that_is_said() -> None:
    parsed = jsondoc.parse(Blob(b'{"a": 1} {"b": 2} {"c":'), LIMITS)
    assert [block.text for block in parsed.blocks] == ["a: 1", "b: 2"]
    assert [each.code for each in parsed.warnings] == ["file_damaged"]


def test_wide_text_that_is_no_longer_than_its_document_is_read() -> None:
    source = f'"\U0001f600{"a" * 99}"\n' * 1_000
    parsed = jsondoc.parse(Blob(source.encode()), Limits(max_text_chars=110_000, max_inflation=1))
    assert sum(block.text.count("\n") + 1 for block in parsed.blocks) == 1_000
