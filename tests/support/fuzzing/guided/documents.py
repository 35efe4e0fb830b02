"""Targets: every parser, with the properties that mutated documents have to keep as well."""

from functools import partial

from support.fuzzing.examining import listed, processed
from support.fuzzing.guided.target import Target, Violated
from support.fuzzing.seeds import seeds

from gristmill.pipeline.detecting.detect import by_name
from gristmill.pipeline.shapes import Blob
from gristmill.schemas.jobs.options import Options

_P = "gristmill.pipeline.parsers."
_TEXT, _MARKUP, _OFFICE, _MAIL, _PAGES = (
    _P + room for room in ("text", "markup", "office", "mail", "pages")
)
_BINARY = f"{_OFFICE}.binary"
_WORD = f"{_OFFICE}.word"
_PARSED = {
    "rtf": (
        f"{_OFFICE}.rtf.rtf",
        f"{_OFFICE}.rtf.rtf_layout",
        f"{_OFFICE}.rtf.rtf_objects",
        f"{_OFFICE}.rtf.rtf_tokens",
        f"{_OFFICE}.rtf.rtf_state",
        f"{_OFFICE}.rtf.rtf_characters",
    ),
    "tex": (f"{_TEXT}.tex.latex", f"{_TEXT}.tex.latex_text", f"{_TEXT}.tex.latex_literal"),
    "rst": (f"{_TEXT}.light.restructured", f"{_TEXT}.light.restructured_tables"),
    "md": (
        f"{_TEXT}.light.markdown",
        f"{_TEXT}.light.frontmatter",
        f"{_TEXT}.light.markdown_notes",
    ),
    "json": (f"{_TEXT}.data.jsondoc", f"{_TEXT}.data.json_reading"),
    "ndjson": (f"{_TEXT}.data.jsondoc",),
    "ipynb": (f"{_TEXT}.light.notebook",),
    "yaml": (f"{_TEXT}.data.yamldoc",),
    "csv": (f"{_TEXT}.data.delimited", f"{_TEXT}.data.delimited_rows"),
    "srt": (f"{_TEXT}.timed.subtitles",),
    "vtt": (f"{_TEXT}.timed.subtitles", f"{_TEXT}.timed.subtitle_cues"),
    "org": (f"{_TEXT}.light.org",),
    "adoc": (f"{_TEXT}.light.asciidoc",),
    "wiki": (f"{_TEXT}.light.wikitext",),
    "dbk": (
        f"{_MARKUP}.xml.xml_documents",
        f"{_MARKUP}.xml.xml_reading",
        f"{_MARKUP}.xml.xml_tables",
    ),
    "txt": (f"{_TEXT}.plain", "gristmill.pipeline.decoding"),
    "py": (f"{_TEXT}.source",),
    "eml": (
        f"{_MAIL}.eml",
        f"{_MAIL}.message.reading",
        f"{_MAIL}.entities.mime",
        f"{_MAIL}.entities.mime_words",
    ),
    "msg": (f"{_MAIL}.msg", f"{_MAIL}.outlook.mapi"),
    "tnef": (f"{_MAIL}.winmail", f"{_MAIL}.outlook.tnef", f"{_MAIL}.outlook.mapi"),
    "ics": (f"{_MAIL}.cards.ics", f"{_MAIL}.cards.content_lines"),
    "vcf": (f"{_MAIL}.cards.vcf", f"{_MAIL}.cards.content_lines"),
    "mht": (f"{_MAIL}.mhtml",),
    "mbox": (f"{_MAIL}.mbox", f"{_MAIL}.entities.mime"),
    "html": (f"{_MARKUP}.htmldoc", f"{_MARKUP}.html.html_blocks", f"{_MARKUP}.html.html_metadata"),
    "xml": (f"{_MARKUP}.xmldoc", f"{_MARKUP}.xml.xml_blocks", f"{_MARKUP}.xml.xml_titles"),
    "pdf": (f"{_PAGES}.pdf", f"{_PAGES}.about.pdf_outline"),
    "png": (f"{_PAGES}.image_headers",),
    "jpg": (f"{_PAGES}.image_headers",),
    "tiff": (f"{_PAGES}.image_headers",),
    "xls": (f"{_OFFICE}.sheets.xls",),
    "doc": (
        f"{_BINARY}.doc_blocks",
        f"{_BINARY}.doc_file",
        f"{_BINARY}.doc_properties",
        f"{_BINARY}.doc_styles",
        f"{_BINARY}.doc_text",
    ),
    "ppt": (f"{_BINARY}.ppt", f"{_BINARY}.ppt_records", f"{_BINARY}.ppt_slides"),
}
_PACKED = {
    "docx": (f"{_WORD}.docx_body", f"{_WORD}.docx_text", f"{_WORD}.docx_styles"),
    "odt": (f"{_OFFICE}.opendocument.odt", f"{_OFFICE}.flow"),
    "pptx": (f"{_OFFICE}.slides.slide", f"{_OFFICE}.slides.order", f"{_OFFICE}.flow"),
    "xlsb": (f"{_OFFICE}.sheets.xlsb", f"{_OFFICE}.sheets.xlsb_records"),
    "xlsx": (f"{_OFFICE}.sheets.xlsx", f"{_OFFICE}.sheets.xlsx_cells"),
    "ods": (f"{_OFFICE}.sheets.ods", f"{_OFFICE}.sheets.sheet_blocks"),
    "epub": (f"{_MARKUP}.epub",),
}
_ONE_FILE = f"{_OFFICE}.onefile"
_BY_ROOT = {
    "word-2003.xml": ("application/vnd.ms-word.2003+xml", f"{_ONE_FILE}.word_2003"),
    "excel-2003.xml": ("application/vnd.ms-excel.2003+xml", f"{_ONE_FILE}.excel_2003"),
    "opc.xml": ("application/vnd.ms-office.flat-opc+xml", f"{_ONE_FILE}.flat_opc"),
}
"""Documents whose names say no more than that they are XML."""
_CONTAINERS = {
    "zip": ("application/zip", ".zip"),
    "tar": ("application/x-tar", ".tar"),
    "gz": ("application/gzip", ".gz"),
    "mails": ("application/mbox", ".mbox"),
}
_ROOMS = {"pdf": 64 * 1024, "txt": 64 * 1024}
_SIZES = (50, 200, 1600)


