"""The SDK's own client against `gristmill mcp` before a real service."""

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.running import Service, running

TOOLS = {
    *("search", "read_chunk", "read_document", "list_collections", "follow_job"),
    *("ingest_text", "ingest_url", "ingest_file"),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("mcp") / "data", "--workers", "1") as started:
        yield started


class Asking:
    """A model's program, with the texts that its tools have answered."""

    def __init__(self, client: Any) -> None:
        self.client = client

    async def __call__(self, tool: str, **arguments: Any) -> str:
        answer = await self.client.call_tool(tool, arguments)
        text = "\n".join(each.text for each in answer.content)
        return f"ERROR {text}" if answer.is_error else text

    async def ended(self, told: str) -> str:
        (job_id,) = re.findall(r"Job (\S+) is", told)
        return await self("follow_job", job_id=job_id, wait_s=60)


@pytest.mark.slow
def test_a_model_ingests_searches_and_reads(service: Service, tmp_path: Path) -> None:
    """One program for all of it: it takes a second to start."""
    (tmp_path / "allowed").mkdir()
    file = tmp_path / "allowed" / "stones.md"
    file.write_text("# Stones\n\nA millstone grinds.\n\n" + "Flour falls. " * 2000)
    other = tmp_path / "other.md"
    other.write_text("secret")
    # Each worker of pytest would load it, which takes as long as a hundred tests.
    mcp = pytest.importorskip("mcp")
    command = mcp.StdioServerParameters(
        command=sys.executable,
        args=[
            *("-m", "gristmill", "mcp", "--server", str(service.http.base_url)),
            *("--allow-root", str(tmp_path / "allowed")),
        ],
    )

    async def talk() -> None:
        async with mcp.Client(command) as client:
            tools = (await client.list_tools()).tools
            assert {tool.name for tool in tools} == TOOLS
            assert all(tool.description for tool in tools)
            ask = Asking(client)
            assert "no collections" in await ask("list_collections")
            await _ingest(ask, file, other)
            await _read(ask)

    asyncio.run(talk())


async def _ingest(ask: Asking, file: Path, other: Path) -> None:
    wheel = "# Wheel\n\nA water wheel turns.\n\n# Race\n\nThe race brings water."
    told = await ask("ingest_text", text=wheel, name="wheel.md", collection="mill")
    assert "is succeeded: 1 of 1" in await ask.ended(told)
    told = await ask("ingest_file", path=str(file), collection="mill")
    assert "is succeeded" in await ask.ended(told)
    told = await ask("ingest_text", text="{", name="broken.json", collection="bad")
    assert "broken.json: " in await ask.ended(told)
    forbidden = await ask("ingest_file", path=str(other))
    assert forbidden.startswith("ERROR") and "path_forbidden" in forbidden
    assert "urls_disabled" in await ask("ingest_url", url="http://127.0.0.1:9/")
    assert "- mill: 2 documents" in await ask("list_collections")


async def _read(ask: Asking) -> None:
    found = await ask("search", query="wheel", collection="mill", filter="uri = wheel.md")
    assert "A water wheel turns." in found and "wheel.md > Wheel" in found
    chunk_id = re.findall(r"chunk_id: (\S+)", found)[0]
    chunk = await ask("read_chunk", chunk_id=chunk_id, neighbours=1)
    assert "The race brings water." in chunk
    long = await ask("search", query="millstone", limit=1)
    (stones,) = re.findall(r"chunk_id: (\S+)", long)
    document_id = stones.rpartition("-")[0]
    part = await ask("read_document", document_id=document_id, most_chars=1000)
    (offset,) = re.findall(r"goes on with offset (\d+)", part)
    assert part.count("Flour falls.") > 10 and len(part) < 1200
    rest = await ask("read_document", document_id=document_id, offset=int(offset))
    assert rest.startswith(f"Characters {offset} to ")
    assert "document_not_found" in await ask("read_document", document_id="nope")
    assert "is no chunk_id" in await ask("read_chunk", chunk_id="nope")
    assert "unknown_collection" in await ask("search", query="x", collection="nowhere")
    assert "Nothing was found" in await ask("search", query="zebra", collection="mill")
    assert (await ask("search", query="x", limit=1000)).startswith("ERROR")
