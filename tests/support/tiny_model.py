"""A model for texts that is small enough to be made in a test: each word has its own vector."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

DIMENSIONS = 4
WORDS = ("[UNK]", "mill", "water", "stone", "bread")


def make_model(
    folder: Path,
    *,
    pooling: str = "mean",
    normalise: bool = True,
    tokens: int = 8,
    scale: float = 1.0,
) -> Path:
    """A model folder as sentence-transformers leaves one. The words of WORDS point along the
    axes; an unknown one says nothing."""
    (folder / "onnx").mkdir(parents=True)
    (folder / "1_Pooling").mkdir()
    table = np.zeros((len(WORDS), DIMENSIONS), dtype=np.float32)
    table[1:] = np.eye(DIMENSIONS, dtype=np.float32) * scale
    onnx.save(_graph(table), str(folder / "onnx" / "model.onnx"))
    _save_tokenizer(folder / "tokenizer.json")
    _write(folder / "sentence_bert_config.json", {"max_seq_length": tokens})
    _write(folder / "1_Pooling" / "config.json", {f"pooling_mode_{pooling}_token": True})
    kinds = ["Transformer", "Pooling", *(["Normalize"] if normalise else [])]
    _write(folder / "modules.json", [{"type": f"sentence_transformers.models.{k}"} for k in kinds])
    return folder


def _graph(table: np.ndarray) -> onnx.ModelProto:
    shape: Sequence[str] = ("batch", "tokens")
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, (*shape, DIMENSIONS)
    )
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["raw"], axis=0),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        # Padding is given a strong opinion: it must be left out by whoever pools.
        helper.make_node("Sub", ["one", "wide"], ["padding"]),
        helper.make_node("Add", ["raw", "padding"], ["last_hidden_state"]),
    ]
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
        numpy_helper.from_array(np.array(1.0, dtype=np.float32), "one"),
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, [output], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value))


def make_static_model(
    folder: Path, *, normalise: bool = True, tables: dict[str, np.ndarray] | None = None
) -> Path:
    """A static model as model2vec leaves one, of the same words."""
    folder.mkdir(parents=True)
    table = np.zeros((len(WORDS), DIMENSIONS), dtype=np.float32)
    table[1:] = np.eye(DIMENSIONS, dtype=np.float32)
    write_tables(folder / "model.safetensors", tables or {"embeddings": table})
    _save_tokenizer(folder / "tokenizer.json")
    _write(folder / "config.json", {"model_type": "model2vec", "normalize": normalise})
    return folder


def write_tables(path: Path, tables: dict[str, np.ndarray]) -> None:
    """A file in the format `safetensors`."""
    names = {"float32": "F32", "float16": "F16", "float64": "F64", "int64": "I64"}
    head, at = {}, 0
    for name, table in tables.items():
        said = {"dtype": names[str(table.dtype)], "shape": list(table.shape)}
        head[name] = said | {"data_offsets": [at, at + table.nbytes]}
        at += table.nbytes
    text = json.dumps(head).encode()
    data = b"".join(table.tobytes() for table in tables.values())
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def _save_tokenizer(path: Path) -> None:
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    tokenizer.save(str(path))


def make_cross_encoder(folder: Path) -> Path:
    """A model that reads a query and a text together: its score is how long the text is."""
    folder.mkdir(parents=True)
    shape: Sequence[str] = ("batch", "tokens")
    kinds = helper.make_tensor_value_info("token_type_ids", TensorProto.INT64, shape)
    tokens = helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape)
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ("batch", 1))
    nodes = [
        helper.make_node("Cast", ["token_type_ids"], ["second"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["input_ids"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["ids", "none"], ["nothing"]),
        helper.make_node("Add", ["second", "nothing"], ["both"]),
        helper.make_node("ReduceSum", ["both", "axis"], ["logits"], keepdims=1),
    ]
    constants = [
        numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
        numpy_helper.from_array(np.array(0.0, dtype=np.float32), "none"),
    ]
    graph = helper.make_graph(nodes, "cross", [tokens, kinds], [output], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))
    _save_tokenizer(folder / "tokenizer.json")
    return folder
