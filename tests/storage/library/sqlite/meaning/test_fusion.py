"""Reciprocal rank fusion, as a table."""

import pytest

from gristmill.storage.library.sqlite.meaning.fusion import fused


@pytest.mark.parametrize(
    ("orders", "items"),
    [
        ([], []),
        ([[]], []),
        ([[1, 2, 3]], [1, 2, 3]),
        ([[1, 2], [2, 1]], [1, 2]),
        ([[1, 2, 3], [3]], [3, 1, 2]),
        ([[1, 2], [3, 4]], [1, 3, 2, 4]),
        ([[1, 2, 3, 4], [4, 2], [5, 2]], [2, 4, 1, 5, 3]),
        ([[1, 1, 2]], [1, 2]),
    ],
)
def test_what_several_orders_have_comes_before_what_one_has(
    orders: list[list[int]], items: list[int]
) -> None:
    assert [each.item for each in fused(orders)] == items


def test_each_item_says_its_places_and_what_they_are_worth() -> None:
    first, second, third = fused([[7, 8], [8, 9]])
    assert (first.item, first.ranks) == (8, (2, 1))
    assert first.score == pytest.approx(1 / 12 + 1 / 11)
    assert (second.ranks, third.ranks) == ((1, None), (None, 2))


def test_a_place_is_worth_what_its_order_weighs() -> None:
    assert [each.item for each in fused([[1], [2]], [1.0, 2.0])] == [2, 1]
    assert [each.item for each in fused([[1], [2]], [1.0, 0.75])] == [1, 2]
