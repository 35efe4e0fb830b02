"""The step that finds what tells a person: what it finds, what it leaves, and what it takes out."""

import json
from pathlib import Path

import msgspec
import pytest
from support.ingested import ingested

from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.steps.personal.rules import KINDS, found
from gristmill.schemas.jobs.options import GivenOptions, Options, StepChoice
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError
from gristmill.storage.stores import Stores

TRUE = [
    ("email", "ada.lovelace+mill@example.co.uk"),
    ("email", "müller@mühle.example"),
    ("phone", "+49 30 1234567"),
    ("phone", "+49 (0)30 1234567"),
    ("phone", "+1 (212) 555-0100"),
    ("phone", "(212) 555-0100"),
    ("phone", "+442071838750"),
    ("phone", "0033 1 42 68 53 00"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "DE89370400440532013000"),
    ("iban", "GB82 WEST 1234 5698 7654 32"),
    ("iban", "NO93 8601 1117 947"),
    ("card", "4111 1111 1111 1111"),
    ("card", "5500-0055-5555-5559"),
    ("card", "378282246310005"),
    ("card", "3782 822463 10005"),
    ("national_id", "12345678Z"),
    ("national_id", "X1234567L"),
    ("national_id", "1 85 05 78 006 084 91"),
    ("national_id", "529.982.247-25"),
    ("national_id", "943 476 5919"),
    ("national_id", "44051401359"),
    ("national_id", "123-45-6789"),
]
FALSE = [
    "user@localhost, @handle, a@b and foo@bar@baz",
    "DE88 3704 0044 0532 0130 00",
    "AB12 CDEF 1234 5678 9012",
    "4111 1111 1111 1112",
    "0000 0000 0000 0000",
    "12345678A",
    "529.982.247-26",
    "111.111.111-11",
    "943 476 5918",
    "44051401358",
    "44991401359",
    "666-45-6789, 123-00-6789 and 900-11-2222",
    "1.234.567,89 and 2026-11-30T21:50:20 and 192.168.100.200",
    "978-3-16-148410-0, 1 234 567 and 30 1234567",
    "version 12.0.1+build.5 of 2024",
    "Articles 100-200, pages 1234-1250, +/- 0.5",
]
SECRETS = ("ada@example.org", "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111")


@pytest.mark.parametrize(("kind", "text"), TRUE)
def test_what_tells_a_person_is_found_where_it_stands(kind: str, text: str) -> None:
    for before, after in (("", ""), ("Call ", " today."), ("(", ")"), ("no: ", ", and more")):
        whole = before + text + after
        (one,) = found(whole)
        assert (one.kind, whole[one.start : one.end]) == (kind, text)
    assert found(text, [each for each in KINDS if each != kind]) == []


@pytest.mark.parametrize("text", FALSE)
def test_what_only_looks_so_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_what_follows_a_number_in_its_line_is_no_part_of_it() -> None:
    text = "Pay to DE89 3704 0044 0532 0130 00 2026 by card 4111 1111 1111 1111 12"
    assert [text[e.start : e.end] for e in found(text)] == [*SECRETS[1:]]


def made(text: str, *, name: str = "a.md", **options: object) -> DocumentContent:
    chosen = StepChoice("pii", options)  # type: ignore[arg-type]
    return process(
        Blob(text.encode(), name), Options(steps=(chosen,), chunk_max_chars=60), Limits()
    )


TEXT = f"""---
author: {SECRETS[0]}
---
# Letter of {SECRETS[0]}

Please pay to the account {SECRETS[1]} in the
next days. It was paid by card {SECRETS[2]} and nothing more is to be said of it.

| who | card |
| --- | --- |
| {SECRETS[0]} | {SECRETS[2]} |
"""


def test_marking_changes_no_text_and_says_how_much_there_is() -> None:
    plain = process(Blob(TEXT.encode(), "a.md"), Options(chunk_max_chars=60), Limits())
    marked = made(TEXT)
    assert [c.text for c in marked.chunks] == [c.text for c in plain.chunks]
    assert marked.metadata["pii"] == {"email": 2, "iban": 1, "card": 2}
    assert any(c.annotations == {"pii": {"iban": 1}} for c in marked.chunks)
    assert made(TEXT, kinds=["iban"]).metadata["pii"] == {"iban": 1}
    assert "pii" not in made("Nothing of the kind.").metadata


def test_replaced_text_is_in_no_part_of_the_document() -> None:
    marked, replaced = made(TEXT), made(TEXT, action="replace")
    said = msgspec.json.encode(replaced).decode()
    for secret in SECRETS:
        assert secret not in said and secret in msgspec.json.encode(marked).decode()
    assert replaced.metadata["pii"] == marked.metadata["pii"]
    assert [(c.start, c.end) for c in replaced.chunks] == [(c.start, c.end) for c in marked.chunks]
    assert all(len(c.text) == c.end - c.start for c in replaced.chunks)
    # A number that is cut by the end of a chunk is found all the same.
    assert not any("3704" in c.text or "0532" in c.text for c in replaced.chunks)
    assert any("Please pay to the account █" in c.text for c in replaced.chunks)


def test_it_comes_before_what_is_made_of_the_texts() -> None:
    pytest.importorskip("rensa")
    steps = ("near_duplicates", StepChoice("pii", {"action": "replace"}))
    words = " ".join(f"word{n}" for n in range(60))
    with pytest.raises(DocumentError, match="name it before the steps") as raised:
        process(Blob(words.encode(), "a.txt"), Options(steps=steps), Limits())
    assert raised.value.document_code == DocumentCode.STEP_FAILED


def test_replaced_text_never_reaches_the_data_folder(tmp_path: Path) -> None:
    letter = tmp_path / "letter.md"
    data = tmp_path / "data"
    for note in ("", "\nA second version.\n"):
        letter.write_text(TEXT + note)
        steps = (StepChoice("pii", {"action": "replace"}), StepChoice("keywords"))
        job = ingested(data, letter, options=GivenOptions(steps=steps, chunk_max_chars=60))
        assert job.counts.succeeded == 1, job
    files = [path for path in data.rglob("*") if path.is_file()]
    assert any("library.db" in path.name for path in files)
    for secret in (*SECRETS, "0044 0532"):
        told = (secret.encode(), json.dumps(secret)[1:-1].encode())
        assert [path for path in files if any(each in path.read_bytes() for each in told)] == []
    with Stores.at(data).library(readonly=True) as library:
        (document,), _ = library.documents_page(collection=None, after=None, limit=9)
        kept = (
            library.structure(document.document_id),
            library.last_version(document.document_id),
            [*library.export(None)],
        )
        said = repr(kept)
        assert "█" in said and not any(secret in said for secret in SECRETS)
        assert document.metadata["pii"] == {"email": 2, "iban": 1, "card": 2}
        for secret in ("ada", "3704", "4111"):
            assert library.search(secret, collection=None, limit=9) == []
