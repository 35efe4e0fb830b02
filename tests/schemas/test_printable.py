"""What may reach a terminal, and what is shown in the place of the rest."""

import json
import sys
import unicodedata
from typing import NamedTuple

import pytest

from gristmill.schemas.printable import clean, escaped, escaped_json


class Odd(NamedTuple):
    """Characters of this Unicode that format, and those that steer."""

    formats: list[str]
    steering: list[str]


@pytest.fixture(scope="module")
def odd() -> Odd:
    by_category: dict[str, list[str]] = {}
    for each in map(chr, range(sys.maxunicode + 1)):
        by_category.setdefault(unicodedata.category(each), []).append(each)
    return Odd(by_category["Cf"], [*by_category["Cc"], *by_category["Zl"], *by_category["Zp"]])


def test_a_line_is_cleaned_of_what_steers_and_what_turns() -> None:
    assert clean("a\x1b[31mb\nc\x9b\x7f") == "a [31mb c  "
    assert clean("ab\u202egpj.exe\u2066 \u200bx") == "abgpj.exe x"
    assert clean(None) == ""
    assert clean("Größe 東京 🙂") == "Größe 東京 🙂"


def test_no_format_of_this_unicode_and_nothing_that_steers_is_left(odd: Odd) -> None:
    assert odd.formats and clean("".join(odd.formats)) == ""
    assert clean("".join(odd.steering)).strip(" ") == ""
    assert set(escaped("".join(odd.formats + odd.steering))) <= set("\\u0123456789abcdef")


def test_json_means_the_same_without_them(odd: Odd) -> None:
    value = {"".join(odd.formats): ["".join(odd.steering), "Größe 🙂"]}
    text = json.dumps(value, ensure_ascii=False, indent=2)
    printed = escaped_json(text)
    assert json.loads(printed) == value
    assert "Größe 🙂" in printed
    assert not set(printed.replace("\n", "")) & {*odd.formats, *odd.steering}


def test_what_is_left_out_can_be_seen_where_it_is_escaped() -> None:
    assert escaped("a\x1b[2J\nb\U000e0041") == "a\\u001b[2J\\u000ab\\udb40\\udc41"
