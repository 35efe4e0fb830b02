"""Which engine reads images of pages for a job, and what is missing for it. Imports none."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from gristmill.pipeline.tesseract import installed as tesseract
from gristmill.schemas.steps import OcrOptions

TESSERACT, RAPIDOCR = "tesseract", "rapidocr"
INSTALL = "pip install 'gristmill[ocr]'"

RAPID_LANGUAGES = frozenset(
    (
        *("afr", "aze_latn", "bos", "cat", "ceb", "ces", "chi_sim", "chi_tra", "cos", "cym", "dan"),
        *("deu", "eng", "epo", "est", "eus", "fao", "fil", "fin", "fra", "fry", "gla", "gle"),
        *("glg", "hat", "hrv", "hun", "ind", "isl", "ita", "jav", "jpn", "lat", "lav", "lit"),
        *("ltz", "mlt", "mri", "msa", "nld", "nor", "oci", "pol", "por", "que", "ron", "slk"),
        *("slv", "spa", "sqi", "srp_latn", "sun", "swa", "swe", "tur", "uzb_latn", "vie"),
    )
)
"""Names that tesseract has for languages whose letters rapidocr's models know."""


def rapidocr_version() -> str | None:
    """None where it, or what it runs on, is not installed."""
    try:
        version("onnxruntime")
        return version(RAPIDOCR)
    except PackageNotFoundError:
        return None


def engine_for(options: OcrOptions) -> str:
    """The name of the engine. `auto` is rapidocr where it is installed and reads the languages,
    else tesseract."""
    if options.engine != "auto":
        return options.engine
    reads = RAPID_LANGUAGES.issuperset(options.languages)
    return RAPIDOCR if reads and rapidocr_version() is not None else TESSERACT


def lacking(options: OcrOptions) -> str | None:
    """What has to be installed before pages can be read, as an end of a sentence about the step;
    None where all is there."""
    if engine_for(options) == RAPIDOCR:
        return _lacks(options.languages)
    trouble = tesseract.lacking(options.languages)
    readable = options.engine == "auto" and RAPID_LANGUAGES.issuperset(options.languages)
    if trouble and readable and tesseract.installed() is None:
        either = f"{INSTALL}, or apt install tesseract-ocr"
        return f"needs rapidocr or tesseract on the server: {either}"
    return trouble


def _lacks(languages: Iterable[str]) -> str | None:
    if rapidocr_version() is None:
        return f"needs rapidocr and onnxruntime on the server: {INSTALL}"
    for language in languages:
        if language not in RAPID_LANGUAGES:
            return f"reads no {language!r} with rapidocr: choose the engine 'tesseract'"
    return None
