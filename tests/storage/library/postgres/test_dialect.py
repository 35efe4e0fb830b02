"""Statements of the library as PostgreSQL writes them."""

import pytest

from gristmill.storage.library.postgres.dialect import arguments, said


@pytest.mark.parametrize(
    ("given", "told", "reads"),
    [
        ("SELECT a FROM t WHERE b = ? AND c = ?", "SELECT a FROM t WHERE b = $1 AND c = $2", True),
        ("SELECT '?' || b FROM t WHERE c = ?", "SELECT '?' || b FROM t WHERE c = $1", True),
        ("SELECT :a, :b, :a", "SELECT $1, $2, $1", True),
        ("SELECT x::text FROM t", "SELECT x::text FROM t", True),
        ("SELECT a FROM t INDEXED BY i WHERE b = ?", "SELECT a FROM t  WHERE b = $1", True),
        ("DELETE FROM t WHERE p IS ?", "DELETE FROM t WHERE p IS NOT DISTINCT FROM $1", False),
        ("SELECT a FROM t WHERE p IS NULL", "SELECT a FROM t WHERE p IS NULL", True),
        ("SELECT a LIKE ? ESCAPE '\\'", "SELECT a ILIKE $1 ESCAPE '\\'", True),
        ("INSERT INTO t VALUES(?) RETURNING a", "INSERT INTO t VALUES($1) RETURNING a", True),
        ("\nUPDATE t SET a = ?", "\nUPDATE t SET a = $1", False),
    ],
)
def test_a_statement_says_the_same(given: str, told: str, reads: bool) -> None:
    statement = said(given)
    assert (statement.sql, statement.reads) == (told, reads)


def test_named_parameters_come_in_the_order_of_their_numbers() -> None:
    statement = said("SELECT :late, :first, :late")
    assert arguments(statement, {"first": 1, "late": 2}) == [2, 1]


def test_a_text_keeps_its_length_without_what_postgresql_cannot_hold() -> None:
    assert arguments(said("SELECT ?, ?, ?"), ("a\0b", b"a\0b", 3)) == ["a\ufffdb", b"a\0b", 3]
