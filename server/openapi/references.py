"""How one place of the document refers to another."""

from typing import Any


def pointer(kind: str, name: str) -> str:
    """To a component, by its kind: schemas, examples, headers."""
    return f"#/components/{kind}/{name}"


def reference(kind: str, name: str) -> dict[str, Any]:
    """What stands where the component is meant."""
    return {"$ref": pointer(kind, name)}
