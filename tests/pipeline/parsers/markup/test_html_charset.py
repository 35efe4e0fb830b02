"""The encodings of pages: named oddly, wrongly, late or not at all."""

import pytest

from gristmill.pipeline.parsers.markup.html.html_charset import page_text

RUSSIAN = "<p>Мельница стоит у реки, и колесо вращается каждое воскресенье.</p>"
FRENCH = "<p>Le moulin était près de la forêt ; l’été, ça tourne — déjà.</p>"
CHINESE = "<p>水车每个星期天都在转动，磨坊在河边。</p>"


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("win-1251", "cp1251", RUSSIAN),
        ("x-cp1251", "cp1251", RUSSIAN),
        ("koi8", "koi8-r", RUSSIAN),
        ("dos-866", "cp866", RUSSIAN),
        ("iso-88591", "cp1252", FRENCH),
        ("x-user-defined", "cp1252", FRENCH),
        ("utf-16", "cp1252", FRENCH),
        ("utf8mb4", "utf-8", FRENCH),
        ("gb_2312-80", "gb18030", CHINESE),
    ],
)
@pytest.mark.parametrize("before", ["", f"<!-- {'x' * 6_000} -->"])
def test_odd_names_mean_what_people_mean(label: str, encoding: str, text: str, before: str) -> None:
    page = f"<head>{before}<meta http-equiv=x content='text/html; charset={label}'></head>{text}"
    assert text in page_text(page.encode(encoding)).text


def test_a_name_in_a_comment_is_not_the_page_s() -> None:
    page = f"<!-- <meta charset=iso-8859-7> --><meta charset=windows-1251>{RUSSIAN}"
    assert RUSSIAN in page_text(page.encode("cp1251")).text


def test_a_wrong_name_is_a_guess_by_the_words_and_says_so() -> None:
    markup = '<div class="block block--wide" data-role="teaser"></div>' * 200
    found = page_text(f"<meta charset=utf-8>{markup}{RUSSIAN}".encode("cp1251"))
    assert RUSSIAN in found.text
    assert [warning.code for warning in found.warnings] == ["encoding_guessed"]
