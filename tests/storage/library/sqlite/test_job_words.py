"""Jobs that have ended are found by their words, the newest first, whatever becomes of the file."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.job_samples import new_id, queued

from gristmill.schemas.jobs.manifest import JobError
from gristmill.schemas.jobs.sources import InlineText, Located
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.library import FoundJobs, JobWords
from gristmill.storage.library.job_text import JobText, has_words, text_of, words_in
from gristmill.storage.library.sqlite import job_words
from gristmill.storage.library.sqlite.job_words import place_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "job-words.db"


@pytest.fixture
def words(file: Path) -> Iterator[JobWords]:
    with JobWords(file) as opened:
        yield opened


def text(
    said: str, at: int = 0, state: JobState = JobState.FAILED, collection: str = "a"
) -> JobText:
    return JobText(new_id(at), state, collection, words_in(said))


def find(file: Path, said: str, **asked: Any) -> list[str]:
    defaults: dict[str, Any] = {"state": None, "collection": None, "after": None, "limit": 99}
    return FoundJobs(file).find(words_in(said), **{**defaults, **asked})


def ids(*texts: JobText) -> list[str]:
    return [each.job_id for each in texts]


def test_all_words_have_to_be_there_and_the_newest_comes_first(words: JobWords, file: Path) -> None:
    first, second, third = (text(f"report-{n}.pdf sales", n) for n in (1, 2, 3))
    other = text("invoice.pdf sales", 4)
    words.add([third, first, other, second])
    assert find(file, "report") == ids(third, second, first)
    assert find(file, "SALES report-2") == ids(second)
    assert find(file, "sales nothing") == find(file, "...") == []
    assert find(file, "report", limit=2) == ids(third, second)
    assert find(file, "report", after=second.job_id) == ids(first)


@pytest.mark.parametrize("begin", ["qu", "qua", "quar", "quart", "quarterly", "quarterly 202"])
def test_the_last_word_may_be_the_beginning_of_one(words: JobWords, file: Path, begin: str) -> None:
    wanted, other = text("quarterly 2026"), text("quarry")
    words.add([wanted, other])
    assert wanted.job_id in find(file, begin)
    assert (other.job_id in find(file, begin)) == "quarry".startswith(begin)


def test_a_word_is_found_behind_many_that_only_begin_so(
    words: JobWords, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_words, "_CANDIDATES", 5)
    wanted = text("quarry", 0)
    words.add([wanted, *(text("quarterly", n) for n in range(1, 9))])
    assert find(file, "quarry") == ids(wanted)


def test_state_and_collection_narrow_it(words: JobWords, file: Path) -> None:
    failed = text("report", 1, JobState.FAILED, "a")
    good = text("report", 2, JobState.SUCCEEDED, "b")
    words.add([failed, good])
    assert find(file, "report", state=JobState.FAILED) == ids(failed)
    assert find(file, "report", collection="b") == ids(good)
    assert find(file, "report", collection=("a", "b")) == ids(good, failed)
    assert find(file, "report", collection=()) == []
    assert find(file, "zzsfailed", collection="b") == []


def test_what_is_told_again_takes_the_place_of_what_was(words: JobWords, file: Path) -> None:
    before = text("report", 1, JobState.FAILED)
    words.add([before])
    words.add([before._replace(state=JobState.SUCCEEDED, words=("invoice",))])
    assert find(file, "report") == [] == find(file, "invoice", state=JobState.FAILED)
    assert find(file, "invoice", state=JobState.SUCCEEDED) == ids(before)
    words.drop([before.job_id, new_id()])
    assert find(file, "invoice") == []


def test_jobs_of_one_moment_have_rows_of_their_own(words: JobWords, file: Path) -> None:
    base = new_id(5)
    twins = [text(f"twin {n}")._replace(job_id=f"{base[:-1]}{n}") for n in range(8)]
    assert len({place_of(each.job_id) for each in twins}) == 1
    words.add(twins)
    words.add(twins)
    assert sorted(find(file, "twin")) == sorted(ids(*twins))
    words.drop([twins[3].job_id])
    assert len(find(file, "twin")) == 7


def test_what_is_left_to_tell_is_remembered(words: JobWords, file: Path) -> None:
    assert words.to_fill() == "~"
    words.add([text("a")], filled_before="x")
    words.add([text("b")])
    with JobWords(file) as again:
        assert again.to_fill() == "x"
        again.add([], filled_before="")
        assert again.to_fill() is None


@pytest.mark.parametrize("content", [b"", b"no database" * 999, b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_none_is_made_anew(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert find(file, "report") == []
    with JobWords(file) as words:
        words.add([text("report")])
        assert words.to_fill() == "~"
    assert len(find(file, "report")) == 1
    assert find(file.with_name("nothing"), "report") == []


def test_nobody_else_may_read_it(words: JobWords, file: Path) -> None:
    words.add([text("report")])
    for path in file.parent.glob("job-words.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_a_job_is_told_by_its_names_metadata_key_and_reason() -> None:
    manifest = queued(
        InlineText("Übersicht_2026.md", None),
        Located("/data/contracts", "/data", "*.docx"),
        metadata={"team": ["Sales", {"region": "EMEA"}], "n": 7, "none": None},
        submitted_by="crawler",
        error=JobError("documents_failed", "2 of its 9 documents could not be ingested"),
    )
    words = set(text_of(manifest, ["inner.pdf parse_error"]).words)
    expected = "ubersicht 2026 md data contracts docx team sales region emea 7 crawler"
    assert words >= {*expected.split(), "documents", "failed", "inner", "pdf", "parse", "error"}
    assert has_words(manifest, ("crawl", "ubersicht")) and not has_words(manifest, ("nothing",))


def test_the_words_of_a_job_are_bounded() -> None:
    assert len(words_in(" ".join(str(n) for n in range(9999)))) <= 80
    assert words_in("x" * 99_999) == ("x" * 40,)
