"""PPT, the presentation of PowerPoint 97 to 2003: each slide is a page, its title a heading."""

import struct
from collections.abc import Iterator

from gristmill.pipeline.parsers.office.binary.ppt_records import Directory, Record, records
from gristmill.pipeline.parsers.office.binary.ppt_slides import (
    NOTES,
    POINTS,
    TITLES,
    SlideText,
    outline_texts,
    slide_texts,
)
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.pipeline.unpacking.compound import open_compound
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("application/vnd.ms-powerpoint",)
version = "1"

_LIST, _PERSIST, _SLIDE_ATOM = 4080, 1011, 1007
_SLIDES, _NOTES = 0, 2  # which list a list is
_OBJECTS, _EMBEDDED, _MACROS = 1033, 4044, 1023
_FOOTERS, _STRING = 4057, 4026
_TIMES = 4
_TAGS, _TAG, _TAG_DATA, _COMMENT = 5000, 5002, 5003, 12000


def preload() -> None:
    import olefile  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Slides in the order of the show, each followed by its notes and comments.

    Raises DocumentError `parse_error`, `encrypted`, `too_large`.
    """
    with open_compound(blob.data) as compound:
        stream = compound.read("PowerPoint Document")
        directory = Directory(stream, compound.read("Current User"))
        title, metadata = compound.properties()
    document = directory.object(directory.document)
    if document is None:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the presentation has no document")
    flow = Flow(TextRoom(limits, len(blob.data), "the presentation"))
    reader = _Reader(document, directory, flow, limits)
    slides = reader.write()
    return Parsed(flow.finished(), title, metadata, slides, _left_out(document).warnings())


class _Reader:
    def __init__(self, document: Record, directory: Directory, flow: Flow, limits: Limits) -> None:
        self._directory = directory
        self._flow = flow
        self._most = limits.max_pages
        self._bytes_left = _TIMES * len(document.stream)
        self._document = document
        self._notes: dict[int, int] = {}
        for persist, _ in _listed(document, _NOTES):
            if len(persist.data) >= 16:
                number, identity = (struct.unpack_from("<I", persist.data, at)[0] for at in (0, 12))
                self._notes[identity] = number

    def write(self) -> int:
        count = 0
        footers: dict[str, None] = dict.fromkeys(_footers(self._document))
        for persist, following in _listed(self._document, _SLIDES):
            count += 1
            if count > self._most:
                raise DocumentError(
                    DocumentCode.TOO_LARGE, f"it has over {self._most} slides, which is the limit"
                )
            slide = self._directory.object(int.from_bytes(persist.data[:4], "little"))
            self._flow.page = count
            if slide is not None:
                self._take(slide)
                self._slide(slide, outline_texts(following))
                footers.update(dict.fromkeys(_footers(slide)))
        for footer in footers:
            self._flow.text(footer)
        return count

    def _take(self, slide: Record) -> None:
        """Slides that say that they are in the same place would be read again and again."""
        self._bytes_left -= slide.end - slide.start
        if self._bytes_left < 0:
            raise DocumentError(
                DocumentCode.TOO_LARGE, f"its slides are over {_TIMES} times its own size"
            )

    def _slide(self, slide: Record, outline: list[SlideText]) -> None:
        texts = slide_texts(slide, outline)
        shown = {text.text for text in texts}
        texts.extend(each for each in outline if each.text not in shown)
        titles = [each for each in texts if each.kind in TITLES and each.text][:1]
        for each in titles:
            self._flow.heading(each.text, 1)
        for each in texts:
            if each not in titles:
                self._text(each)
        self._write_notes(slide)
        for comment in _comments(slide):
            self._flow.text(comment)

    def _text(self, each: SlideText) -> None:
        if each.rows:
            self._flow.table([list(row) for row in each.rows])
            return
        lines = [line for line in each.text.split("\n") if line.strip()]
        if each.kind in POINTS and len(lines) > 1:
            for line in lines:
                self._flow.item(line, 0)
        elif each.text != "*":  # which stands for the number of the slide
            self._flow.text(each.text)

    def _write_notes(self, slide: Record) -> None:
        atom = slide.first(_SLIDE_ATOM)
        if atom is None or atom.end - atom.start < 20:
            return
        identity = struct.unpack_from("<I", atom.stream, atom.start + 16)[0]
        notes = self._directory.object(self._notes.get(identity, -1)) if identity else None
        for each in slide_texts(notes, []) if notes is not None else ():
            if each.kind == NOTES and each.text:
                self._flow.text(f"Notes: {each.text}")


def _listed(document: Record, which: int) -> Iterator[tuple[Record, list[Record]]]:
    """The objects of a list, each with the texts that follow it there."""
    for each in document.children():
        if each.kind != _LIST or each.instance != which:
            continue
        persist: Record | None = None
        following: list[Record] = []
        for record in each.children():
            if record.kind != _PERSIST:
                following.append(record)
                continue
            if persist is not None:
                yield persist, following
            persist, following = record, []
        if persist is not None:
            yield persist, following


def _footers(container: Record) -> Iterator[str]:
    for each in container.children():
        if each.kind == _FOOTERS:
            for string in each.children():
                text = string.data.decode("utf-16-le", "replace").strip()
                if string.kind == _STRING and string.instance and text:
                    yield text


def _comments(slide: Record) -> Iterator[str]:
    """In the data of tags, which are records again ([MS-PPT], 2.5.19)."""
    for tags in (each for each in slide.children() if each.kind == _TAGS):
        for tag in (each for each in tags.children() if each.kind == _TAG):
            for data in (each for each in tag.children() if each.kind == _TAG_DATA):
                for each in records(data.stream, data.start, data.end):
                    if each.kind == _COMMENT:
                        yield from _comment(each)


def _comment(container: Record) -> Iterator[str]:
    strings = {
        each.instance: each.data.decode("utf-16-le", "replace").strip()
        for each in container.children()
        if each.kind == _STRING
    }
    author, text = strings.get(0, ""), strings.get(1, "")
    if text:
        yield f"[Comment by {author}] {text}" if author else f"[Comment] {text}"


def _left_out(document: Record) -> LeftOut:
    left_out = LeftOut()
    for each in document.children():
        if each.kind == _OBJECTS:
            for inside in each.children():
                if inside.kind == _EMBEDDED:
                    left_out.embedded()
        for inside in each.children() if each.is_container else ():
            if inside.kind == _MACROS:
                atom = next(inside.children(), None)
                if atom is not None and int.from_bytes(atom.data[4:8], "little"):
                    left_out.macros()
    return left_out
