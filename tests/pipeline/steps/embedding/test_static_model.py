"""Static models, as model2vec leaves them: a folder with a table and a tokenizer."""

import struct
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from support.tiny_model import DIMENSIONS, make_model, make_static_model, write_tables

from gristmill.pipeline.steps.embedding import embedders
from gristmill.pipeline.steps.embedding.static_model import StaticModel
from gristmill.schemas.outcomes.results import unpack_floats
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.steps import EmbedModel


def vectors(folder: Path, *texts: str) -> list[list[float]]:
    made = embedders.embedder(EmbedModel("tiny", str(folder)), "")
    assert isinstance(made, StaticModel)
    return [unpack_floats(each) for each in made.embed(texts).values]


def test_a_text_is_the_mean_of_its_words_whose_unknown_ones_say_nothing(tmp_path: Path) -> None:
    folder = make_static_model(tmp_path / "static")
    both, one, none = vectors(folder, "mill flax water", "MILL", "flax")
    half = 0.5**0.5
    assert both == pytest.approx([half, half, 0, 0])
    assert one == pytest.approx([1, 0, 0, 0])
    assert none == [0] * DIMENSIONS


def test_weights_and_a_mapping_count_and_lengths_are_kept_where_asked(tmp_path: Path) -> None:
    table = np.eye(2, DIMENSIONS, dtype=np.float16)
    folder = make_static_model(
        tmp_path / "static",
        normalise=False,
        tables={
            "embeddings": table,
            "weights": np.array([0, 3, 1, 1, 1], dtype=np.float64),
            "mapping": np.array([0, 1, 0, 0, 0], dtype=np.int64),
        },
    )
    assert vectors(folder, "mill water") == [pytest.approx([0.5, 1.5, 0, 0])]


def test_what_is_too_long_is_said(tmp_path: Path) -> None:
    made = embedders.embedder(EmbedModel("t", str(make_static_model(tmp_path / "static"))), "")
    assert made.cut(["mill " * 512, "mill " * 513]) == 1


def test_another_table_is_another_model(tmp_path: Path) -> None:
    first = make_static_model(tmp_path / "one")
    table = 2 * np.eye(5, DIMENSIONS, dtype=np.float32)
    second = make_static_model(tmp_path / "two", tables={"embeddings": table})
    one, two = (StaticModel(EmbedModel("t", str(each))).identity() for each in (first, second))
    assert one != two


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"embeddings": np.eye(2, 4, dtype=np.float32)}, "2 vectors for 5 tokens"),
        ({"embeddings": np.full((5, 4), np.nan, dtype=np.float32)}, "numbers that are none"),
        (
            {
                "embeddings": np.eye(5, 4, dtype=np.float32),
                "mapping": np.array([0, 1, 2, 3, 9], dtype=np.int64),
            },
            "outside of its table",
        ),
        (
            {
                "embeddings": np.eye(5, 4, dtype=np.float32),
                "weights": np.ones(2, dtype=np.float32),
            },
            "2 weights for 5 tokens",
        ),
    ],
)
def test_what_does_not_belong_together_is_said(
    tmp_path: Path, tables: dict[str, Any], said: str
) -> None:
    folder = make_static_model(tmp_path / "static", tables=tables)
    with pytest.raises(DocumentError, match=said):
        StaticModel(EmbedModel("t", str(folder)))


@pytest.mark.parametrize("end", [b"", b"x" * 20])
def test_a_table_that_is_cut_short_is_said(tmp_path: Path, end: bytes) -> None:
    folder = make_static_model(tmp_path / "static")
    head = msgspec.json.encode(
        {"embeddings": {"dtype": "F32", "shape": [5, 4], "data_offsets": [0, 80]}}
    )
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + end)
    with pytest.raises(DocumentError, match="outside of the file"):
        StaticModel(EmbedModel("t", str(folder)))


def test_a_folder_with_a_network_beside_its_tables_is_run(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "onnx")
    write_tables(folder / "model.safetensors", {"bert.weight": np.eye(2, dtype=np.float32)})
    made = embedders.embedder(EmbedModel("tiny", str(folder)), "")
    assert not isinstance(made, StaticModel)
