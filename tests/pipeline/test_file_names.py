"""Parts of file names are those that pathlib tells."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.pipeline.file_names import base_of, suffix_of


@pytest.mark.parametrize(
    "path",
    ["a.txt", "/x/y.tar.gz", ".profile", "x/.a.b", "name.", "a.b/c", "a/", "", "text:1", "a.B"],
)
def test_known_cases(path: str) -> None:
    assert (base_of(path), suffix_of(path)) == (
        PurePosixPath(path).name,
        PurePosixPath(path).suffix,
    )


@given(st.text("ab./ ", max_size=12).filter(lambda path: not {".", ".."} & set(path.split("/"))))
def test_any_path(path: str) -> None:
    known = PurePosixPath(path)
    assert (base_of(path), suffix_of(path)) == (known.name, known.suffix)
