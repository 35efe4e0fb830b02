"""What stands beside a chunk counts for it, and nothing of another document does."""

from collections.abc import Iterator

import pytest
from support.library_samples import succeeded

from gristmill.storage.library.sqlite.facade import Library

WHEEL = "The wheel turns slowly in the stream all day."
FILLER = "Nothing is said here of what was asked for."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("neighbours") / "library.db") as opened:
        results = [
            succeeded("job", 0, uri="alone", texts=(WHEEL, FILLER)),
            succeeded("job", 1, uri="another", texts=("A miller grinds the corn in autumn.",)),
            succeeded("job", 2, uri="beside", texts=("The corn is ground by a miller.", WHEEL)),
            *(
                succeeded("job", 3 + number, uri=f"{number}", texts=(FILLER,))
                for number in range(9)
            ),
        ]
        opened.commit(results)
        yield opened


def test_of_two_like_chunks_the_one_beside_other_words_of_the_question_is_better(
    library: Library,
) -> None:
    found = library.search("wheel stream miller grind", collection=None, limit=9)
    scores = {hit.uri: hit.score for hit in found if hit.text == WHEEL}
    assert scores["beside"] > scores["alone"]


def test_a_chunk_of_the_next_document_is_no_neighbour(library: Library) -> None:
    found = library.search("autumn ground", collection=None, limit=9)
    alone = library.search("autumn", collection=None, limit=9)
    assert next(hit.score for hit in found if hit.uri == "another") == pytest.approx(alone[0].score)
