"""Step `ocr`: pages that are images are read by tesseract, which has to be on the machine."""

import re

from gristmill.pipeline.paging.paged_shapes import PageImage, PageReader, UnreadablePage
from gristmill.pipeline.steps.step_registry import failed
from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.pipeline.tesseract.installed import Tesseract, installed, lacking
from gristmill.pipeline.tesseract.page_text import EndedFromOutside, NotThere, Unreadable, text_of
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError
from gristmill.schemas.results import DocumentContent
from gristmill.schemas.settings import Settings
from gristmill.schemas.steps import OcrOptions

version = "1"
options_type = OcrOptions

MOST_PAGES = 4
"""In one part of a document. A page takes about a second, so a scan of ten pages keeps two cores
at work; getting the document's bytes again for each part takes milliseconds."""
GONE = "tesseract cannot be started"
_SHARE_OF_TIMEOUT = MOST_PAGES + 1
_HYPHEN_AT_LINE_END = re.compile(r"(?<=[^\W\d_])[-\u2010]\n(?=[a-z\u00df-\u00f6\u00f8-\u00ff])")


def identity(options: OcrOptions, settings: Settings) -> str:
    """Another version of tesseract may read something else."""
    return _needed(options).version


def page_reader(options: OcrOptions, settings: Settings) -> PageReader:
    return _Reader(_needed(options), options, settings.timeout_s / _SHARE_OF_TIMEOUT)


def apply(document: DocumentContent, options: OcrOptions, settings: Settings) -> Changes:
    """All is done by then: the pages were read while the document was parsed."""
    return Changes()


class _Reader:
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
            )
        except Unreadable as error:
            raise UnreadablePage(str(error)) from None
        except NotThere:
            raise failed("ocr", lacking(self._options.languages) or GONE) from None
        except EndedFromOutside:
            message = "tesseract was killed while it read a page; it may have had too little memory"
            raise DocumentError(DocumentCode.OUT_OF_MEMORY, message, transient=True) from None
        return _HYPHEN_AT_LINE_END.sub("", text)


def _needed(options: OcrOptions) -> Tesseract:
    trouble = lacking(options.languages)
    found = None if trouble else installed(options.languages)
    if found is None:
        raise failed("ocr", trouble or GONE)
    return found
