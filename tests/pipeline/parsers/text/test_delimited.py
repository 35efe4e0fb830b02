"""Tables of text whose quotation marks, delimiters and first lines are not what they should be."""

import pytest

from gristmill.pipeline.parsers.text.data import delimited
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed


def parse(text: str, name: str = "a.csv") -> Parsed:
    return delimited.parse(Blob(text.encode(), name), Limits())


def rows(text: str) -> list[str]:
    return parse(text).blocks[-1].text.split("\n")


def codes(parsed: Parsed) -> list[tuple[str, int]]:
    return [(each.code, each.count) for each in parsed.warnings]


PARTS = "".join(f"{number},part {number}\n" for number in range(2, 30))


@pytest.mark.parametrize(
    ("opened", "shown"),
    [
        ('1,"never closed\n', '| 1 | "never closed |'),
        ('1,"closed "by chance\n1,"b"\n', '| 1 | "closed "by chance |'),
        ('1,"\n1,"\n', '| 1 | " |'),
        ('1,"closed below\n1,bolt 10"\n', '| 1 | "closed below |'),
        ('"1,open at the start\n', '| "1 | open at the start |'),
    ],
)
def test_a_mark_that_nothing_closes_costs_one_cell(opened: str, shown: str) -> None:
    parsed = parse(f"id,name\n{opened}{PARTS}")
    lines = parsed.blocks[0].text.split("\n")
    assert shown in lines
    assert lines[-28:] == [f"| {number} | part {number} |" for number in range(2, 30)]
    assert codes(parsed)[0][0] == "markup_broken"


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ('5" nail', '5" nail'),
        ('"5"" nail"', '5" nail'),
        ('"5" nail"', '5" nail'),
        ('"Big" Joe', '"Big" Joe'),
        ('"a, b" x', '"a, b" x'),
        (' "x, y" ', "x, y"),
        ('2" x 4"', '2" x 4"'),
        ('""', ""),
        ('"two\nlines"', "two lines"),
        ('"a\n\nb, c\nd"', "a b, c d"),
    ],
)
def test_marks_inside_of_fields_are_characters(field: str, shown: str) -> None:
    lines = rows(f"size,of,n\n{field},it,1\nb,c,2\n")
    assert lines[2:] == [f"| {shown} | it | 1 |", "| b | c | 2 |"]


def test_marks_may_be_escaped_as_databases_do() -> None:
    assert rows('a;b\n"say \\"hi\\"; ok";2\n')[-1] == '| say "hi"; ok | 2 |'


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\r\n', "\ufeffsep=;\r\n"])
def test_the_line_that_names_the_delimiter_is_no_row(line: str) -> None:
    parsed = parse(f"{line}name;amount\nrye;1,5\n")
    assert parsed.blocks[0].text.split("\n")[0] == "| name | amount |"
    assert parsed.metadata["delimiter"] == ";"


def test_comments_and_titles_stand_above_the_table() -> None:
    parsed = parse("# made by hand, in 2026\nStock of the mill\n\nid,name,kg\n1,rye,2\n2,oats,3\n")
    assert parsed.blocks[0] == Block(BlockKind.TEXT, "# made by hand, in 2026\nStock of the mill")
    assert parsed.blocks[1].text.startswith("| id | name | kg |")
    assert rows("#id,name\n1,rye\n2,oats\n")[0] == "| #id | name |"


def test_utf16_with_tabs_and_ragged_rows_is_read() -> None:
    data = "name\tkg\nrye\t1\noats\t2\t3\n".encode("utf-16")
    assert delimited.parse(Blob(data, "a.csv"), Limits()).blocks[0].text.split("\n") == [
        "| name | kg |  |",
        "| --- | --- | --- |",
        "| rye | 1 |  |",
        "| oats | 2 | 3 |",
    ]


def test_a_lost_mark_does_not_hide_the_delimiter() -> None:
    text = 'id;name;note\n1;"open;a, b\n' + "".join(f"{n};n, m;x\n" for n in range(9))
    assert parse(text).metadata["delimiter"] == ";"
