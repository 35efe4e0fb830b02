"""Number formats of spreadsheets."""

import pytest

from gristmill.pipeline.parsers.office.numbers.formats import BUILTIN, shown, shown_text


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (1234, "000000", "001234"),
        (42, '"INV-"00000', "INV-00042"),
        (5551234, "###-####", "555-1234"),
        (4925, "(0##) 000-0000", "(000) 000-4925"),
        (123456789, "000\\-00\\-0000", "123-45-6789"),
        (12.5, '0.00" %"', "12.50 %"),
        (0.125, "0.0%", "12.5%"),
        (1234.5, "#,##0.00 [$€-407]", "1,234.50 €"),
        (1234.567, '#,##0.00\\ "zł"', "1,234.57 zł"),
        (-1234.5, BUILTIN[44], "$ (1,234.50)"),
        (0, BUILTIN[44], "$ -"),
        (2_500_000, '0.0,," M"', "2.5 M"),
        (-5, "#,##0;[Red](#,##0)", "(5)"),
        (-5, "0.0", "-5.0"),
        (-0.001, "0.00", "0.00"),
        (0, "0;-0;;@", ""),
        (5, '[<10]"few";"many"', "few"),
        (20, '[<10]"few";"many"', "many"),
        (1.005, "0.00", "1.01"),
        (5, "#.##", "5"),
        (7, 'General" kg"', "7 kg"),
        (3.25, "# ?/?", "3 1/4"),
        (3.25, "?/?", "13/4"),
        (3.125, "# ?/8", "3 1/8"),
        (0.9999, "# ?/?", "1"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (12345.678, "##0.0E+0", "12.3E+3"),
        (9.999, "0.0E+0", "1.0E+1"),
        (1e300, "0.0", f"1{'0' * 300}.0"),
        (45000.5, "h:mm", "12:00:00"),
        (1.5, "h:mm AM/PM", "12:00:00"),
        (1.25, "[h]:mm", "30:00:00"),
        (0.0625, "[mm]:ss", "90:00"),
        (-0.5, "[h]:mm", "-12:00:00"),
        (45000, "d/m/yy", "2023-03-15"),
        (45000.75, "[Red]d/m/yy h:mm", "2023-03-15 18:00:00"),
        (45000, "mmmm yyyy", "March 2023"),
        (45000, "mmm-yy", "Mar-23"),
        (45000, "dddd", "Wednesday"),
        (45000, "yyyy", "2023"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (60, "d.m.yyyy", "1900-02-29"),
        (61, "d.m.yyyy", "1900-03-01"),
        (-3, "yyyy-mm-dd", "-3"),
        (1e12, "yyyy-mm-dd", "1000000000000"),
    ],
)
def test_a_number_is_shown_as_its_format_says(number: float, code: str, text: str) -> None:
    assert shown(number, code) == text


def test_days_may_be_counted_from_1904() -> None:
    assert shown(0, "yyyy-mm-dd", since_1904=True) == "1904-01-01"
    assert shown(45000, "yyyy-mm-dd", since_1904=True) == "2027-03-16"


def test_a_text_has_what_its_format_puts_around_it() -> None:
    assert shown_text("Ada", '"Mrs. "@') == "Mrs. Ada"
    assert shown_text("Ada", "@") == "Ada"
    assert shown_text("Ada", '0;0;0;"to "@') == "to Ada"


@pytest.mark.parametrize(
    "code", ['"', "[", "0" * 10_000, ";;;;;;", "/", "?/", "E+", "%%%", "0.,", "\\"]
)
def test_odd_codes_are_survived(code: str) -> None:
    for number in (0.0, -1.5, 1e308, 5e-324, float("inf"), float("nan")):
        assert isinstance(shown(number, code), str)
