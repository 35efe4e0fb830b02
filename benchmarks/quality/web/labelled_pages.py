"""The web pages whose main text somebody marked: two public sets, read once."""

import gzip
import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.quality.materials import Materials, unpacked

ARTICLE_SET = "aeb"
"""The kind of the pages of article-extraction-benchmark; WCXB's pages have kinds of their own."""


class LabelledPage(NamedTuple):
    kind: str
    data: bytes
    truth: str


def labelled_pages(materials: Materials) -> dict[str, LabelledPage]:
    """By a key that is one set's own; WCXB's pages where they are there."""
    if materials.score is None:
        raise FileNotFoundError("the shared labels are not there")
    return _read(materials.score, materials.folder)


@lru_cache(maxsize=1)
def _read(score: Path, corpus: Path) -> dict[str, LabelledPage]:
    pages = {}
    for key, row in json.loads((score / "html-truth.json").read_text("utf-8")).items():
        data = unpacked(corpus / "html" / f"{key}.html.gz")[1]
        pages[f"{ARTICLE_SET}/{key}"] = LabelledPage(ARTICLE_SET, data, row.get("articleBody", ""))
    marked = score / "web" / "truth.json.gz"
    if marked.is_file():
        for key, row in json.loads(gzip.decompress(marked.read_bytes())).items():
            data = unpacked(score / "web" / "pages" / f"{key}.html.gz")[1]
            pages[f"web/{key}"] = LabelledPage(row["type"], data, row["text"])
    return pages
