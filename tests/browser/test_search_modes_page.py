"""The search page, where some chunks have vectors."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.running import Service, running, text, until
from support.tiny_model import make_static_model

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def meaningful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("meaningful")
    model = make_static_model(folder / "model")
    flags = ("--embed-model", f"tiny={model}", "--read-timeout-s", "60")
    with running(folder / "data", "--workers", "1", *flags) as service:
        sources = [text(f"{word} {word}", name=f"{word}.txt") for word in ("water", "stone")]
        service.ended(service.accepted(*sources, options={"steps": ["embed"]}))
        yield service


def test_a_mode_is_offered_where_something_is_found_by_meaning(
    open_page: Open, meaningful: Service, sound: Any
) -> None:
    page = open_page("/ui/search", of=meaningful)
    by = page.get_by_label("By", exact=True)
    assert not by.is_visible()
    page.get_by_role("searchbox").fill("water")
    hits = page.locator("article.hit")
    until(lambda: hits.count() == 2, "what has the word, and what is near")
    by.select_option("lexical")
    until(lambda: hits.count() == 1, "what has the word")
    assert "mode=lexical" in page.url
    page.go_back()
    until(lambda: hits.count() == 2, "both again")
    assert by.input_value() == ""
    sound(page, "search-modes")
    other = open_page("/ui/search?q=water&mode=vector", of=meaningful, width=390)
    until(lambda: other.locator("article.hit").count() == 2, "the near ones")
    assert other.get_by_label("By", exact=True).input_value() == "vector"
    sound(other, "search-modes-390")


def test_without_vectors_no_mode_is_offered_and_one_that_is_asked_for_is_explained(
    open_page: Open, service: Service
) -> None:
    service.ended(service.accepted(text("plain badgers", name="badgers.txt")))
    page = open_page("/ui/search?q=badgers")
    page.locator("article.hit").first.wait_for()
    assert not page.get_by_label("By", exact=True).is_visible()
    asked = open_page("/ui/search?q=badgers&mode=vector", quiet=False)
    asked.locator("[role=alert]", has_text="gristmill embed").wait_for()
