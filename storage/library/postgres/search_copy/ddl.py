"""What a copy has beside the tables of a library of SQLite."""

SCRIPT = """
CREATE TABLE copy_state(
    library TEXT NOT NULL,
    since INTEGER NOT NULL,
    begun INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    row INTEGER NOT NULL
);
CREATE TABLE copied(
    document INTEGER PRIMARY KEY,
    changed INTEGER NOT NULL
);
"""
"""`since`: what transactions before this one have written is known. While a pass is on, `begun`
is what `since` will be, and it has come as far as `changed` and `row`; else -1. `copied`: the
transaction of which the copy knows a document."""
