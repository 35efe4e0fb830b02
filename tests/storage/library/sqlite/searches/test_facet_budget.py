"""Counting ends when its time is up."""

from pathlib import Path

import pytest
from support.library_samples import succeeded

from gristmill.schemas.filters import faceted, parsed
from gristmill.storage.library import Library
from gristmill.storage.library.sqlite.filters.filtering import compiled
from gristmill.storage.library.sqlite.searches import facets as module
from gristmill.storage.library.sqlite.searches.facets import Asked, Budget, facets

LOOK, DOCUMENTS = 10, 35


@pytest.mark.parametrize("query", [None, "flour"])
def test_what_was_counted_in_time_is_told_and_not_called_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str | None
) -> None:
    monkeypatch.setattr(module, "_LOOK", LOOK)
    fields = faceted("metadata.n,collection")
    with Library.open(tmp_path / "library.db") as library:
        library.commit(
            [
                succeeded("job", n, uri=f"{n}", texts=(f"flour {n}",), metadata={"n": n % 2})
                for n in range(DOCUMENTS)
            ]
        )
        for looks in range(1, 5):
            left = iter(range(looks))
            spent = lambda left=left: next(left) == looks - 1  # noqa: B023, E731
            found = facets(library._index, fields, Asked(query=query), spent)
            counted = [sum(each.count for each in facet.values) for facet in found.values()]
            in_time = looks * LOOK <= DOCUMENTS
            assert counted == [min(looks * LOOK, DOCUMENTS)] * len(fields)
            assert {facet.exact for facet in found.values()} == {not in_time}
        # What does not pass takes time as well.
        nobody = Asked(where=compiled(parsed("metadata.n = 7")), query=query)
        found = facets(library._index, fields, nobody, lambda: True)
        assert [(facet.values, facet.exact) for facet in found.values()] == [([], False)] * 2


def test_time_of_the_thread_and_time_in_all_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = {"monotonic": 100.0, "thread_time": 5.0}
    for name in clocks:
        monkeypatch.setattr(f"time.{name}", lambda name=name: clocks[name])
    for name, seconds in (("monotonic", module.SECONDS), ("thread_time", module.CPU_S)):
        budget = Budget()
        clocks[name] += seconds / 2
        assert not budget.is_spent()
        clocks[name] += seconds
        assert budget.is_spent()
