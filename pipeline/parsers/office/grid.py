"""When the cells of a table say more than its rows of texts."""

from collections.abc import Sequence

from gristmill.schemas.outcomes.structure import Cell


def spanned(cells: Sequence[Cell], headers: int = 1) -> tuple[Cell, ...]:
    """The cells, where some span several places or where the first row alone is no header; else
    none, for the rows say it all."""
    plain = headers <= 1 and all(each.rows == 1 and each.columns == 1 for each in cells)
    return () if plain else tuple(cells)
