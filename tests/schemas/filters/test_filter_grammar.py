"""The grammar of filters: what each text means, and what is said of those that mean nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.filter_texts import FILTERS

from gristmill.schemas.filters import faceted, parsed
from gristmill.schemas.filters.parsing import MOST_CHARACTERS
from gristmill.schemas.filters.tree import (
    And,
    Comparison,
    Exists,
    Not,
    Or,
    Period,
    named_collections,
)
from gristmill.schemas.filters.values import period_of
from gristmill.schemas.problems.errors import InvalidFilter

HOUR, DAY = 3_600_000_000, 86_400_000_000


def short(tree: Any) -> str:
    """A tree in as few signs as tell it from others."""
    match tree:
        case And(parts):
            return f"({' & '.join(map(short, parts))})"
        case Or(parts):
            return f"({' | '.join(map(short, parts))})"
        case Not(part):
            return f"!{short(part)}"
        case Exists(field):
            return f"{field.name}?"
        case Comparison(field, operator, values):
            return f"{field.name}{operator}{'/'.join(each.text for each in values)}"
    raise AssertionError(tree)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("collection = food", "collection=food"),
        ("collection=food", "collection=food"),
        ("  uri  ~  https://a.example/*.pdf ", "uri~https://a.example/*.pdf"),
        ("title = 'It\\'s \"so\"'", 'title=It\'s "so"'),
        ('title = ""', "title="),
        ("title != x", "!title=x"),
        ("bytes>=10", "bytes>=10"),
        ("pages < 3 and pages > 1", "(pages<3 & pages>1)"),
        ("title=a or title=b and title=c", "(title=a | (title=b & title=c))"),
        ("(title=a or title=b) and title=c", "((title=a | title=b) & title=c)"),
        ("NOT title=a AND not(title=b)", "(!title=a & !title=b)"),
        ("language in (de, 'fr',en)", "language=de/fr/en"),
        ("language not in (de)", "!language=de"),
        ("pages exists or not title exists", "(pages? | !title?)"),
        ("metadata.team = red", "metadata.team=red"),
        ("metadata.a.b-c = 1", "metadata.a.b-c=1"),
        ("metadata.'two words'.x = 1", "metadata.two words.x=1"),
        ("metadata.部门 = 財務", "metadata.部门=財務"),
        ("metadata.not = and", "metadata.not=and"),
        ("metadata.x in (in, or)", "metadata.x=in/or"),
        ("ingested_at >= 2026-11-30T10:00:00+02:00", "ingested_at>=2026-11-30T10:00:00+02:00"),
        ("not not title = a", "!!title=a"),
    ],
)
def test_a_filter_means(text: str, meaning: str) -> None:
    assert short(parsed(text)) == meaning


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at character 1: the filter is empty"),
        ("   ", "at character 4: the filter is empty"),
        ("colection = x", "at character 1: there is no field 'colection'; did you mean collection"),
        ("title = a and sise > 3", "at character 15: there is no field 'sise'"),
        ("metadata = x", "at character 1: there is no field 'metadata'"),
        ("title.x = 3", "at character 1: there is no field 'title.x'"),
        ("title", "at character 6: after title comes one of = != < <= > >= ~, `in` or `exists`"),
        ("title == a", "at character 8: a value is missing before '='"),
        ("title =", "at character 8: a value is missing before the end"),
        (
            "title = water wheel",
            "at character 15: `and`, `or` or the end is missing before 'wheel'",
        ),
        ("title = 'never", "at character 9: this quote is never closed"),
        ("(title = a", "at character 11: `)` is missing before the end"),
        ("title = a)", "at character 10: `and`, `or` or the end is missing before ')'"),
        ("title in a", "at character 10: `(` is missing before 'a'"),
        ("title in ()", "at character 11: a value is missing before ')'"),
        ("title in (a,)", "at character 13: a value is missing before ')'"),
        ("title not a", "at character 11: after `title not` comes `in (...)`"),
        ("title = a and", "at character 14: a field is missing before the end"),
        ("= a", "at character 1: a field is missing before '='"),
        ("metadata. = a", "at character 11: a field is missing before '='"),
        ("bytes > big", "at character 9: bytes is compared with a number, not with 'big'"),
        ("bytes > '5'", "at character 9: bytes is compared with a number, not with '5'"),
        ("created = May", "at character 11: created is compared with a date such as"),
        ("created > 2026-02-30", "at character 11: created is compared with a date"),
        ("pages ~ 3*", "at character 7: ~ compares texts, pages is a number"),
        ("metadata.'a\"b' = 1", "at character 1: a name in the metadata with such characters"),
        ("title ~ " + "*" * 21, "at character 9: a value after ~ has at most 20 stars"),
        ("title = a\x00", "at character 10: a character that no text has"),
        ("title = \udc80", "at character 9: a character that no text has"),
        ("(" * 21 + "title = a", "at character 21: parentheses and `not` are nested over 20 deep"),
        ("not " * 21 + "title = a", "nested over 20 deep"),
        ("title in (" + "a," * 200 + "a)", "a filter compares with at most 200 values"),
        ("t" * (MOST_CHARACTERS + 1), f"the filter has {MOST_CHARACTERS + 1} characters"),
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        parsed(text)
    assert message in refused.value.message


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2026", 365 * DAY),
        ("2024", 366 * DAY),
        ("9999", 365 * DAY),
        ("2024-02", 29 * DAY),
        ("2026-12", 31 * DAY),
        ("2026-11-30", DAY),
        ("2026-11-30T10:00", HOUR // 60),
        ("2026-11-30 10:00:30", 1_000_000),
        ("2026-11-30T10:00:30.25Z", 1),
    ],
)
def test_a_date_is_as_long_as_it_is_exact(text: str, length: int) -> None:
    period = period_of(text)
    assert period is not None
    assert period.end - period.first == length


def test_a_date_with_an_offset_is_moved_to_utc() -> None:
    utc, ahead, behind = (
        period_of(f"2026-11-30T10:00:00{offset}") for offset in ("Z", "+02:00", "-0130")
    )
    assert utc is not None
    assert period_of("2026-11-30T10:00:00") == utc
    assert ahead == Period(utc.first - 2 * HOUR, utc.end - 2 * HOUR)
    assert behind == Period(utc.first + HOUR * 3 // 2, utc.end + HOUR * 3 // 2)


def test_a_value_in_quotes_is_no_number() -> None:
    bare, quoted = parsed("metadata.x = 5"), parsed("metadata.x = '5'")
    assert isinstance(bare, Comparison)
    assert isinstance(quoted, Comparison)
    assert (bare.values[0].number, quoted.values[0].number) == (5, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colection", "at character 1: there is no field 'colection'"),
        ("collection,,uri", "at character 12: a field is missing before ','"),
        ("collection uri", "at character 12: a comma is missing before 'uri'"),
        ("uri, created", "at character 6: created is a date and has no facets"),
        (",".join(["uri"] * 11), "at character 41: there are more than 10 fields"),
    ],
)
def test_what_is_no_list_of_fields_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        faceted(text)
    assert message in refused.value.message


@settings(max_examples=50)
@given(st.text(st.sampled_from("abtile =!<>~()'\"\\,.*?and orin\x00\ud800é")) | st.text())
def test_any_text_is_a_filter_or_is_refused_as_none(text: str) -> None:
    try:
        parsed(text)
    except InvalidFilter as refused:
        assert refused.message


@settings(max_examples=50)
@given(FILTERS)
def test_what_the_grammar_makes_is_read(text: str) -> None:
    if len(text) <= MOST_CHARACTERS:
        parsed(text)


def test_the_collections_that_a_filter_asks_for_are_those_it_does_not_leave_out() -> None:
    asked = "collection = a or (bytes > 1 and collection in (b, c)) and metadata.collection = d"
    assert named_collections(parsed(asked)) == ("a", "b", "c")
    for other in ("collection != a", "not collection in (a, b)", "collection ~ a*", "uri = a"):
        assert named_collections(parsed(other)) == ()
