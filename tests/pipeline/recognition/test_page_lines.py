"""Lines that were found on a page come in the order in which people read them."""

from gristmill.pipeline.recognition.page_lines import Line, as_text


def line(text: str, left: float, top: float, right: float, height: float = 20) -> Line:
    return Line(text, left, top, right, top + height)


def test_pieces_of_a_row_are_one_line_and_rows_go_down() -> None:
    found = [
        line("2.40", 500, 102, 560),
        line("flour", 20, 100, 120),
        line("rye", 20, 130, 90),
        line("1.10", 500, 131, 560),
        line("bran", 20, 160, 90),
        line("0.20", 500, 161, 560),
        line("oats", 20, 190, 90),
        line("3.00", 500, 191, 560),
        line("total", 20, 260, 90),
        line("6.70", 500, 260, 560),
    ]
    assert as_text(found) == "flour 2.40\nrye 1.10\nbran 0.20\noats 3.00\n\ntotal 6.70"


def test_columns_that_lines_fill_are_read_one_after_the_other() -> None:
    found = [line("The mill", 200, 20, 800)]
    for row in range(6):
        found.append(line(f"left {row}", 20, 80 + 30 * row, 480))
        found.append(line(f"right {row}", 520, 85 + 30 * row, 980))
    found.append(line("the foot of the page", 20, 400, 980))
    left = "\n".join(f"left {row}" for row in range(6))
    right = "\n".join(f"right {row}" for row in range(6))
    assert as_text(found) == f"The mill\n\n{left}\n\n{right}\n\nthe foot of the page"


def test_three_columns_are_found_too() -> None:
    found = [
        line(f"{name}{row}", 20 + 330 * at, 80 + 30 * row, 320 + 330 * at)
        for row in range(5)
        for at, name in enumerate("abc")
    ]
    words = as_text(found).split()
    assert words == [f"{name}{row}" for name in "abc" for row in range(5)]


def test_nothing_is_nothing_and_many_lines_take_no_time() -> None:
    assert as_text([]) == ""
    many = [line("x", 30 * (at % 90), 25 * (at // 90), 30 * (at % 90) + 25) for at in range(9_000)]
    assert as_text(many).split() == ["x"] * 9_000
