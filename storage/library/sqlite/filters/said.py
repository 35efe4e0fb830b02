"""What documents say of themselves in their metadata, and jobs of their documents, as SQL.

What the user has told with the job lies under `job` in the metadata, and is found without that
word. A list has as many values as items, an object as many as members.
"""

from collections.abc import Sequence

from gristmill.schemas.filters.tree import Field, Kind, Operator, Value
from gristmill.storage.library.sqlite.database.within import Condition, all_of, any_of
from gristmill.storage.library.sqlite.filters.comparing import compare, in_periods
from gristmill.storage.library.sqlite.filters.hints import hinted, of_equal, of_name, of_periods

_FROM_JOB = "job"
_EACH = "(SELECT 1 FROM json_each(documents.metadata, ?) AS said WHERE {test})"
_TEXT = Condition("said.type = 'text'", ())
_NUMBER = Condition("said.type IN ('integer', 'real')", ())
_SECOND = 1_000_000
_MOMENT = """CASE WHEN said.type <> 'text' THEN NULL
 WHEN said.value GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
  THEN CAST(strftime('%s', said.value) AS INTEGER)
 WHEN said.value GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'
  THEN CAST(strftime('%s', said.value || '-01') AS INTEGER)
 WHEN said.value GLOB '[0-9][0-9][0-9][0-9]'
  THEN CAST(strftime('%s', said.value || '-01-01') AS INTEGER) END"""
"""Seconds since the epoch, of a text that begins with a date as ISO 8601 has it; else NULL."""
_TAG = "replace(lower(said.value), '_', '-')"


def exists(field: Field) -> Condition:
    """Whether there is a value at all, which null is not."""
    return hinted(of_name(field.path), _any_said(field, Condition("said.type <> 'null'", ())))


def comparison(field: Field, operator: Operator, values: Sequence[Value]) -> Condition:
    """Whether any of what is said compares so with any of the values."""
    test = _any_said(field, _test(field, operator, values))
    return hinted(_hints(field, operator, values) or of_name(field.path), test)


def _test(field: Field, operator: Operator, values: Sequence[Value]) -> Condition:
    if field.kind is Kind.DATE:
        return _moment(operator, values)
    if field.kind is Kind.LANGUAGE and operator is Operator.EQUAL:
        return all_of([_TEXT, any_of([_tagged(each) for each in values])])
    return _of_any_kind(operator, values)


def _hints(field: Field, operator: Operator, values: Sequence[Value]) -> list[str]:
    if operator is not Operator.EQUAL or field.kind is Kind.LANGUAGE:
        return []
    return of_periods(values) if field.kind is Kind.DATE else of_equal(values)


def paths(field: Field) -> list[str]:
    """Where in the metadata of a document it may be said."""
    ways = [field.path]
    if field.kind is Kind.ANY:
        ways.append((_FROM_JOB, *field.path))
    return ["$" + "".join(f'."{name}"' for name in way) for way in ways]


def _any_said(field: Field, test: Condition) -> Condition:
    sql = "EXISTS " + _EACH.format(test=test.sql)
    return any_of([Condition(sql, (path, *test.values)) for path in paths(field)])


def _of_any_kind(operator: Operator, values: Sequence[Value]) -> Condition:
    numbers = [each.number for each in values if each.number is not None]
    tests: list[Condition] = []
    if operator is Operator.LIKE:
        return all_of([_TEXT, compare("said.value", operator, [each.text for each in values])])
    if numbers:
        tests.append(all_of([_NUMBER, compare("said.value", operator, numbers)]))
    if any(each.period for each in values):
        tests.append(_moment(operator, values))
    # What is ordered as a number or a date is not ordered by its letters as well.
    texts = [each.text for each in values if operator is Operator.EQUAL or _is_text(each)]
    if texts:
        tests.append(all_of([_TEXT, compare("said.value", operator, texts)]))
    if operator is Operator.EQUAL:
        truths = {"true" if each.truth else "false" for each in values if each.truth is not None}
        tests += [Condition("said.type = ?", (truth,)) for truth in sorted(truths)]
    return any_of(tests)


def _is_text(value: Value) -> bool:
    return value.number is None and value.period is None


def _moment(operator: Operator, values: Sequence[Value]) -> Condition:
    periods = [each.period for each in values if each.period is not None]
    return in_periods(f"({_MOMENT})", operator, periods, _SECOND)


def _tagged(value: Value) -> Condition:
    tag = value.text.lower().replace("_", "-")
    return Condition(f"({_TAG} = ? OR substr({_TAG}, 1, ?) = ?)", (tag, len(tag) + 1, tag + "-"))
