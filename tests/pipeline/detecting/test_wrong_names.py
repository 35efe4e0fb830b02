"""What a document is called says little: bytes decide, and a wrong extension is reported."""

import pytest
from support.fuzzing.seeds import Seed, seeds

from gristmill.pipeline.containers.containers import ARCHIVES
from gristmill.pipeline.detecting.detect import by_name, detect
from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.problems.errors import DocumentError

# A text of these is only told from another text by its name.
TOLD_BY_NAME = frozenset({"unreadable.txt", "sluice.yaml"})
IMPOSSIBLE = ("a.pdf", "a.docx", "a.xls", "a.epub", "a.rtf", "a.zip", "a.png", "a.mp3")
REFUSED = ("parse_error", "encrypted", "unsupported", "needs_ocr")
LOOSE = ("a.html", "a.csv", "a.json")
PROVES_ITSELF = frozenset(
    {"application/json", "application/x-ndjson", "application/x-ipynb+json", "text/html"}
    | {"application/xml", "message/rfc822", "application/mbox", "application/x-subrip", "text/vtt"}
)


def binary(seed: Seed) -> bool:
    return seed.data[:2] in (b"PK", b"%P", b"{\\", b"\xd0\xcf", b"\x1f\x8b", b"BZ", b"\xfd7")


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.name)
def test_a_name_that_cannot_be_right_changes_nothing(seed: Seed) -> None:
    if seed.name in TOLD_BY_NAME:
        pytest.skip("only its name tells what it is")
    assert {detect(seed.data, name) for name in ("", *IMPOSSIBLE)} == {seed.kind}


@pytest.mark.parametrize(
    "seed",
    [seed for seed in seeds() if binary(seed) or seed.kind in PROVES_ITSELF],
    ids=lambda seed: seed.name,
)
def test_what_proves_itself_is_read_as_what_it_is_under_any_name(seed: Seed) -> None:
    assert {detect(seed.data, name) for name in (*LOOSE, "a.txt", "a.bin")} == {seed.kind}


@pytest.mark.parametrize(
    "seed", [each for each in seeds() if each.kind not in ARCHIVES], ids=lambda seed: seed.name
)
def test_a_wrong_name_is_reported(seed: Seed) -> None:
    wrong = "a.epub" if seed.kind != "application/epub+zip" else "a.pdf"
    try:
        content = process(Blob(seed.data, wrong), Options(), Limits())
    except DocumentError as error:
        assert error.document_code in ("parse_error", "encrypted", "unsupported", "needs_ocr"), (
            error
        )
        return
    assert content.metadata["name_suggests"] == by_name(wrong)
