"""Whether a library in PostgreSQL is in order, and what mends it, for `gristmill check`."""

from collections.abc import Iterator

from gristmill.storage.library.locks import LIBRARY, job
from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.library.postgres.ddl import COUNTED
from gristmill.storage.library.postgres.search_copy.following import SearchCopy
from gristmill.storage.library.sqlite.records import counters, ledger
from gristmill.storage.library.sqlite.repair.soundness import Soundness

_BY_COLLECTION = (
    "SELECT collection, count(*), sum(chunks)::bigint, sum(bytes)::bigint FROM documents"
    " GROUP BY collection"
)
_STRAY_VECTORS = (
    "vectors WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.id = vectors.chunk)"
    " OR NOT EXISTS (SELECT 1 FROM vector_models WHERE vector_models.id = vectors.model)"
)


class PostgresSoundness(Soundness):
    """Questions and repairs. Each repair is a transaction of its own. The server looks after its
    own pages (`pg_amcheck`)."""

    def __init__(self, rows: PostgresDatabase, copy: SearchCopy) -> None:
        self._rows, self._copy = rows, copy

    def damage(self) -> list[str]:
        return []

    def move_index(self, most: int = 500) -> int:
        """There is nothing of an older form. The copy that is searched is brought up to date."""
        return int(not self._copy.catch_up(0.5))

    def move_vectors(self, most: int = 500) -> int:
        return 0

    def search_index_is_sound(self) -> bool:
        """Whether the copy has the documents of the library, each as it is now, and the words of
        all their chunks."""
        return self._copy.is_right()

    def rebuild_search_index(self) -> None:
        """The copy is made again."""
        self._copy.rebuild()

    def vectors_are_right(self) -> bool:
        found = self._rows.execute(f"SELECT EXISTS(SELECT 1 FROM {_STRAY_VECTORS})").fetchone()
        return not found[0]

    def mend_vectors(self) -> None:
        with self._rows.writing([LIBRARY]):
            self._rows.execute(f"DELETE FROM {_STRAY_VECTORS}")

    def totals_are_right(self) -> bool:
        """Whether what `stats` tells is what the documents add up to."""
        told = self._rows.execute(
            "SELECT collection, documents, chunks, bytes FROM collections WHERE documents > 0"
        )
        return sorted(told.fetchall()) == sorted(self._rows.execute(_BY_COLLECTION).fetchall())

    def rebuild_totals(self) -> None:
        with self._rows.writing([LIBRARY]):
            self._rows.execute("DELETE FROM collection_counts")
            self._rows.execute(
                "INSERT INTO collection_counts(collection, documents, chunks, bytes)"
                f" {_BY_COLLECTION}"
            )

    def miscounted_jobs(self) -> list[str]:
        """Planned jobs whose counters are not those of their ledger rows."""
        columns = ", ".join(COUNTED)
        planned = self._rows.execute(f"SELECT job_id, {columns} FROM plans").fetchall()
        wrong = []
        for job_id, *counts in planned:
            found = counters.counted(self._rows, job_id, 0, None)
            if [getattr(found, name) for name in COUNTED] != counts:
                wrong.append(job_id)
        return wrong

    def recount(self, job_id: str) -> None:
        with self._rows.writing([job(job_id)]):
            counters.recount(self._rows, job_id)

    def ledger_jobs(self) -> Iterator[str]:
        """Every job that has ledger rows or a plan, by id."""
        after = ""
        while (found := ledger.next_job(self._rows, after)) is not None:
            yield found
            after = found
