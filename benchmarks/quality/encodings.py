"""Text decoded as the labels of the files' folders decode it."""

import codecs
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.quality.league import Check, Figures, QualityContest, Row, Section
from benchmarks.quality.materials import Materials, files_below
from gristmill.pipeline.decoding import decode
from gristmill.schemas.problems.errors import DocumentError

_GOAL = 0.98
_CODECS = {
    "CP949": "cp949",
    "Johab": "johab",
    "MacCyrillic": "mac-cyrillic",
    "IBM855": "cp855",
    "IBM866": "cp866",
    "TIS-620": "cp874",  # the label's superset, which is what such files are written in
    "GB2312": "gb18030",
    "SHIFT_JIS": "cp932",
    "EUC-KR": "cp949",
    "Big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254",
}

Decode = Callable[[bytes], str | None]


class Labelled(NamedTuple):
    """A file that is not pure ASCII, and its text by its label."""

    path: Path
    label: str
    data: bytes
    text: str


def _measure(materials: Materials) -> Section:
    files, unusable = _labelled(materials.folder / "encodings")
    rows, wrong = [], {}
    for name, run in _contenders().items():
        figures, wrong[name] = _figures(run, files)
        rows.append(Row(name, figures))
    ours = rows[0]
    return Section(
        "encodings",
        "Encodings",
        f"{len(files)} files that are not pure ASCII, from bytes alone: no name, no declaration",
        rows,
        [Check("decoded as labelled", float(ours.figures["right"]), _GOAL)],
        [
            *(f"{ours.name} reads otherwise: {each}" for each in wrong[ours.name]),
            *(f"not measured: {each}" for each in unusable),
        ],
    )


def _labelled(folder: Path) -> tuple[list[Labelled], list[str]]:
    """The files that can be judged, and why others cannot."""
    found, unusable = [], Counter[str]()
    for path in files_below(folder):
        label, data = path.parent.name, path.read_bytes()
        if path.parent == folder or (data.isascii() and b"\x1b" not in data and b"~{" not in data):
            continue
        text = _by_label(data, label)
        if text is None:
            unusable[f"{label}: Python has no such codec, or it does not fit the file"] += 1
        else:
            found.append(Labelled(path, label, data, text))
    return found, [f"{reason} ({count})" for reason, count in sorted(unusable.items())]


def _by_label(data: bytes, label: str) -> str | None:
    """By the label's codec, else by its superset, which is what browsers take the label for."""
    bare = "-".join(label.split("-")[:-1]) if label.split("-")[-1].islower() else label
    names = (label, bare, _CODECS.get(label), _CODECS.get(bare))
    for name in filter(None, names):
        try:
            return _plain(data.decode(codecs.lookup(name).name))
        except (LookupError, UnicodeDecodeError):
            continue
    return None


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff")


def _figures(run: Decode, files: list[Labelled]) -> tuple[Figures, list[str]]:
    run(files[0].data)
    started = time.process_time()
    texts = [run(each.data) for each in files]
    seconds = time.process_time() - started
    wrong = [
        f"{each.label}/{each.path.name}"
        for each, text in zip(files, texts, strict=True)
        if text is None or _plain(text) != each.text
    ]
    megabytes = sum(len(each.data) for each in files) / 1e6
    figures: Figures = {
        "right": 1 - len(wrong) / len(files),
        "MB/s": megabytes / seconds,
    }
    return figures, wrong


def _contenders() -> dict[str, Decode]:
    found: dict[str, Decode] = {"gristmill": _ours, "charset-normalizer": _charset_normalizer}
    try:
        import chardet
    except ImportError:
        return found

    def by_chardet(data: bytes) -> str | None:
        name = chardet.detect(data)["encoding"]
        return data.decode(name, "replace") if name else None

    return {**found, "chardet": by_chardet}


def _ours(data: bytes) -> str | None:
    try:
        return decode(data).text
    except DocumentError:
        return None


def _charset_normalizer(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return None if best is None else str(best)


CONTEST = QualityContest("encodings", _measure, "corpus")
