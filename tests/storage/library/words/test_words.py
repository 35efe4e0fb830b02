"""The words of texts in many scripts, and that index and query agree about them."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cpu_time import within

from gristmill.storage.library.sqlite.database import ddl
from gristmill.storage.library.words.folding import fold
from gristmill.storage.library.words.words import indexed, words

TOKENIZE = next(line for line in ddl.script().splitlines() if "tokenize=" in line).strip()


def folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Mill's wheel", ["the", "mill", "s", "wheel"]),
        ("Straße, Œuvre, Ærø, Łódź, ısı", ["strasse", "oeuvre", "aero", "lodz", "isi"]),
        ("CAFÉ cafe\u0301 ﬁne ｗｉｄｅ", ["cafe", "cafe", "fine", "wide"]),
        ("C++, C# or F# on .NET", ["cplusplus", "csharp", "or", "fsharp", "on", "dotnet"]),
        ("node.js snake_case 3.11", ["node", "js", "snake", "case", "3", "11"]),
        ("issue #12 and a+b", ["issue", "12", "and", "a", "b"]),
        ("東京都", ["東京", "京都", "都"]),
        ("水車とミル", ["水車", "車", "と", "ミル", "ル"]),
        ("ｶﾅ", ["カナ", "ナ"]),
        ("น้ำใจ", ["น้ํา", "ําใ", "ใจ", "จ"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("مُطَحَّنة", ["مطحنه"]),
        ("טַחֲנָה", ["טחנה"]),
        ("Ёлка Йод", ["елка", "иод"]),
        ("ΜΎΛΟΣ μύλος", ["μυλοσ", "μυλοσ"]),
        ("---", []),
    ],
)
def test_a_text_has_these_words(text: str, expected: list[str]) -> None:
    assert folded(text) == expected


def test_parts_of_names_follow_behind_the_text() -> None:
    assert indexed("a camelCase name") == "a camelCase name\ncamel Case"
    assert indexed("the pH and mRNA") == "the pH and mRNA\nRNA"
    assert indexed("plain text") == "plain text"
    assert indexed(None) is None


def test_a_place_is_that_of_the_word_as_it_is_written() -> None:
    text = "Die Straße – C++ 東京都!"
    assert [text[w.start : w.end] for w in words(text)] == [
        *("Die", "Straße", "C++", "東京", "京都", "都"),
    ]


@given(st.text(max_size=60))
def test_every_text_is_found_by_its_own_words(text: str) -> None:
    text = text.replace("\0", " ")
    phrase = " ".join(word.folded for word in words(text))
    with sqlite3.connect(":memory:") as db:
        db.execute(f"CREATE VIRTUAL TABLE t USING fts5(a, {TOKENIZE})")
        db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, row)")
        db.execute("INSERT INTO t VALUES(?)", (indexed(text),))
        if db.execute("SELECT 1 FROM v").fetchone():
            assert db.execute("SELECT 1 FROM t WHERE t MATCH ?", (f'"{phrase}"',)).fetchone()


def test_a_letter_with_marks_without_end_takes_time_in_proportion() -> None:
    with within(5):
        assert fold("a" + "\u0301\u0316" * 200_000) == "a"
        assert list(words("e" + "\u0316\u0301" * 200_000))
