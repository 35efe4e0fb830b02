"""What a document's metadata must have in their letters, to be read as JSON at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.library_samples import succeeded

from gristmill.schemas.filters import parsed
from gristmill.schemas.filters.values import value_of
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage.library import Library
from gristmill.storage.library.sqlite.filters.hints import of_equal, of_periods

VALUES: dict[str, object] = {
    "quotes": 'say "yes" \\ no',
    "letters": "Mühle\n",
    "none": "粉",
    "whole": 1000,
    "broken": 2.5,
    "float": 1000.0,
    "minus": -7,
    "truth": True,
    "shouted": "TRUE",
    "east": "1990-01-01T00:30:00+02:00",
    "west": "1989-12-31T23:30:00-02:00",
    "month": "1990-05",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("hints") / "library.db") as opened:
        opened.commit(
            [
                succeeded("job", number, uri=name, texts=(name,), metadata={"job": {"is": value}})
                for number, (name, value) in enumerate(VALUES.items())
            ]
        )
        yield opened


@pytest.mark.parametrize(
    ("text", "uris"),
    [
        (r"""'say "yes" \\ no'""", {"quotes"}),
        ("'Mühle\n'", {"letters"}),
        ("粉", {"none"}),
        ("1e3", {"whole", "float"}),
        ("+1000.0", {"whole", "float"}),
        ("2.50", {"broken"}),
        ("-7", {"minus"}),
        ("true", {"truth"}),
        ("TRUE", {"truth", "shouted"}),
        ("1990", {"west", "month"}),
        ("1989-12-31", {"east"}),
        ("1990-05", {"month"}),
    ],
)
def test_no_hint_hides_a_document_that_passes(library: Library, text: str, uris: set[str]) -> None:
    where = parsed(f"metadata.is = {text}")
    found, _ = library.documents_page(collection=None, after=None, limit=50, where=where)
    assert {each.uri for each in found} == uris


def test_metadata_without_the_letters_are_not_read(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.db") as library:
        library.commit([succeeded(metadata={"job": {"team": "ovens"}})])
        library._db.execute("UPDATE documents SET metadata = '{no JSON'")
        for where in ("metadata.team = ovens", "metadata.team exists", "metadata.team ~ o*"):
            assert library.count_documents(collection=None, where=parsed(where)) == 0
        with pytest.raises(LibraryTrouble):
            library.count_documents(collection=None, where=parsed("metadata.team = JSON"))


def test_where_nothing_can_be_told_there_is_no_hint() -> None:
    assert of_equal([value_of("ovens", quoted=False)]) == ["ovens"]
    assert of_equal([value_of("ovens", quoted=False), value_of("粉", quoted=False)]) == []
    assert of_equal([value_of(f"a{number}", quoted=False) for number in range(99)]) == []
    assert of_equal([value_of("2.5", quoted=False)]) == []
    assert of_equal([value_of("1e99", quoted=False), value_of("1e999", quoted=False)]) == []
    assert of_periods([value_of("1990-05", quoted=False)]) == ["1990"]
    assert of_periods([value_of("1990", quoted=False)]) == ["1989", "1990", "1991"]
    assert of_periods([value_of("9999-12-31", quoted=False)]) == []
    assert of_periods([value_of("0001-01-01", quoted=False)]) == []
