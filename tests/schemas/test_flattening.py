"""Nested values become flat ones, and nothing that is there is lost."""

from typing import Any

import pytest

from gristmill.schemas.flattening import flattened


@pytest.mark.parametrize(
    ("nested", "flat"),
    [
        ({}, {}),
        ({"a": 1, "b": None, "c": False}, {"a": 1, "c": False}),
        ({"a": {"b": {"c": "x"}, "d": 2.5}}, {"a.b.c": "x", "a.d": 2.5}),
        ({"a": ["x", 1], "b": [], "c": ()}, {"a": "x, 1"}),
        ({"a": [{"b": 1}]}, {"a": '[{"b":1}]'}),
    ],
)
def test_values_are_flat(nested: dict[str, Any], flat: dict[str, Any]) -> None:
    assert flattened(nested) == flat
