"""Without its driver, what needs PostgreSQL is not even read."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("asyncpg") else ["test_search_copy.py"]
