"""Decoding: marks, the whole file as UTF-8, declarations, guesses."""

import random
from collections import Counter

import pytest

from gristmill.pipeline import alphabets
from gristmill.pipeline.decoding import decode
from gristmill.schemas.errors import DocumentError

GERMAN = "Das Mühlrad dreht sich im Bach. Über dem Wehr hängt früh am Morgen der Nebel. " * 5
JAPANESE = "水車小屋は川のそばにあります。臼は毎朝ゆっくりと回り始めます。粉は白くて軽いです。" * 8


def test_a_late_foreign_letter_in_an_ascii_file_is_read_as_utf8() -> None:
    text = "plain ascii words\n" * 20_000 + "naïve café — ende\n"
    assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)).text == GERMAN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark_is_seen_by_its_zeros(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)) == (GERMAN, encoding)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_western_single_bytes_are_read(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)).text == GERMAN


def test_the_quotes_of_windows_are_read() -> None:
    text = (
        "The agent said \u201cpatent white\u201d \u2013 and the caf\u00e9 sold it for \u00a31. " * 6
    )
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "iso2022_jp"])
def test_japanese_is_read(encoding: str) -> None:
    assert decode(JAPANESE.encode(encoding)).text == JAPANESE


def test_a_declaration_comes_before_a_guess_and_after_utf8() -> None:
    greek = "μύλος"
    assert decode(greek.encode("iso8859-7"), "ISO-8859-7").text == greek
    assert decode(greek.encode(), "ISO-8859-7").text == greek
    assert decode(greek.encode(), "no-such-charset").text == greek


def test_one_broken_byte_does_not_cost_a_utf8_file_its_letters() -> None:
    data = GERMAN.encode() + b"\xff" + GERMAN.encode()
    assert decode(data) == (GERMAN + "\ufffd" + GERMAN, "utf-8")


@pytest.mark.parametrize(
    "data",
    [random.Random(1).randbytes(4096), bytes(range(256)) * 8, b"\x00" * 500, b"\x01\x02abc" * 50],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(data)
    assert caught.value.document_code == "encoding"


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (
            "Příliš žluťoučký kůň úpěl ďábelské ódy. Šťastný mlynář žije. ",
            "cp1250 iso8859-2",
        ),
        ("Zażółć gęślą jaźń. Młyn stoi nad rzeką, a świeża mąka pachnie. ", "cp1250 iso8859-2"),
        ("Değirmen taşı sabahları ağır ağır döner, şıkır şıkır akan. ", "cp1254 iso8859-9"),
        ("Le moulin tourne dès l’aube près de la rivière gelée. ", "cp1252 mac-roman"),
        ("El niño añora el molino; la señora también. ¿Dónde está? ", "cp1252 cp850"),
    ],
)
def test_neighbouring_latin_encodings_are_told_by_their_alphabets(
    text: str, encodings: str
) -> None:
    for encoding in encodings.split():
        assert decode((text * 5).encode(encoding)).text == text * 5


def test_a_price_in_pounds_is_no_polish_letter() -> None:
    assert decode(b"It sold for \xa3825, not \xa32.").text == "It sold for £825, not £2."


def test_a_label_means_its_own_standard_where_that_fits_else_its_superset() -> None:
    wave = "〜".encode("shift_jis")
    assert decode("水車".encode("shift_jis") + wave, "Shift_JIS").text == "水車〜"
    assert decode("①水車".encode("cp932"), "Shift_JIS").text == "①水車"
    assert decode("“x”".encode("cp1252"), "ISO-8859-1").text == "“x”"
    assert decode("水車です".encode("cp932"), "x-sjis").text == "水車です"


@pytest.mark.parametrize("letters", ["üäöß", "éèàç", "çğıöşü", "ą水ř", "水", ""])
def test_the_best_language_is_the_one_that_fits_best(letters: str) -> None:
    counted = Counter(letters + letters[:2])
    fits = [alphabets._fit(counted, alphabet) for alphabet in alphabets._alphabets()]
    assert alphabets._best_fit(counted) == max(fits)
