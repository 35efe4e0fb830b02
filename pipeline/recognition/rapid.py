"""Pages read by the models of rapidocr, in this process and on one thread.

Its models come in its package: their paths are named, so that it never looks for others, which it
would download. About 600 MB of memory while a page is read, 100 MB between pages.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import gristmill.pipeline.steps.one_thread  # noqa: F401
from gristmill.pipeline.recognition.page_lines import Line

_DETECTED_SIDE = 1280
"""Pixels of the longer side in which lines are looked for: most of the memory. They are read from
the larger image."""
_READ_SIDE = 2400
_SURE = 0.85
_SAMPLE = 6
_UPRIGHT_SHARE = 0.5
_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}


def lines_on(image: Any) -> list[Line]:
    """The lines on an image, an array of shades of grey. A page that lies on its side or stands on
    its head is turned: the places are those on the turned page."""
    import cv2
    import numpy as np

    finer = max(image.shape) / _READ_SIDE
    if finer > 1:
        size = tuple(max(1, round(each / finer)) for each in reversed(image.shape))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    lines = _read(image)
    if _lie(lines):
        image = np.ascontiguousarray(np.rot90(image))
        lines = _read(image)
    if lines and _sureness(lines) < _SURE and _reads_better(image, lines):
        turned = _read(np.ascontiguousarray(np.rot90(image, 2)))
        lines = max(lines, turned, key=_sureness)
    return lines


@cache
def _engine() -> Any:
    import cv2
    import rapidocr

    cv2.setNumThreads(1)
    folder = Path(rapidocr.__file__).parent / "models"
    chosen: dict[str, Any] = {f"{part}.model_path": folder / name for part, name in _MODELS.items()}
    missing = [each.name for each in chosen.values() if not each.is_file()]
    if missing:
        raise FileNotFoundError(f"rapidocr lacks its model {missing[0]}")
    return rapidocr.RapidOCR(
        params={
            **{key: str(path) for key, path in chosen.items()},
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": _READ_SIDE,
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTED_SIDE,
            # Lines of different lengths in one batch cost memory and time for nothing.
            "Rec.rec_batch_num": 1,
        }
    )


def _read(image: Any) -> list[Line]:
    found = _engine()(image, use_det=True, use_cls=False, use_rec=True)
    if found.boxes is None or not found.txts:
        return []
    return [
        Line(
            text.strip(),
            float(box[:, 0].min()),
            float(box[:, 1].min()),
            float(box[:, 0].max()),
            float(box[:, 1].max()),
            float(score),
        )
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    ]


def _lie(lines: Sequence[Line]) -> bool:
    """Whether most letters are on lines that go up or down."""
    letters = sum(len(line.text) for line in lines)
    tall = sum(len(line.text) for line in lines if line.height > 1.5 * line.width)
    return tall > _UPRIGHT_SHARE * letters


def _sureness(lines: Sequence[Line]) -> float:
    letters = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / letters if letters else 0.0


def _reads_better(image: Any, lines: Sequence[Line]) -> bool:
    """Whether the longest lines are read with more certainty upside down."""
    import numpy as np

    longest = sorted(lines, key=lambda line: line.width, reverse=True)[:_SAMPLE]
    scores = []
    for line in longest:
        rows = slice(int(line.top), int(line.bottom) + 1)
        columns = slice(int(line.left), int(line.right) + 1)
        turned = np.ascontiguousarray(np.rot90(image[rows, columns], 2))
        found = _engine()(turned, use_det=False, use_cls=False, use_rec=True)
        scores.append(float(found.scores[0]) if found.txts and found.txts[0].strip() else 0.0)
    return sum(scores) > sum(line.score for line in longest)
