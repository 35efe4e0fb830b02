"""`gristmill trash`, on the data folder."""

from pathlib import Path

import msgspec
from click.testing import CliRunner
from support.ingested import with_a_note

from gristmill.cli.app import gristmill
from gristmill.schemas.trash import Discarded, TrashView
from gristmill.storage.stores import Stores


def test_what_is_deleted_is_listed_with_how_long_it_is_kept_and_comes_back(tmp_path: Path) -> None:
    data = with_a_note(tmp_path)

    def trash(*flags: str) -> str:
        told = CliRunner().invoke(gristmill, ["trash", "--data", str(data), *flags])
        assert told.exit_code == 0, told.output
        return told.output

    def listed(*flags: str) -> list[str]:
        page = msgspec.json.decode(trash("--json", *flags), type=TrashView)
        assert page.days == 7
        return [each.document_id for each in page.items]

    with Stores.open(data).library() as library:
        (document,), _ = library.documents_page(collection=None, after=None, limit=2)
        assert listed() == []
        library.delete_document(document.document_id, Discarded())
    assert document.uri in trash() and "keeps them for 7 days" in trash()
    assert listed("--filter", "uri ~ *note.txt") == [document.document_id]
    assert listed("--collection", "other") == listed("--mirror", "m") == []
    back = ["restore-documents", document.document_id, "--data", str(data)]
    assert "restored 1 document" in CliRunner().invoke(gristmill, back).output
    assert listed() == []
