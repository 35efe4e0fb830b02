"""`facets=` of a list or a search."""

import msgspec

from gristmill.schemas.filters.facets import Facets
from gristmill.server.calls.asked import Asked
from gristmill.server.calls.tables.shared_entries import FACETS, FILTER
from gristmill.server.services import Services


def facets_of(
    services: Services, asked: Asked, query: str | None = None
) -> Facets | msgspec.UnsetType:
    """The facets that are asked for, of what a list or, with a query, a search is of."""
    fields = asked[FACETS]
    if not fields:
        return msgspec.UNSET
    return services.steady_library.facets(
        fields, collection=asked.within, where=asked[FILTER], query=query
    )
