"""client/calls/ is made from the table of calls, and stays so."""

import ast
from pathlib import Path

from gristmill import AsyncClient, Client
from gristmill.cli.client_calls import modules
from gristmill.server.calls.tables.table import CALLS

FOLDER = Path(__file__).parents[2] / "client" / "calls"
BY_HAND = {"events": "stream_events", "job_events": "stream_events"}


def test_the_calls_of_the_client_are_not_stale() -> None:
    made = {name: _meaning(text) for name, text in modules().items()}
    kept = {path.name: _meaning(path.read_text("utf-8")) for path in FOLDER.glob("*.py")}
    assert kept == made, "run: make client-calls"


def _meaning(text: str) -> str:
    """Without how it is laid out, which is ruff's."""
    body = ast.parse(text).body
    for node in body:
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda each: each.name)
    return "\n".join(sorted(map(ast.dump, body)))


def test_every_call_is_a_method_of_both_clients() -> None:
    for client in (Client, AsyncClient):
        missing = [
            call.name
            for call in CALLS
            if not callable(getattr(client, BY_HAND.get(call.name, call.name), None))
        ]
        assert missing == []
