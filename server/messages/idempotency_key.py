"""The header `Idempotency-Key`."""

from typing import Annotated

from msgspec import Meta

from gristmill.schemas.jobs.request import MAX_KEY_CHARS
from gristmill.schemas.problems.errors import InvalidRequest


def is_key(text: str) -> bool:
    """Whether a text may be an Idempotency-Key."""
    return 1 <= len(text) <= MAX_KEY_CHARS and all("!" <= char <= "~" for char in text)


class Key:
    """The kind of its value."""

    takes = f"1 to {MAX_KEY_CHARS} visible ASCII characters without blanks"
    schema = Annotated[str, Meta(min_length=1, max_length=MAX_KEY_CHARS, pattern=r"^[!-~]+\Z")]
    default = None

    def read(self, name: str, given: str | None) -> str | None:
        """Raises InvalidRequest."""
        if given is not None and not is_key(given):
            raise InvalidRequest(f"{name} must be {self.takes}")
        return given
