"""Targets: what looks at bytes before, below or beside the parsers."""

import io
import tempfile
from functools import cache
from pathlib import Path

from support.fuzzing.guided.target import Target, hold
from support.fuzzing.seeds import MAIL, TEXT, seeds
from support.tiny_model import make_static_model

from gristmill.pipeline.decoding import looks_like_text, read_text
from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.mail.entities.mime_words import header_date, header_text
from gristmill.pipeline.parsers.office.sheets.xls_extent import cells_of_rectangles, is_locked
from gristmill.pipeline.parsers.text.light.frontmatter import split_front_matter
from gristmill.pipeline.registry import parser_for
from gristmill.pipeline.unpacking.compound import compound_kind, open_compound
from gristmill.pipeline.unpacking.inflating import separable_name
from gristmill.pipeline.unpacking.tar_reading import TarReader
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.steps import EmbedModel

_NAMES = ("", "a", "a.txt", "a.html", "a.csv", "a.json", "a.py", "a.md")
_TEXT_KINDS = ("text/", "application/json", "application/x-ndjson", "application/yaml")


def targets() -> list[Target]:
    embedding = "gristmill.pipeline.steps.embedding."
    unpacking, detecting = "gristmill.pipeline.unpacking.", "gristmill.pipeline.detecting."
    return [
        Target("detect", _detect, _all_seeds, (detecting + "detect", detecting + "text_kinds")),
        Target("decode", _decode, _texts, ("gristmill.pipeline.decoding",)),
        Target("tar-headers", _tar, lambda: _ending(".tar"), (unpacking + "tar_reading",)),
        Target("xls-records", _records, _record_seeds),
        Target("compound", _compound, _compounds, (unpacking + "compound",), room=8 * 1024),
        Target("front-matter", _front_matter, _front_matters),
        Target("mail-words", _mail_words, _words),
        Target("static-model", _static_model, _static_models, (embedding + "static_model",)),
        Target("member-names", _member_names, lambda: [b"a/../b!/c", b"C:\\x\0y", b"\xff/ ./..."]),
    ]


def _detect(data: bytes) -> None:
    """Whatever is called text can be read as text, or is refused with a sentence."""
    for name in (_NAMES[len(data) % len(_NAMES)], ""):
        kind = detect(data, name)
        hold(kind == kind.strip().lower() and kind.count("/") == 1, "the media type is none")
        if kind.startswith(_TEXT_KINDS):
            hold(parser_for(kind), f"{kind} was detected and has no parser")


def _decode(data: bytes) -> None:
    looks_like_text(data)
    for declared in (None, "utf-8", "shift_jis", data[:12].decode("latin-1")):
        try:
            read = read_text(data, declared)
        except DocumentError:
            continue
        fits = _fits(data, read.encoding) or bool(read.warnings)
        hold(fits, "the encoding is not that of the bytes, and nothing says so")
        hold(_is_text(read.text), "the text has half characters")


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tar(data: bytes) -> None:
    stream = io.BytesIO(data)
    reader, members, taken = TarReader(stream), 0, 0
    try:
        for header in reader:
            members += 1
            hold(header.size >= 0, "a size is negative")
            hold(_is_text(separable_name(header.name)), "a name is no text")
            while members % 2 and (part := reader.read(1000)):
                taken += len(part)
    except DocumentError:
        pass
    hold(taken <= len(data), "more was read than there is")
    hold(members <= len(data) // 512 + 1, "more members than headers fit")


def _records(data: bytes) -> None:
    hold(cells_of_rectangles(data) >= 0, "a number of cells is negative")
    is_locked(data)


def _compound(data: bytes) -> None:
    compound_kind(data)
    try:
        with open_compound(data) as compound:
            compound.properties()
            compound.read("Workbook")
    except DocumentError:
        pass


def _front_matter(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    _, body = split_front_matter(text)
    hold(text.endswith(body) or body in text, "the body is not from the text")


def _mail_words(data: bytes) -> None:
    text = data.decode("latin-1")
    hold(_is_text(header_text(text)), "a header is no text")
    header_date(text)


def _member_names(data: bytes) -> None:
    name = separable_name(data.decode("utf-8", "surrogateescape"))
    hold(name and _is_text(name) and "!/" not in name, "a name is none")
    hold(not name.startswith("/") and ".." not in name.split("/"), "a name leads outside")


def _all_seeds() -> list[bytes]:
    return [seed.data[:2000] for seed in seeds()]


def _texts() -> list[bytes]:
    return [seed.data for seed in seeds() if seed.name.endswith((".txt", ".md"))]


def _ending(end: str) -> list[bytes]:
    return [seed.data for seed in seeds() if seed.name.endswith(end)]


def _compounds() -> list[bytes]:
    return [seed.data for seed in seeds() if seed.data.startswith(b"\xd0\xcf\x11\xe0")]


def _record_seeds() -> list[bytes]:
    begin, end = b"\x09\x08\x04\x00\x00\x06\x10\x00", b"\x0a\x00\x00\x00"
    return [begin + b"\x03\x02\x0e\x00\x05\x00\x02\x00" + bytes(10) + end, begin + b"\x2f\0\0\0"]


def _front_matters() -> list[bytes]:
    yaml = b"---\ntitle: 'Mill: a'\ntags: [a, b]\nlist:\n  - x\n---\n" + TEXT
    return [yaml, b"+++\ntitle = 'Mill'\n[a]\nb = 1\n+++\n" + TEXT]


def _words() -> list[bytes]:
    return [line for line in MAIL.splitlines() if line] + [b"Tue, 3 Nov 2026 10:00:00 +0100"]


def _static_model(data: bytes) -> None:
    """A model makes numbers of a text, or is refused with a sentence."""
    from gristmill.pipeline.steps.embedding.static_model import StaticModel

    folder = _model_folder()
    (folder / "model.safetensors").write_bytes(data)
    try:
        made = StaticModel(EmbedModel("m", str(folder))).embed(["mill water flax"])
    except DocumentError:
        return
    hold(len(made.values) == 1, "a text got no vector, or several")


@cache
def _model_folder() -> Path:
    return make_static_model(Path(tempfile.mkdtemp()) / "model")


def _static_models() -> list[bytes]:
    return [(_model_folder() / "model.safetensors").read_bytes()]
