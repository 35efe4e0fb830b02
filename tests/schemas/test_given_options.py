"""What a job says of its options, what its collection does, and what comes of both."""

import msgspec
import pytest

from gristmill.schemas.jobs.options import GivenOptions, Options, StepChoice, pipeline_hash


@pytest.mark.parametrize(
    ("job", "collection", "whole"),
    [
        ({}, {}, {}),
        ({}, {"chunk_max_chars": 800, "pdf": "text"}, {"chunk_max_chars": 800, "pdf": "text"}),
        ({"pdf": "structure"}, {"pdf": "text"}, {}),
        ({"chunk_max_chars": 1600}, {"chunk_max_chars": 800}, {}),
        ({"steps": []}, {"steps": ["language"]}, {}),
        ({"steps": ["keywords"]}, {"steps": ["language"]}, {"steps": ("keywords",)}),
        ({"chunk_max_chars": 900}, {"chunk_max_tokens": 100}, {"chunk_max_chars": 900}),
        ({"chunk_max_tokens": 90}, {"chunk_max_chars": 800}, {"chunk_max_tokens": 90}),
        ({"chunk_max_tokens": None}, {"chunk_max_tokens": 90, "chunk_overlap_tokens": 9}, {}),
        (
            {"chunk_overlap_tokens": 20},
            {"chunk_max_tokens": 90},
            {"chunk_max_tokens": 90, "chunk_overlap_tokens": 20},
        ),
    ],
)
def test_a_jobs_own_options_win_and_the_rest_is_inherited(
    job: dict[str, object], collection: dict[str, object], whole: dict[str, object]
) -> None:
    given = msgspec.convert(job, GivenOptions)
    below = msgspec.convert(collection, GivenOptions)
    assert given.over(below) == Options(**whole)  # type: ignore[arg-type]


def test_what_is_not_said_is_not_written() -> None:
    given = GivenOptions(steps=("language",))
    assert msgspec.json.encode(given) == b'{"steps":[{"name":"language"}]}'
    assert given.steps == (StepChoice("language"),)


def test_options_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="half of chunk_max_chars"):
        GivenOptions(chunk_max_chars=100).over(GivenOptions(chunk_overlap_chars=80))
    with pytest.raises(ValueError, match="named once"):
        GivenOptions(steps=("a", "a"))


def test_inherited_options_count_in_the_pipeline_hash_as_a_jobs_own() -> None:
    own, inherited = (
        GivenOptions(chunk_max_chars=700).over(GivenOptions()),
        GivenOptions().over(GivenOptions(chunk_max_chars=700)),
    )
    assert pipeline_hash(own, ("v",)) == pipeline_hash(inherited, ("v",))
    assert pipeline_hash(own, ("v",)) != pipeline_hash(Options(), ("v",))
    # As before collections had settings: nothing has to be read again for them.
    unset = GivenOptions().over(GivenOptions())
    assert pipeline_hash(Options(), ("v",)) == pipeline_hash(unset, ("v",))
