"""Facets: which values documents have for a field, and how many have each."""

from collections.abc import Mapping, Sequence

import msgspec

from gristmill.schemas.filters.tree import Field, Kind

MOST_FACETS = 10
"""In one request."""
MOST_VALUES = 20
MOST_DOCUMENTS = 100_000
"""That are looked at. Of more, the counts are of so many and no longer exact."""
LONGEST_VALUE = 200
"""In characters. Longer texts are no classes of documents."""


class FacetValue(msgspec.Struct, frozen=True):
    """A value, and how many documents have it."""

    value: str | bool | int | float
    count: int


class Facet(msgspec.Struct, frozen=True):
    """The values that most documents have, the most frequent first. `more`: there are others.
    `exact`: all documents were counted; otherwise only the first of them."""

    values: Sequence[FacetValue]
    more: bool
    exact: bool


Facets = Mapping[str, Facet]
"""By the name of the field."""


def has_facets(field: Field) -> bool:
    """Whether documents fall into classes by a field: by a moment they do not."""
    return field.kind is not Kind.DATE
