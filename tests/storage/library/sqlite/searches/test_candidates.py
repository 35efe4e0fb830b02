"""Which chunks are looked at where a filter lets some pass."""

from pathlib import Path

import pytest
from support.library_samples import succeeded

from gristmill.schemas.filters import parsed
from gristmill.storage.library import Library
from gristmill.storage.library.sqlite.filters.filtering import compiled
from gristmill.storage.library.sqlite.searches import candidates

DOCUMENTS = 60


def test_a_sample_tells_many_from_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_SAMPLE", 20)
    monkeypatch.setattr(candidates, "_FEW", 5)
    monkeypatch.setattr(candidates, "_SURE", 4)
    with Library.open(tmp_path / "library.db") as library:
        library.commit(
            [
                succeeded("job", n, uri=f"{n}", texts=(f"{n}",), metadata={"n": n % 3})
                for n in range(DOCUMENTS)
            ]
        )
        for where, many in (("metadata.n = 1", True), ("uri = 7", False), ("bytes < 0", False)):
            assert candidates._surely_many(library._index, compiled(parsed(where))) is many
        monkeypatch.setattr(candidates, "_SAMPLE", DOCUMENTS)
        assert not candidates._surely_many(library._index, compiled(parsed("bytes >= 0")))


def test_a_chunk_is_of_the_document_that_it_is_in(tmp_path: Path) -> None:
    texts = {"two": ("flour a", "flour b"), "none": (), "three": ("flour",) * 3, "one": ("flour",)}
    with Library.open(tmp_path / "library.db") as library:
        library.commit(
            [
                succeeded("job", n, uri=uri, texts=each)
                for n, (uri, each) in enumerate(texts.items())
            ]
        )
        for uri, chunks in texts.items():
            inside, outside = parsed(f"uri = {uri}"), parsed(f"uri != {uri}")
            found = library.search("flour", collection=None, limit=20, where=inside)
            assert [hit.uri for hit in found] == [uri] * len(chunks)
            others = library.search("flour", collection=None, limit=20, where=outside)
            assert len(found) + len(others) == 6 and uri not in {hit.uri for hit in others}
