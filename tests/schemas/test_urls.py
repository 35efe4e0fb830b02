"""Which URLs a source may name, and the one way in which each is written."""

import pytest

from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.urls import canonical, is_url, shown, source_url

SAME = {
    "HTTP://Example.ORG": "http://example.org/",
    "https://example.org:443/a#top": "https://example.org/a",
    "http://example.org:8080/a/../b/./c?q=1&r=../x": "http://example.org:8080/b/c?q=1&r=../x",
    "https://example.org/a/b/..": "https://example.org/a/",
    "https://example.org/../../": "https://example.org/",
    "http://[::1]:80/": "http://[::1]/",
    "https://example.org//a": "https://example.org//a",
}


@pytest.mark.parametrize(("given", "meant"), SAME.items())
def test_a_url_has_one_form(given: str, meant: str) -> None:
    assert source_url(given) == meant
    assert canonical(meant) == meant


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://example.org/",
            "file:///etc/passwd",
            "http://",
            "http://example.org:x/",
            "example",
        ),
        *("http://flour:hush@example.org/", "http://hush@example.org/", "http://exa mple.org/"),
        *("https://b.example.org/k?X-Amz-Signature=hush", "https://example.org/?ACCESS_TOKEN=hush"),
        "https://example.org/" + "a" * 9000,
    ],
)
def test_what_may_not_be_kept_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        source_url(url)
    assert "hush" not in caught.value.message and "aaaa" not in caught.value.message


def test_a_query_is_not_shown_and_a_path_is_no_url() -> None:
    assert shown("https://example.org/a?token=1") == "https://example.org/a"
    assert is_url("HTTPS://example.org") and not is_url("notes/http.md")
