"""What `filter=` says: a condition on documents, read into a tree (docs/filtering.md)."""

from gristmill.schemas.filters.parsing import faceted as faceted
from gristmill.schemas.filters.parsing import parsed as parsed
from gristmill.schemas.filters.tree import Filter as Filter
