"""Texts of a page beside the text that somebody marked in it."""

from benchmarks.quality.web.page_labels import shares_of
from benchmarks.quality.web.web_text import word_f1

TRUTH = "Gears\nThe pit wheel turns the wallower.\nBy Ada Lund, 2019"


def test_texts_of_the_truth_are_content() -> None:
    texts = ["Home", "Gears", "The pit wheel turns the wallower.", "wallower", "Buy a wheel now"]
    assert shares_of(texts, TRUTH) == [0.0, 1.0, 1.0, 0.0, 0.0]


def test_a_short_text_that_continues_its_neighbours_is_content() -> None:
    assert shares_of(["By", "Ada Lund", ", 2019"], TRUTH) == [1.0, 1.0, 1.0]
    assert shares_of(["", "the"], TRUTH) == [0.0, 0.0]


def test_word_f1_is_of_bags_of_words() -> None:
    assert word_f1("", "") == 1.0
    assert word_f1("a", "") == word_f1("", "a") == 0.0
    assert word_f1("The wheel", "wheel the the wheel") == 2 * 2 / 6
