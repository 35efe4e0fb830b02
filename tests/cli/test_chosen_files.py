"""What of PATH arguments is meant, and what is said of it."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from gristmill.cli.ingesting.choosing import chosen_files, metadata_of
from gristmill.cli.ingesting.piped import piped
from gristmill.cli.ingesting.uploading import Fields
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.problems.errors import InvalidRequest, PathEmpty, PathNotFound
from gristmill.storage.walking.ignoring import Filter


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name in ("a.md", "b.txt", "sub/c.md", "sub/deep/d.md", "out/e.md"):
        path = tmp_path / "top" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "top/.gitignore").write_text("out/\n")
    (tmp_path / "top/sub/.gristignore").write_text("deep/\n")
    return tmp_path / "top"


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(["*.md"]), ["a.md", "out/e.md", "sub/c.md"]),
        (Filter(["*.md"], gitignore=True), ["a.md", "sub/c.md"]),
        (Filter([], ["sub", "*.txt"]), ["a.md", "out/e.md"]),
        (Filter(["/sub/*"]), ["sub/c.md"]),
    ],
)
def test_globs_and_ignore_files_choose_among_the_files_of_a_folder(
    top: Path, wanted: Filter, names: list[str]
) -> None:
    assert sorted(chosen_files([str(top)], wanted)) == [str(top / each) for each in names]


def test_a_file_that_is_named_is_meant_and_each_is_taken_once(top: Path) -> None:
    named = str(top / "b.txt")
    assert named in chosen_files([named, str(top), str(top)], Filter(["*.md"]))
    assert len(chosen_files([str(top), str(top)], Filter(["*.md"]))) == 3


def test_where_nothing_is_left_or_there_that_is_said(top: Path) -> None:
    with pytest.raises(PathEmpty, match="leave all files out"):
        chosen_files([str(top)], Filter(["*.pdf"]))
    with pytest.raises(PathNotFound):
        chosen_files([str(top / "nowhere")], Filter(["*.pdf"]))


def test_metadata_are_what_json_makes_of_them_or_texts() -> None:
    given = ["team=mills", "year=2026", "draft=true", "tags=[1, 2]", "a=b=c", "none=", "v=1.2.3"]
    assert metadata_of(given) == {
        "team": "mills",
        "year": 2026,
        "draft": True,
        "tags": [1, 2],
        "a": "b=c",
        "none": "",
        "v": "1.2.3",
    }
    for wrong in ("team", "=x", ""):
        with pytest.raises(InvalidRequest, match="KEY=VALUE"):
            metadata_of([wrong])
    form = Fields("c", GivenOptions(), {"team": "mills"}).form()
    assert form == {"collection": "c", "metadata": '{"team":"mills"}'}


def test_standard_input_needs_a_name_and_something_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def given(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))

    given(b"\xff\xfe flour")
    found = piped("p.bin")
    upload = found.upload()
    assert (upload.name, upload.size, upload.path.read_bytes()) == ("p.bin", 8, found.data)
    upload.path.unlink()
    given(b"")
    with pytest.raises(InvalidRequest, match="is empty"):
        piped("p.md")
    with pytest.raises(InvalidRequest, match="--name"):
        piped(None)
