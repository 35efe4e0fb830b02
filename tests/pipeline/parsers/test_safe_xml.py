"""XML that means harm."""

import io
from pathlib import Path

import pytest

from gristmill.pipeline.parsers import safe_xml
from gristmill.pipeline.parsers.safe_xml import iterate_xml, local_attributes, local_name, parse_xml
from gristmill.schemas.problems.errors import DocumentError

LAUGHS = "<!DOCTYPE a [<!ENTITY l0 'ha'>{}]><a>{}</a>".format(
    "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12)), "&l11;"
).encode()


def test_a_billion_laughs_are_refused_or_never_laughed() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_xml(LAUGHS)
    assert caught.value.document_code == "parse_error"
    with pytest.raises(DocumentError):
        list(iterate_xml(io.BytesIO(LAUGHS), "a"))
    try:
        text = "".join(map(str, parse_xml(LAUGHS, doctype=True).itertext()))
    except DocumentError as error:
        assert error.document_code == "parse_error"
    else:
        assert len(text) < 100


def test_laughter_in_an_attribute_ends_as_well() -> None:
    data = LAUGHS.replace(b"<a>&l11;</a>", b"<a b='&l11;'/>")
    with pytest.raises(DocumentError):
        parse_xml(data, doctype=True)


def test_what_is_outside_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the miller's gold")
    data = f"<!DOCTYPE a [<!ENTITY x SYSTEM '{secret.as_uri()}'>]><a>&x;</a>".encode()
    with pytest.raises(DocumentError):
        parse_xml(data)
    root = parse_xml(data, doctype=True)
    assert "gold" not in "".join(map(str, root.itertext()))


def test_deep_nesting_is_a_parse_error() -> None:
    data = b"<a>" * 100_000 + b"</a>" * 100_000
    with pytest.raises(DocumentError) as caught:
        parse_xml(data)
    assert caught.value.document_code == "parse_error"
    with pytest.raises(DocumentError):
        list(iterate_xml(io.BytesIO(data), "a"))


def test_a_part_that_is_too_large_for_a_tree_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MAX_TREE_BYTES", 100)
    with pytest.raises(DocumentError, match="styles is over 100 bytes") as caught:
        parse_xml(b"<a>" + b" " * 100 + b"</a>", "styles")
    assert caught.value.document_code == "too_large"


@pytest.mark.slow
def test_what_has_been_iterated_over_is_forgotten() -> None:
    data = b"<a x='1'>" + b"<b><c/></b>" * 50_000 + b"</a>"
    count = 0
    for element in iterate_xml(io.BytesIO(data), "b"):
        count += 1
        parent = element.getparent()
        assert parent is not None
        assert len(parent) < 10_000  # what the parser has read ahead
        assert local_attributes(parent) == {"x": "1"}
    assert count == 50_000


def test_names_are_local() -> None:
    root = parse_xml(b"<a:x xmlns:a='u' a:y='1'><!-- c --><?p i?></a:x>")
    assert local_name(root) == "x"
    assert local_attributes(root) == {"y": "1"}
    assert len(root) == 0
