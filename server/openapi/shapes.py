"""Types as JSON Schema, as msgspec says what they are."""

from typing import Any

import msgspec

from gristmill.server.messages.lines import NDJSON
from gristmill.server.openapi.references import pointer

_TEMPLATE = pointer("schemas", "{name}")


class Shapes:
    """Schemas of types. What has a name is described once, in `components`, and referred to."""

    def __init__(self) -> None:
        self.components: dict[str, Any] = {}

    def schema_of(self, shape: Any, media_type: str = "") -> dict[str, Any]:
        """The schema of a shape; of lines, that of all of them. Raises ValueError for a type that
        has the name of another one."""
        if shape is bytes:
            return {"type": "string", "format": "binary"}
        (found,), named = msgspec.json.schema_components([shape], ref_template=_TEMPLATE)
        for name, described in named.items():
            portable = _portable(described)
            if self.components.setdefault(name, portable) != portable:
                raise ValueError(f"two types are called {name}")
        schema: dict[str, Any] = _portable(found)
        return {"type": "array", "items": schema} if media_type == NDJSON else schema


def _portable(schema: Any) -> Any:
    """A schema as ECMA-262 has its patterns: there, `$` is the end of a text and nothing else."""
    if isinstance(schema, dict):
        return {
            key: value.replace(r"\Z", "$")
            if key == "pattern" and isinstance(value, str)
            else _portable(value)
            for key, value in schema.items()
        }
    return [_portable(each) for each in schema] if isinstance(schema, list) else schema
