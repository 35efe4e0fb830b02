"""Decoding: marks, the whole file as UTF-8, declarations, guesses."""

import random
from collections import Counter

import pytest

from gristmill.pipeline import alphabets
from gristmill.pipeline.decoding import decode, read_text
from gristmill.schemas.problems.errors import DocumentError

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


def test_pairs_of_bytes_that_no_codec_knows_are_not_read_as_nothing_but_accents() -> None:
    rows = random.Random(0)
    pairs = [bytes([rows.randrange(0xC4, 0xFD), rows.randrange(0xA1, 0xFF)]) for _ in range(180)]
    taiwanese = b"\x8e\xa2\xd0\xa1".join(b"".join(pairs[at : at + 9]) for at in range(0, 180, 9))
    with pytest.raises(DocumentError) as caught:
        decode(taiwanese)
    assert caught.value.document_code == "encoding"
    assert decode("Überfälle übler Öfen. ".encode("cp1252") * 30).encoding == "cp1252"


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


def codes(data: bytes, declared: str | None = None) -> list[tuple[str, int]]:
    return [(each.code, each.count) for each in read_text(data, declared).warnings]


@pytest.mark.parametrize(
    ("lines", "other"),
    [
        (["Das Mühlrad dreht sich.", "Der Fluß ist grün.", "Früh am Morgen."], "cp1252"),
        (["Das Mühlrad dreht sich.", "Der Fluß ist grün.", "Früh am Morgen."], "cp850"),
        (["Młyn stoi nad rzeką.", "Świeża mąka pachnie.", "Mąka jest biała."], "cp1250"),
        (["Мельница стоит у реки.", "Жернова вращаются у реки."], "cp1251"),
        (["水車小屋は川のそばにあります。", "水車は川のそばで回ります。"], "cp932"),
        (["the miller’s “old” café", "a plain line", "the café’s wheel"], "cp1252"),
    ],
)
@pytest.mark.parametrize("every", [2, 5, 19])
def test_each_line_of_mixed_encodings_is_read_by_its_own(
    lines: list[str], other: str, every: int
) -> None:
    written = lines * 20
    data = [
        line.encode(other if number % every == 1 else "utf-8")
        for number, line in enumerate(written)
    ]
    found = read_text(b"\n".join(data))
    assert (found.text, found.encoding) == ("\n".join(written), "utf-8")
    foreign = sum(not line.isascii() for line in written[1::every])
    assert [(each.code, each.count) for each in found.warnings] == [("encoding_guessed", foreign)]


def test_both_encodings_may_be_in_one_line() -> None:
    line = "grün und ".encode() + "grün".encode("cp1252")
    assert read_text(b"\n".join([GERMAN.encode(), line])).text == f"{GERMAN}\ngrün und grün"


def test_bytes_that_fit_no_encoding_are_marked_in_their_line_alone() -> None:
    found = read_text(b"\n".join([GERMAN.encode(), b"a \xff b", GERMAN.encode()]))
    assert found.text == f"{GERMAN}\na \ufffd b\n{GERMAN}"
    assert [(each.code, each.count) for each in found.warnings] == [("text_garbled", 1)]


def test_what_is_guessed_is_said_and_what_is_known_is_not() -> None:
    assert codes(GERMAN.encode("cp1252")) == [("encoding_guessed", 1)]
    assert codes(GERMAN.encode("cp1252"), "iso-8859-1") == []
    assert codes(GERMAN.encode("utf-16")) == codes(GERMAN.encode()) == []


def test_utf16_with_an_odd_last_byte_is_read() -> None:
    assert read_text(GERMAN.encode("utf-16") + b"a").text == GERMAN


def test_text_that_was_encoded_twice_is_put_right_where_that_is_certain() -> None:
    twice = GERMAN.replace(". ", ".\n").encode().decode("cp1252")
    found = read_text(twice.encode())
    assert found.text == GERMAN.replace(". ", ".\n")
    assert [each.code for each in found.warnings] == ["encoding_guessed"]


@pytest.mark.parametrize(
    "text",
    [
        "UTF-8 read as Latin-1 shows Ã¼ for ü, Ã¤ for ä,\nÃ¶ for ö and ÃŸ for ß.",
        "«LE CAFÉ»\nand É» alone\n«ÉTÉ»",
        "SÃO PAULO, CORAÇÃO\nÃ",
        "Der Müller sah Ã¼ einmal.",
    ],
)
def test_text_that_only_looks_so_is_left_as_it_is(text: str) -> None:
    assert decode(text.encode()).text == text
