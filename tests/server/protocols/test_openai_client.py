"""OpenAI's own Python client, against the application behind a real socket."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from support.http_app import make_app
from support.library_samples import succeeded

from gristmill.storage.stores import Stores

pytestmark = pytest.mark.slow


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing: the answers tell."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    openai = pytest.importorskip("openai", reason="the package `openai` is not installed")
    app = make_app(tmp_path / "data", protocols=["openai"])
    with Stores(app.folder).library() as library:
        library.commit(
            [
                succeeded(f"{name[:4]}{n}", uri=f"{n}.txt", texts=(f"water {n}",), collection=name)
                for name in ("mine", "more/of it")
                for n in range(5)
            ]
        )
    with make_server("127.0.0.1", 0, app.app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            base = f"http://127.0.0.1:{server.server_port}/v1"
            with openai.OpenAI(base_url=base, api_key="none", max_retries=0) as client:
                yield client
        finally:
            server.shutdown()
            thread.join()


def test_stores_and_files_are_walked_through_and_one_is_deleted(client: Any) -> None:
    stores = list(client.vector_stores.list(limit=1))
    assert [store.name for store in stores] == ["mine", "more/of it"]
    for store in stores:
        assert client.vector_stores.retrieve(store.id) == client.vector_stores.retrieve(store.id)
        assert client.vector_stores.retrieve(store.id).file_counts.completed == 5
        files = list(client.vector_stores.files.list(store.id, limit=2))
        assert sorted(file.filename for file in files) == [f"{n}.txt" for n in range(5)]
        one = files[0].id
        shown = client.vector_stores.files.retrieve(one, vector_store_id=store.id)
        assert (shown.status, shown.attributes["media_type"]) == ("completed", "text/plain")
        assert client.vector_stores.files.delete(one, vector_store_id=store.id).deleted
        assert len(list(client.vector_stores.files.list(store.id))) == 4


def test_a_search_finds_and_a_wrong_filter_is_a_bad_request(client: Any) -> None:
    import openai

    for query in ("water 3", ["water 3", "nothing"]):
        page = client.vector_stores.search(
            "more%2Fof it",
            query=query,
            max_num_results=2,
            filters={"type": "in", "key": "uri", "value": ["3.txt", "4.txt"]},
        )
        assert [hit.filename for hit in page] == ["3.txt", "4.txt"]
        assert page.data[0].content[0].text == "water 3"
    with pytest.raises(openai.BadRequestError) as refused:
        client.vector_stores.search("mine", query="water", filters={"type": "no", "key": "a"})
    assert (refused.value.code, refused.value.param) == ("invalid_filter", "filters")
    assert "must be one of eq, ne" in str(refused.value)
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.retrieve("absent")
