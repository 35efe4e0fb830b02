"""The step `embed`: a tiny model on disk, and a local server for an OpenAI-compatible one."""

import json
import shutil
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from support.embedding_endpoint import endpoint
from support.tiny_model import DIMENSIONS, make_model

from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.steps.embedding import embedders, embedding_service
from gristmill.pipeline.steps.stepping import step_versions
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options, StepChoice
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentContent, unpack_floats
from gristmill.schemas.problems.errors import DocumentError

CHUNKS = "# mill\n\nmill mill water\n\n# stone\n\nbread bread stone\n"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(embedding_service, "_PAUSES_S", (0.0, 0.0))
    yield
    embedders.embedder.cache_clear()


def embedded(
    *models: str, text: str = CHUNKS, key_file: str = "", **options: Any
) -> DocumentContent:
    settings = Settings(embed_models=list(models), embed_key_file=key_file)
    chosen = Options(steps=(StepChoice("embed", options),))
    return process(Blob(text.encode(), "a.md"), chosen, Limits(), settings=settings)


def vectors(content: DocumentContent) -> list[list[float]]:
    assert content.vectors is not None
    return [unpack_floats(each) for each in content.vectors.values]


def failure(*models: str, **more: Any) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        embedded(*models, **more)
    assert caught.value.document_code == DocumentCode.STEP_FAILED
    return caught.value


# -- on disk ----------------------------------------------------------------------------------


def test_a_model_on_disk_gives_a_unit_vector_for_each_chunk(tmp_path: Path) -> None:
    content = embedded(f"tiny={make_model(tmp_path / 'tiny')}")
    first, second = vectors(content)
    # "# mill" is a part of its section: three times mill, once water.
    assert first == pytest.approx([3 / sqrt(10), 1 / sqrt(10), 0, 0], abs=1e-6)
    assert second == pytest.approx([0, 0, 2 / sqrt(8), 2 / sqrt(8)], abs=1e-6)
    assert content.metadata["embedding"] == {"model": "tiny", "dimensions": DIMENSIONS}
    assert content.vectors and content.vectors.model.startswith("tiny@")


def test_padding_has_no_say(tmp_path: Path) -> None:
    model = f"tiny={make_model(tmp_path / 'tiny', tokens=64)}"
    text = "# mill\n\nwater\n\n# stone\n\n" + "bread " * 40
    together, alone = embedded(model, text=text), embedded(model, text="# mill\n\nwater\n")
    assert vectors(together)[0] == pytest.approx(vectors(alone)[0], abs=1e-6)


@pytest.mark.parametrize(
    ("pooling", "expected"), [("cls", [2, 0, 0, 0]), ("lasttoken", [0, 2, 0, 0])]
)
def test_the_model_says_how_its_tokens_are_pooled(
    tmp_path: Path, pooling: str, expected: list[float]
) -> None:
    folder = make_model(tmp_path / "tiny", pooling="cls", normalise=False, scale=2)
    key = {"cls": "pooling_mode_cls_token", "lasttoken": "pooling_mode_lasttoken"}[pooling]
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({key: True}))
    assert vectors(embedded(f"tiny={folder}", text="mill stone water"))[0] == expected


def test_chunks_that_are_too_long_for_the_model_are_counted(tmp_path: Path) -> None:
    content = embedded(f"tiny={make_model(tmp_path / 'tiny', tokens=2)}", text="mill stone water")
    assert content.metadata["embedding"]["cut"] == 1
    assert vectors(content)[0][1] == 0


def test_a_prefix_goes_before_each_text(tmp_path: Path) -> None:
    model = f"tiny={make_model(tmp_path / 'tiny')}"
    plain, prefixed = embedded(model, text="mill"), embedded(model, text="mill", prefix="bread ")
    assert vectors(plain)[0] == [1, 0, 0, 0]
    assert vectors(prefixed)[0] == pytest.approx([sqrt(0.5), 0, 0, sqrt(0.5)], abs=1e-6)


