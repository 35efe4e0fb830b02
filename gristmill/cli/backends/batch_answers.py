"""The lines of a batch's answer, as the server sent them."""

from typing import Any

import msgspec

from gristmill.schemas.problems.batch_errors import BatchTooLong
from gristmill.server.messages.lines import Result


def ended_early(line: bytes) -> bool:
    """Whether this is the last line of a batch that was longer than the server takes."""
    return bool(msgspec.json.decode(line).get("code") == BatchTooLong.code)


def renumbered(number: int, line: bytes) -> Result:
    """A result, with the number that its line has here."""
    answer: dict[str, Any] = msgspec.json.decode(line)
    data = msgspec.json.encode(answer | {"line": number})
    return Result(number, answer["status"], answer.get("job_id"), data)
