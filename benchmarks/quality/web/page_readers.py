"""Who reads web pages: ours and the extractors that are installed, each as bytes to text."""

import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from typing import NamedTuple

from benchmarks.quality.web.labelled_pages import LabelledPage
from gristmill.pipeline.parsers.markup import htmldoc
from gristmill.pipeline.parsers.markup.main_text.model import Weights
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.problems.errors import DocumentError

Extract = Callable[[bytes], str]


class Reading(NamedTuple):
    texts: dict[str, str]
    pages_per_s: float
    """Of one core."""


def ours(page: bytes, weights: Weights | None = None) -> str:
    try:
        parsed = htmldoc.parse(Blob(page), Limits(), weights)
    except DocumentError:
        return ""
    return "\n\n".join(block.text for block in parsed.blocks)


def contenders() -> dict[str, Extract]:
    """Ours, and the peers that are installed here."""
    every: dict[str, tuple[str, Extract]] = {
        "trafilatura fast": ("trafilatura", lambda page: _trafilatura(page, fast=True)),
        "trafilatura": ("trafilatura", lambda page: _trafilatura(page, fast=False)),
        "resiliparse": ("resiliparse", _resiliparse),
        "jusText": ("justext", _justext),
    }
    found = {name: run for name, (package, run) in every.items() if find_spec(package)}
    return {"gristmill": ours, **found}


def read(name: str, pages: Mapping[str, LabelledPage]) -> Reading:
    """What a contender makes of the pages. Two sections ask for the same."""
    return _read(name, tuple(pages.items()))


@lru_cache(maxsize=16)
def _read(name: str, pages: tuple[tuple[str, LabelledPage], ...]) -> Reading:
    run = contenders()[name]
    run(pages[0][1].data)  # imports and compiles
    started = time.process_time()
    texts = {key: run(page.data) for key, page in pages}
    return Reading(texts, len(pages) / (time.process_time() - started))


def _trafilatura(page: bytes, fast: bool) -> str:
    from trafilatura import extract

    return extract(page, fast=fast, include_comments=False) or ""


def _resiliparse(page: bytes) -> str:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    text = bytes_to_str(page, detect_encoding(page) or "utf-8")
    return str(extract_plain_text(text, main_content=True, comments=False) or "")


def _justext(page: bytes) -> str:
    import justext

    try:
        paragraphs = justext.justext(page, justext.get_stoplist("English"))
    except ValueError:  # it asks for a page with text
        return ""
    return "\n\n".join(each.text for each in paragraphs if not each.is_boilerplate)