def test_the_header_rows_of_a_cut_table_are_embedded_with_each_part(tmp_path: Path) -> None:
    model = f"tiny={make_model(tmp_path / 'tiny', tokens=900)}"
    text = "| mill |\n| --- |\n" + "| bread |\n" * 300
    content = embedded(model, text=text)
    assert len(content.chunks) > 1
    assert all(mill > 0 and bread > 0 for mill, _, _, bread in vectors(content))


def test_headings_are_embedded_where_a_job_asks_for_them(tmp_path: Path) -> None:
    model = f"tiny={make_model(tmp_path / 'tiny', tokens=900)}"
    text = "# mill\n\n" + "bread " * 600
    apart = vectors(embedded(model, text=text))[-1]
    together = vectors(embedded(model, text=text, headings=True))[-1]
    assert apart[0] == 0 < together[0]


def test_a_job_chooses_by_name_and_gets_the_first_otherwise(tmp_path: Path) -> None:
    models = [f"{name}={make_model(tmp_path / name)}" for name in ("one", "two")]
    assert embedded(*models).metadata["embedding"]["model"] == "one"
    assert embedded(*models, model="two").metadata["embedding"]["model"] == "two"
    assert "there are one, two" in failure(*models, model="three").message


def test_other_weights_are_another_pipeline(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "tiny")

    def version() -> tuple[str, ...]:
        embedders.embedder.cache_clear()
        return step_versions([StepChoice("embed")], Settings(embed_models=[f"m={folder}"]))

    before = version()
    assert before == version()
    shutil.rmtree(folder)
    make_model(folder, scale=3)
    assert version() != before


def test_a_missing_or_broken_model_is_named(tmp_path: Path) -> None:
    assert "set embed_models" in failure().message
    assert "there is no model at" in failure(f"m={tmp_path / 'gone'}").message
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "model.safetensors").touch()
    assert "export the model to ONNX" in failure(f"m={tmp_path / 'torch'}").message
    folder = make_model(tmp_path / "tiny")
    (folder / "onnx" / "model.onnx").write_bytes(b"no model")
    assert "cannot be loaded" in failure(f"m={folder}").message
    (folder / "tokenizer.json").unlink()
    assert "no tokenizer.json" in failure(f"m={folder}").message


# -- a service --------------------------------------------------------------------------------


def test_a_service_is_asked_as_openai_is(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    with endpoint() as server:
        place = f"far={server.url}#small-3"
        content = embedded(place, key_file=str(tmp_path / "key"))
        (request,) = server.requests
        assert request["path"] == "/v1/embeddings"
        assert request["model"] == "small-3"
        assert request["input"] == [chunk.text for chunk in content.chunks]
        assert server.keys == ["Bearer s3cret"]
    assert vectors(content) == [[len(t), len(t.split())] for t in request["input"]]
    assert content.vectors and "s3cret" not in content.vectors.model


def test_a_service_that_is_busy_is_asked_again() -> None:
    with endpoint(429, 503) as server:
        assert len(vectors(embedded(f"far={server.url}"))) == 2
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("answers", "said", "transient"),
    [
        ((503, 503, 503), "answered 503", True),
        ((401,), "answered 401", False),
        ((302,), "answered 302", False),
        ((b"<html>",), "answered something else", False),
        ((b'{"data": []}',), "gave 0 vectors for 2 texts", False),
        (
            (b'{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}',),
            "the same length",
            False,
        ),
        (
            (b'{"data":[{"index":0,"embedding":[1e999]},{"index":1,"embedding":[1]}]}',),
            "far",
            False,
        ),
    ],
)
def test_a_service_that_fails_is_named(
    answers: tuple[int | bytes, ...], said: str, transient: bool
) -> None:
    with endpoint(*answers) as server:
        error = failure(f"far={server.url}")
    if said != "far":
        assert said in error.message
    assert server.url in error.message
    assert error.transient is transient


def test_a_service_that_is_away_is_a_failure_that_may_pass() -> None:
    with endpoint() as server:
        url = server.url
    error = failure(f"far={url}")
    assert error.transient and "cannot be reached" in error.message


def test_a_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    error = failure("far=http://127.0.0.1:9", key_file=str(tmp_path / "gone"))
    assert "gone" in error.message
