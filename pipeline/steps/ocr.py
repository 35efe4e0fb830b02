"""Step `ocr`: pages that are images are read, by rapidocr or by tesseract."""

import re

from gristmill.pipeline.paging.paged_shapes import PageImage, PageReader, UnreadablePage
from gristmill.pipeline.recognition.engines import (
    RAPIDOCR,
    engine_for,
    lacking,
    rapidocr_version,
)
from gristmill.pipeline.steps.step_registry import failed
from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.pipeline.tesseract.installed import Tesseract, installed
from gristmill.pipeline.tesseract.page_text import EndedFromOutside, NotThere, Unreadable, text_of
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.steps import OcrOptions

version = "2"
options_type = OcrOptions

MOST_PAGES = 4
"""In one part of a document. A page takes about a second, so a scan of ten pages keeps two cores
at work; getting the document's bytes again for each part takes milliseconds."""
GONE = "tesseract cannot be started"
_SHARE_OF_TIMEOUT = MOST_PAGES + 1
_REASON_CHARS = 200
_HYPHEN_AT_LINE_END = re.compile(r"(?<=[^\W\d_])[-\u2010]\n(?=[a-z\u00df-\u00f6\u00f8-\u00ff])")


def identity(options: OcrOptions, settings: Settings) -> str:
    """Another engine, or another version of it, may read something else."""
    if _engine(options) == RAPIDOCR:
        return f"{RAPIDOCR} {rapidocr_version()}"
    return _tesseract(options).version


def page_reader(options: OcrOptions, settings: Settings) -> PageReader:
    if _engine(options) == RAPIDOCR:
        return _Rapid(options)
    return _Program(_tesseract(options), options, settings.timeout_s / _SHARE_OF_TIMEOUT)


def apply(document: DocumentContent, options: OcrOptions, settings: Settings) -> Changes:
    """All is done by then: the pages were read while the document was parsed."""
    return Changes()


class _Rapid:
    """Reads in this process: a page that hangs costs its document, as one of any parser does."""

    most_pages = MOST_PAGES

    def __init__(self, options: OcrOptions) -> None:
        self.engine = f"{RAPIDOCR} {rapidocr_version()}"
        self.dpi = options.dpi
        self.every_page = options.pages == "all"

    def read(self, image: PageImage) -> str:
        try:
            from gristmill.pipeline.recognition.image_text import text_on
        except ImportError as error:
            raise failed("ocr", f"a package that it needs is missing ({error})") from None
        try:
            text = text_on(image)
        except MemoryError:
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:_REASON_CHARS]
            raise UnreadablePage(reason) from error
        return _HYPHEN_AT_LINE_END.sub("", text)


class _Program:
    """`page_s`: seconds that a page may take, so that one which hangs costs itself and not its
    document."""

    most_pages = MOST_PAGES

    def __init__(self, tesseract: Tesseract, options: OcrOptions, page_s: float) -> None:
        self._tesseract, self._options, self._page_s = tesseract, options, page_s
        self.engine = f"tesseract {tesseract.version} ({', '.join(options.languages)})"
        self.dpi = options.dpi
        self.every_page = options.pages == "all"

    def read(self, image: PageImage) -> str:
        try:
            text = text_of(
                image.data,
                program=self._tesseract.path,
                languages=self._options.languages,
                dpi=image.dpi,
                frame=image.frame,
                timeout_s=self._page_s,
                turn=self._tesseract.turns,
            )
        except Unreadable as error:
            raise UnreadablePage(str(error)) from None
        except NotThere:
            raise failed("ocr", lacking(self._options) or GONE) from None
        except EndedFromOutside:
            message = "tesseract was killed while it read a page; it may have had too little memory"
            raise DocumentError(DocumentCode.OUT_OF_MEMORY, message, transient=True) from None
        return _HYPHEN_AT_LINE_END.sub("", text)


def _engine(options: OcrOptions) -> str:
    if trouble := lacking(options):
        raise failed("ocr", trouble)
    return engine_for(options)


def _tesseract(options: OcrOptions) -> Tesseract:
    found = installed(options.languages)
    if found is None:
        raise failed("ocr", GONE)
    return found
