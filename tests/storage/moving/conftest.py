"""Without the driver of PostgreSQL, what needs it is not even read."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("asyncpg") else ["test_moving.py"]
