"""What `filter=` says: a condition on documents or jobs, read into a tree (docs/filtering.md)."""

from gristmill.schemas.filters.parsing import faceted as faceted
from gristmill.schemas.filters.parsing import parsed as parsed
from gristmill.schemas.filters.parsing import parsed_of_jobs as parsed_of_jobs
from gristmill.schemas.filters.tree import Filter as Filter
