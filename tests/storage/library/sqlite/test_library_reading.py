"""The keys with which lists of documents go on."""

import pytest

from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.storage.library import Library


@pytest.mark.parametrize(
    "after", ["", "x", "1", "1.", ".1", "-1.2", "1.2.3", "٣.٣", "9" * 19 + ".1"]
)
def test_a_wrong_key_of_a_document_page_is_refused(library: Library, after: str) -> None:
    with pytest.raises(InvalidCursor):
        library.documents_page(collection=None, after=after, limit=1)