def targets() -> list[Target]:
    """One for each parser, and one for each kind of container."""
    parsers = [
        _parser(end, modules, _ROOMS.get(end, 16 * 1024)) for end, modules in _PARSED.items()
    ]
    packed = [
        _parser(end, modules, 32 * 1024)._replace(packed=True) for end, modules in _PACKED.items()
    ]
    archives = [
        Target(f"in-{name}", partial(_list, kind), partial(_seeds, end), packed=name == "zip")
        for name, (kind, end) in _CONTAINERS.items()
    ]
    parsers += [_parser(end, (module,), 16 * 1024) for end, (_, module) in _BY_ROOT.items()]
    return parsers + packed + archives


def kind_of(end: str) -> str | None:
    """The media type of documents whose names end so."""
    return _BY_ROOT[end][0] if end in _BY_ROOT else by_name(f"a.{end}")


def _parser(end: str, modules: tuple[str, ...], room: int) -> Target:
    return Target(end, partial(_parse, end), partial(_seeds, f".{end}"), modules, room=room)


def options_for(data: bytes) -> Options:
    """Some chunking, always the same for the same bytes."""
    largest = _SIZES[len(data) % len(_SIZES)]
    return Options(largest, (0, largest // 2)[len(data) // 3 % 2])


def _parse(end: str, data: bytes) -> None:
    kind = kind_of(end)
    assert kind, end
    flaw = processed(Blob(data, f"a.{end}"), kind, options_for(data)).finding if data else None
    if flaw:
        raise Violated(flaw)


def _list(kind: str, data: bytes) -> None:
    if flaw := listed(Blob(data, "a"), kind).finding:
        raise Violated(flaw)


def _seeds(end: str) -> list[bytes]:
    return [seed.data for seed in seeds() if seed.name.endswith(end)]
