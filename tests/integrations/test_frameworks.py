"""Retrievers and loaders with the real frameworks, before a real service."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running import Service, running

from gristmill import Client
from gristmill.schemas.problems.collection_errors import UnknownCollection

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")
MILL = {
    "wheel.md": b"# Wheel\n\nA water wheel turns.\n\n# Race\n\nThe race brings water.",
    "stones.md": b"# Stones\n\nA millstone grinds.",
}
OURS = "gristmill.integrations.haystack"
"""Haystack loads no component of a module that is not named."""
pytestmark = pytest.mark.frameworks


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("frameworks") / "data", "--workers", "1") as started:
        with Client(str(started.http.base_url)) as client:
            about = {"author": {"name": "Ada"}, "year": 1911}
            job = client.upload(*MILL.items(), collection="mill", metadata=about)
            assert client.wait(job).counts.succeeded == len(MILL)
        yield started


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(str(service.http.base_url)) as made:
        yield made


def test_the_examples_of_the_page_run(service: Service) -> None:
    url = str(service.http.base_url).rstrip("/")
    examples = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        done = subprocess.run(
            [sys.executable, "-c", example.replace("http://127.0.0.1:8000", url)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("wheel.md ") and "A water wheel turns." in done.stdout


def test_langchain_finds_and_loads(client: Client) -> None:
    pytest.importorskip("langchain_core")
    from gristmill.integrations.langchain import GristmillLoader, GristmillRetriever

    retriever = GristmillRetriever(client=client, collection="mill", limit=1)
    (hit,) = retriever.invoke("wheel")
    assert hit.metadata["uri"] == "wheel.md" and hit.metadata["score"] > 0
    assert [each.id for each in asyncio.run(retriever.ainvoke("wheel"))] == [hit.id]
    filtered = GristmillRetriever(client=client, filter="uri = stones.md")
    assert filtered.invoke("wheel") == []
    documents = {each.metadata["uri"]: each for each in GristmillLoader(client).load()}
    assert documents["wheel.md"].page_content == MILL["wheel.md"].decode() + "\n"
    assert documents["wheel.md"].metadata["metadata.job.author.name"] == "Ada"
    chunks = GristmillLoader(client, collection="mill", unit="chunk").load()
    assert hit.id in {each.id for each in chunks}
    for each in [hit, *documents.values(), *chunks]:
        assert all(isinstance(value, str | int | float) for value in each.metadata.values())
    with pytest.raises(UnknownCollection):
        GristmillRetriever(client=client, collection="nowhere").invoke("wheel")


def test_llamaindex_finds_and_reads(client: Client) -> None:
    pytest.importorskip("llama_index.core")
    from gristmill.integrations.llamaindex import GristmillReader, GristmillRetriever

    retriever = GristmillRetriever(client, collection="mill", limit=1)
    (hit,) = retriever.retrieve("wheel")
    assert hit.node.metadata["headings"] == "Wheel" and hit.score > 0
    assert [each.node_id for each in asyncio.run(retriever.aretrieve("wheel"))] == [hit.node_id]
    reader = GristmillReader(client)
    assert {each.metadata["uri"] for each in reader.load_data("mill")} == set(MILL)
    assert hit.node_id in {each.id_ for each in reader.load_data("mill", unit="chunk")}


def test_haystack_finds_and_loads_in_a_pipeline_that_was_saved(service: Service) -> None:
    haystack = pytest.importorskip("haystack")
    from gristmill.integrations.haystack import GristmillLoader, GristmillRetriever

    url = str(service.http.base_url)
    made = haystack.Pipeline()
    made.add_component("retriever", GristmillRetriever(url, collection="mill", top_k=1))
    saved = made.dumps()
    assert url in saved
    pipeline = haystack.Pipeline.loads(saved, allowed_modules=[OURS])
    (hit,) = pipeline.run({"retriever": {"query": "wheel"}})["retriever"]["documents"]
    assert hit.meta["uri"] == "wheel.md" and hit.score > 0
    found = asyncio.run(pipeline.get_component("retriever").run_async("wheel"))
    assert [each.id for each in found["documents"]] == [hit.id]
    loader = GristmillLoader(url, collection="mill", unit="chunk")
    assert hit.id in {each.id for each in loader.run()["documents"]}
