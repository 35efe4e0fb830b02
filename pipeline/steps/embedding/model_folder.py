"""A folder with an ONNX model, such as sentence-transformers and its exporters leave one."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from gristmill.pipeline.steps.step_registry import failed

_MODELS = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")
_LENGTHS = (
    ("sentence_bert_config.json", "max_seq_length"),
    ("config.json", "max_position_embeddings"),
    ("tokenizer_config.json", "model_max_length"),
)
_USUAL_TOKENS = 512
_MOST_TOKENS = 8192
_SAMPLE_BYTES = 1 << 20


class Pooling(StrEnum):
    """How the vectors of a text's tokens become one."""

    MEAN = "mean"
    FIRST = "cls"
    MAX = "max"
    LAST = "lasttoken"


class ModelFolder(NamedTuple):
    """What the files of a model say. `tokens`: so many of a text are seen."""

    model: Path
    tokenizer: Path
    tokens: int
    pooling: Pooling
    normalise: bool
    query_prefix: str = ""


def open_folder(place: str) -> ModelFolder:
    """The model in a folder (or the `.onnx` file in one).

    Raises DocumentError `step_failed` which says what is missing.
    """
    given = Path(place).expanduser()
    folder = given.parent if given.suffix == ".onnx" else given
    if not folder.is_dir():
        raise failed("embed", f"there is no model at {place}")
    names = (given.name,) if given.suffix == ".onnx" else _MODELS
    model = next((folder / name for name in names if (folder / name).is_file()), None)
    if model is None:
        raise failed(
            "embed",
            f"{folder} has no {_MODELS[0]}; export the model to ONNX first, for example with "
            "`optimum-cli export onnx`",
        )
    home = next((each for each in (folder, folder.parent) if _tokenizer(each).is_file()), None)
    if home is None:
        raise failed("embed", f"{folder} has no tokenizer.json")
    return ModelFolder(
        model,
        _tokenizer(home),
        _tokens(home),
        _pooling(home),
        _normalise(home),
        _query_prefix(home),
    )


def fingerprint(folder: ModelFolder) -> str:
    """A digest of what decides the vectors."""
    data = sorted(folder.model.parent.glob(f"{folder.model.name}*"))
    return digest_of([*data, folder.tokenizer], repr(folder[2:5]))


def digest_of(files: Sequence[Path], said: str) -> str:
    """A digest of a model. Of a large file its size, beginning, middle and end are read: no two
    models agree in all of these."""
    digest = hashlib.sha256(said.encode())
    for path in files:
        size = path.stat().st_size
        digest.update(f"\0{path.name}\0{size}\0".encode())
        with open(path, "rb") as file:
            for at in (0, size // 2, max(0, size - _SAMPLE_BYTES)):
                file.seek(at)
                digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:16]


def _query_prefix(folder: Path) -> str:
    prompts = json_object(folder / "config_sentence_transformers.json").get("prompts")
    found = prompts.get("query") if isinstance(prompts, dict) else None
    return found if isinstance(found, str) else ""


def _tokenizer(folder: Path) -> Path:
    return folder / "tokenizer.json"


def _tokens(folder: Path) -> int:
    for name, key in _LENGTHS:
        found = json_object(folder / name).get(key)
        if isinstance(found, int) and found > 0:
            return min(found, _MOST_TOKENS)
    return _USUAL_TOKENS


def _pooling(folder: Path) -> Pooling:
    config = json_object(folder / "1_Pooling" / "config.json")
    names = {
        Pooling.FIRST: "pooling_mode_cls_token",
        Pooling.MAX: "pooling_mode_max_tokens",
        Pooling.LAST: "pooling_mode_lasttoken",
    }
    return next((pooling for pooling, name in names.items() if config.get(name)), Pooling.MEAN)


def _normalise(folder: Path) -> bool:
    """As its modules say; a bare ONNX model's vectors are made unit ones, which suits a search
    by angle and by distance alike."""
    modules = json_object(folder / "modules.json")
    listed = modules.get("", [])
    kinds = [str(each.get("type", "")) for each in listed if isinstance(each, dict)]
    return not kinds or any(kind.endswith("Normalize") for kind in kinds)


def json_object(path: Path) -> dict[str, Any]:
    """The object in a file, or its list under the empty name; empty where there is none."""
    try:
        found = msgspec.json.decode(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise failed("embed", f"{path} cannot be read: {error}") from None
    return found if isinstance(found, dict) else {"": found}
