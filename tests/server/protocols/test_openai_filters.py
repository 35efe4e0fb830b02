"""OpenAI's filters say the same in our language; what is none of them is refused with a place."""

from typing import Any

import pytest

from gristmill.schemas.filters import parsed
from gristmill.schemas.problems.errors import InvalidFilter
from gristmill.server.protocols.openai_filters import filter_of


def one(kind: str, value: Any, key: str = "team") -> dict[str, Any]:
    return {"type": kind, "key": key, "value": value}


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (one("eq", "law"), "metadata.team = 'law'"),
        (one("ne", True), "metadata.team != true"),
        (one("gt", 3, "pages"), "pages > 3"),
        (one("gte", 2.5), "metadata.team >= 2.5"),
        (one("lt", "2026-11", "ingested_at"), "ingested_at < 2026-11"),
        (one("lte", -1), "metadata.team <= -1"),
        (one("in", ["a", 1]), "metadata.team in ('a', 1)"),
        (one("nin", ["it's", "b\\"]), r"metadata.team not in ('it\'s', 'b\\')"),
        (one("eq", "x", "two words.inner"), "metadata.'two words'.inner = 'x'"),
        (one("eq", "x", "metadata.pages"), "metadata.pages = 'x'"),
        (one("eq", "') or uri exists"), r"metadata.team = '\') or uri exists'"),
        (
            {"type": "or", "filters": [one("eq", 1), {"type": "and", "filters": [one("eq", 2)]}]},
            "metadata.team = 1 or metadata.team = 2",
        ),
        (
            {
                "type": "and",
                "filters": [one("eq", 1), {"type": "or", "filters": [one("eq", 2)] * 2}],
            },
            "metadata.team = 1 and (metadata.team = 2 or metadata.team = 2)",
        ),
    ],
)
def test_a_filter_says_the_same(given: dict[str, Any], same: str) -> None:
    assert filter_of(given) == parsed(same)


def nested(depth: int) -> dict[str, Any]:
    return one("eq", 1) if depth == 0 else {"type": "and", "filters": [nested(depth - 1)]}


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({}, "filters.type must be one of eq, ne"),
        (one("like", "x"), "filters.type must be one of eq, ne"),
        ({"type": ["eq"], "key": "a", "value": 1}, "filters.type must be one of"),
        (one("eq", None), "filters.value must be a text"),
        (one("eq", ["x"]), "filters.value must be a text"),
        (one("in", "x"), "filters.value must be a list"),
        (one("in", []), "filters.value must be a list"),
        (one("eq", "x", ""), "filters.key must be"),
        (one("eq", "x", "a..b"), "read as metadata.'a'"),
        (one("eq", "x", 'a"b'), "cannot be asked for"),
        (one("gt", "x", "pages"), "pages is compared with a number"),
        (one("eq", "x") | {"boost": 2}, "filters must have the members type, key, value"),
        ({"type": "eq", "key": "a"}, "filters must have the members"),
        ({"type": "and", "filters": []}, "filters.filters must be a list"),
        ({"type": "and", "filters": ["x"]}, "filters.filters[0] must be an object"),
        (nested(20), "nested over 20 deep"),
        (one("in", [1] * 201), "at most 200 values"),
        (one("eq", "x\0"), "a character that no text has"),
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(given: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        filter_of(given)
    assert place in refused.value.message
    assert refused.value.extra == {"param": "filters"}
