"""How facets are printed."""

from gristmill.cli.terminal.output import print_table
from gristmill.schemas.filters.facets import Facets


def print_facets(facets: Facets) -> None:
    """A table for each field: its values, and how many documents have each."""
    for field, facet in facets.items():
        rows: list[tuple[object, object]] = [(each.value, each.count) for each in facet.values]
        if facet.more:
            rows.append(("...", ""))
        print_table((field, "documents"), rows)
